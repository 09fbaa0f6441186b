import { Button } from 'antd';
import { useTitles } from '../asset-titles.ts';
import { useFormat } from '../format.ts';
import { useMay } from '../session.tsx';
import { quarantineWords } from '../words/quarantine-words.ts';
import { singlePlayWords } from '../words/single-play-words.ts';
import { useWords } from '../words/use-words.ts';
import { useNameOf } from './asset-facts.tsx';
import { Wide } from './wide.tsx';

/** A play that was not believed. */
export interface KeptApart {
  readonly id: number;
  readonly playerId: number;
  readonly endpointId: number;
  readonly endpoint: string;
  readonly seq: number | null;
  readonly code: string;
  /** As it was sent: anything. */
  readonly report: unknown;
  readonly receivedAt: string;
  readonly acceptable: boolean;
  readonly accepted: { readonly by: string; readonly at: string; readonly reason: string } | null;
}

/** Says a code of doubt in words. */
export function useDoubtWords(): (code: string) => string {
  const { codes } = useWords(quarantineWords);
  return (code) => Object.entries(codes).find(([one]) => one === code)?.[1] ?? code;
}

/** The asset that a report names, whatever else it may be. */
function assetIn(report: unknown): number[] {
  const { assetId } = (typeof report === 'object' && report !== null ? report : {}) as Record<
    string,
    unknown
  >;
  return typeof assetId === 'number' && Number.isInteger(assetId) && assetId > 0 && assetId < 2 ** 31
    ? [assetId]
    : [];
}

/** What each of these reports says, as far as it can be read: what was played, for how long, how it ended, when. */
export function useReportWords(
  reports: readonly unknown[],
): (report: unknown) => { what: string; at: string } {
  const words = useWords(quarantineWords);
  const { outcomes } = useWords(singlePlayWords);
  const format = useFormat();
  const titleOf = useTitles(reports.flatMap(assetIn));
  return (report) => {
    if (typeof report !== 'object' || report === null) return { what: JSON.stringify(report), at: '—' };
    const { assetId, durationMs, outcome, startedAt } = report as Record<string, unknown>;
    const ended = Object.entries(outcomes).find(([one]) => one === outcome)?.[1];
    const what = [
      typeof assetId === 'number' && titleOf(assetId),
      typeof durationMs === 'number' && words.seconds(format.number(Math.round(durationMs / 100) / 10)),
      ended,
    ].filter((part) => typeof part === 'string');
    const isInstant = typeof startedAt === 'string' && !Number.isNaN(Date.parse(startedAt));
    return {
      what: what.length > 0 ? what.join(' · ') : JSON.stringify(report).slice(0, 200),
      at: isInstant ? format.dateTime(startedAt) : String(startedAt ?? '—').slice(0, 60),
    };
  };
}

/** Plays kept apart, newest first. */
export function QuarantineTable({
  plays,
  state,
  onAccept,
  onNarrow,
}: {
  plays: readonly KeptApart[];
  state: 'open' | 'accepted';
  onAccept: (play: KeptApart) => void;
  onNarrow: (endpointId: number) => void;
}) {
  const words = useWords(quarantineWords);
  const format = useFormat();
  const nameOf = useNameOf(plays.map(({ accepted }) => accepted?.by));
  const doubtWords = useDoubtWords();
  const reportWords = useReportWords(plays.map(({ report }) => report));
  const mayAccept = useMay('accept');
  const last = state === 'accepted' ? words.columns.by : mayAccept ? words.columns.act : null;
  return (
    <Wide label={words.table}>
      <table className="rows tight">
        <thead>
          <tr>
            {(['endpoint', 'why', 'what', 'at', 'received'] as const).map((column) => (
              <th key={column} scope="col">
                {words.columns[column]}
              </th>
            ))}
            {last !== null && <th scope="col">{last}</th>}
          </tr>
        </thead>
        <tbody>
          {plays.map((play) => {
            const said = reportWords(play.report);
            return (
              <tr key={play.id}>
                <td>
                  <button
                    type="button"
                    className="link"
                    onClick={() => onNarrow(play.endpointId)}
                    title={words.narrowed}
                  >
                    {play.endpoint}
                  </button>
                  <br />
                  <small className="quiet">
                    {words.number(`#${play.playerId}`, String(play.seq ?? '—'))}
                  </small>
                </td>
                <td title={play.code}>{doubtWords(play.code)}</td>
                <td className="detail">{said.what}</td>
                <td className="nowrap">{said.at}</td>
                <td className="nowrap">{format.dateTime(play.receivedAt)}</td>
                {play.accepted !== null ? (
                  <td>
                    {play.accepted.reason}
                    <br />
                    <small className="quiet">
                      {words.by(nameOf(play.accepted.by), format.dateTime(play.accepted.at))}
                    </small>
                  </td>
                ) : (
                  mayAccept && (
                    <td>
                      {play.acceptable ? (
                        <Button size="small" onClick={() => onAccept(play)}>
                          {words.accept}
                        </Button>
                      ) : (
                        <span className="quiet">{words.cannot}</span>
                      )}
                    </td>
                  )
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Wide>
  );
}
