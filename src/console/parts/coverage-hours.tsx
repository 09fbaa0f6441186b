import { Link } from '@tanstack/react-router';
import type { HourCoverage } from '../../impressions/coverage.ts';
import { useFormat } from '../format.ts';
import { coverageWords } from '../words/coverage-words.ts';
import { useWords } from '../words/use-words.ts';
import { Shape } from './shape.tsx';
import { Wide } from './wide.tsx';

const SHOWN_RANGES = 6;

/** The hours of a day at one endpoint: promised, played, failed, unknown with the numbers that are missing, closed. */
export function CoverageHours({
  endpointId,
  hours,
  date,
}: {
  endpointId: number;
  hours: readonly HourCoverage[];
  date: string;
}) {
  const words = useWords(coverageWords);
  const format = useFormat();
  const most = Math.max(
    1,
    ...hours.map((hour) =>
      Math.max(hour.playsPromised, hour.playsCounted + hour.playsCut + hour.playsFailed + hour.playsUnknown),
    ),
  );
  const columns = ['promised', 'counted', 'cut', 'failed', 'unknown', 'coverage'] as const;
  return (
    <Wide label={words.table}>
      <table className="rows tight">
        <thead>
          <tr>
            <th scope="col">{words.columns.hour}</th>
            <th scope="col">{words.columns.state}</th>
            <th scope="col">{words.columns.shape}</th>
            {columns.map((column) => (
              <th key={column} scope="col" className="number">
                {words.columns[column]}
              </th>
            ))}
            <th scope="col">{words.columns.missing}</th>
          </tr>
        </thead>
        <tbody>
          {hours.map((hour) => (
            <tr key={hour.startsAt} data-state={hour.state}>
              <th scope="row">
                <Link
                  to="/why"
                  search={{ endpoint: endpointId, at: `${date}T${hour.hour.slice(11)}` }}
                  title={words.why}
                >
                  {hour.hour.slice(11)}
                </Link>
              </th>
              <td className="nowrap">{words.states[hour.state]}</td>
              <td>
                <Shape parts={hour} most={most} />
              </td>
              <td className="number">{format.number(hour.playsPromised)}</td>
              <td className="number">
                <PlaysLink
                  hour={hour}
                  endpointId={endpointId}
                  outcome="completed"
                  plays={hour.playsCounted}
                />
              </td>
              <td className="number">
                <PlaysLink hour={hour} endpointId={endpointId} outcome="cut" plays={hour.playsCut} />
              </td>
              <td className="number">
                <PlaysLink hour={hour} endpointId={endpointId} outcome="failed" plays={hour.playsFailed} />
              </td>
              <td className="number">{format.number(hour.playsUnknown)}</td>
              <td className="number">{format.percent(hour.coverage)}</td>
              <td>
                <Missing missing={hour.missing} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

/** A number that opens to its plays. */
function PlaysLink({
  hour,
  endpointId,
  outcome,
  plays,
}: {
  hour: HourCoverage;
  endpointId: number;
  outcome: 'completed' | 'cut' | 'failed';
  plays: number;
}) {
  const format = useFormat();
  if (plays === 0) return '0';
  const date = hour.hour.slice(0, 10);
  return (
    <Link
      to="/reports/plays"
      search={{
        from: date,
        to: date,
        endpoint: endpointId,
        hour: Number(hour.hour.slice(11, 13)),
        outcome,
      }}
    >
      {format.number(plays)}
    </Link>
  );
}

function Missing({ missing }: { missing: HourCoverage['missing'] }) {
  const words = useWords(coverageWords);
  const format = useFormat();
  return missing.map(({ playerId, epoch, plays, ranges }) => (
    <p key={`${playerId} ${epoch}`}>
      {words.missing(
        `#${playerId}`,
        format.number(plays),
        ranges
          .slice(0, SHOWN_RANGES)
          .map(([from, to]) => (from === to ? String(from) : `${from}–${to}`))
          .join(', ') + (ranges.length > SHOWN_RANGES ? words.moreRanges : ''),
      )}
    </p>
  ));
}
