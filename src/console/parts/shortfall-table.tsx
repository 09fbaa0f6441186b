import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { ShortfallRow } from '../../impressions/shortfall.ts';
import { useFormat } from '../format.ts';
import { shellWords } from '../words/shell-words.ts';
import { shortfallWords } from '../words/shortfall-words.ts';
import { useWords } from '../words/use-words.ts';
import { type CauseWords, causesIn } from './cause-bars.tsx';
import { NarrowingText } from './narrowing-text.tsx';
import { Nothing } from './waiting.tsx';
import { Wide } from './wide.tsx';

const FIRST_ROWS = 100;

/** What each booking is short of at each endpoint, the most owed first, with the way into its hours. */
export function ShortfallTable({
  rows,
  omitted,
  causes,
  day,
  q,
  onFilter,
}: {
  rows: readonly ShortfallRow[];
  omitted: number;
  causes: CauseWords;
  /** The day whose hours are opened. */
  day: string;
  q: string;
  onFilter: (q: string | undefined) => void;
}) {
  const words = useWords(shortfallWords);
  const { more } = useWords(shellWords);
  const format = useFormat();
  const [limit, setLimit] = useState(FIRST_ROWS);
  const meant = rows.filter(({ booking, endpoint }) =>
    `${booking} ${endpoint}`.toLowerCase().includes(q.toLowerCase()),
  );
  const numbers = ['promised', 'counted', 'short', 'takenOver', 'owed'] as const;
  return (
    <>
      <search className="filters">
        <h2>{words.table}</h2>
        <NarrowingText label={words.filter} value={q} onNarrow={onFilter} />
      </search>
      {meant.length === 0 ? (
        <Nothing>{words.nothingMeant}</Nothing>
      ) : (
        <Wide label={words.table}>
          <table className="rows">
            <thead>
              <tr>
                <th scope="col">{words.columns.endpoint}</th>
                <th scope="col">{words.columns.booking}</th>
                {numbers.map((column) => (
                  <th key={column} scope="col" className="number">
                    {words.columns[column]}
                  </th>
                ))}
                <th scope="col">{words.columns.causes}</th>
              </tr>
            </thead>
            <tbody>
              {meant.slice(0, limit).map((row) => (
                <tr key={`${row.bookingId} ${row.endpointId}`}>
                  <td>
                    <Link
                      to="/reports/coverage"
                      search={{ endpoint: row.endpointId, date: day }}
                      title={words.hoursOf(row.endpoint)}
                    >
                      {row.endpoint}
                    </Link>
                  </td>
                  <td>{row.booking}</td>
                  {numbers.map((column) => (
                    <td key={column} className="number">
                      {format.number(row[column])}
                    </td>
                  ))}
                  <td className="causes">
                    {causesIn(row.causes).map(([cause, plays]) => (
                      <span key={cause}>
                        {causes[cause]?.[format.language] ?? cause} <b>{format.number(plays)}</b>
                      </span>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      )}
      {meant.length > limit && <Button onClick={() => setLimit(limit + FIRST_ROWS)}>{more}</Button>}
      {omitted > 0 && <p className="quiet">{words.omitted(format.number(omitted))}</p>}
    </>
  );
}
