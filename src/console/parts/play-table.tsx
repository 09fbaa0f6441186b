import { Link } from '@tanstack/react-router';
import type { SinglePlay } from '../../impressions/single-play.ts';
import { useTitles } from '../asset-titles.ts';
import { useFormat } from '../format.ts';
import { useMay } from '../session.tsx';
import { singlePlayWords } from '../words/single-play-words.ts';
import { useWords } from '../words/use-words.ts';
import { Wide } from './wide.tsx';

/** So late a report is told of. Units: milliseconds. */
const LATE_MS = 120_000;
const TONES = { completed: 'good', cut: 'doubt', failed: 'bad' } as const;

/** Plays as they were reported, each with its estimate. */
export function PlayTable({ plays }: { plays: readonly SinglePlay[] }) {
  const words = useWords(singlePlayWords);
  const format = useFormat();
  const mayBook = useMay('book');
  const nameOf = useTitles(plays.map(({ assetId }) => assetId));
  const decimals = new Intl.NumberFormat(format.language === 'zh' ? 'zh-CN' : 'en-GB', {
    maximumFractionDigits: 2,
  });
  const why = ({ overrideId, bookingId, booking }: SinglePlay) => {
    if (overrideId !== null) return words.override(String(overrideId));
    if (bookingId === null) return words.fill;
    const name = booking ?? words.booking(String(bookingId));
    // The page behind the name is for those who book.
    if (!mayBook) return name;
    return (
      <Link to="/bookings/$bookingId" params={{ bookingId: String(bookingId) }}>
        {name}
      </Link>
    );
  };
  const numbers = ['length', 'people', 'contacts', 'qty'] as const;
  return (
    <Wide label={words.table}>
      <table className="rows tight">
        <thead>
          <tr>
            {(['at', 'endpoint', 'asset', 'booking', 'outcome'] as const).map((column) => (
              <th key={column} scope="col">
                {words.columns[column]}
              </th>
            ))}
            {numbers.map((column) => (
              <th key={column} scope="col" className="number">
                {words.columns[column]}
              </th>
            ))}
            <th scope="col">{words.columns.received}</th>
            <th scope="col">{words.columns.number}</th>
          </tr>
        </thead>
        <tbody>
          {plays.map((play) => {
            const lateMs = Date.parse(play.receivedAt) - Date.parse(play.startedAt) - play.durationMs;
            const contacts = play.kind === 'loudspeaker' ? play.hearers : play.impressions;
            return (
              <tr key={`${play.playerId} ${play.epochNo} ${play.seq}`}>
                <td className="number nowrap" title={format.dateTime(play.startedAt)}>
                  {play.localTime}
                </td>
                <td>
                  <Link
                    to="/why"
                    search={{
                      endpoint: play.endpointId,
                      asset: play.assetId,
                      at: play.localTime.replace(' ', 'T'),
                    }}
                  >
                    {play.endpoint}
                  </Link>
                </td>
                <td>
                  <Link to="/material/$assetId" params={{ assetId: String(play.assetId) }}>
                    {nameOf(play.assetId)}
                  </Link>
                </td>
                <td>{why(play)}</td>
                <td>
                  <span className="tag" data-tone={TONES[play.outcome]}>
                    {words.outcomes[play.outcome]}
                  </span>
                </td>
                <td className="number nowrap">{words.seconds(decimals.format(play.durationMs / 1_000))}</td>
                <td className="number" title={words.model(String(play.audienceVersion))}>
                  {format.number(play.peoplePerHour)}
                </td>
                <td className="number nowrap">
                  {decimals.format(contacts.best)} ({decimals.format(contacts.low)}–
                  {decimals.format(contacts.high)}){play.kind === 'loudspeaker' && ` ${words.hearers}`}
                </td>
                <td className="number">{play.qty === null ? '—' : decimals.format(play.qty.multiplier)}</td>
                <td className="number nowrap">
                  {format.time(play.receivedAt)}
                  {lateMs > LATE_MS && (
                    <span className="tag" data-tone="doubt">
                      {words.late(format.length(lateMs))}
                    </span>
                  )}
                </td>
                <td className="number nowrap quiet">
                  {play.playerId}·{play.epochNo}·{play.seq}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Wide>
  );
}
