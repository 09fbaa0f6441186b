import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { ReportRow } from '../../impressions/report-figures.ts';
import { useFormat } from '../format.ts';
import { reportWords } from '../words/report-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { Wide } from './wide.tsx';

const FIRST_ROWS = 200;

type By = keyof typeof reportWords.zh.bys;

/** By what the plays behind a row are narrowed. */
function narrowing(by: By, key: string) {
  if (by === 'owner') return { owner: key };
  if (by === 'day') return { from: key, to: key };
  if (by === 'campaign' && key === '0') return { booking: 0 };
  return { [by]: Number(key) };
}

/** Promised against counted, row by row; never a number without its coverage. */
export function ReportTable({
  rows,
  by,
  plays,
}: {
  rows: readonly ReportRow[];
  by: By;
  /** The period whose single plays are opened; without it numbers are plain. */
  plays?: { from: string; to: string; campaign?: number | undefined };
}) {
  const words = useWords(reportWords);
  const { more } = useWords(shellWords);
  const format = useFormat();
  const [limit, setLimit] = useState(FIRST_ROWS);
  const most = Math.max(
    1,
    ...rows.map(({ playsPromised, playsCounted }) => Math.max(playsPromised, playsCounted)),
  );
  const labelOf = (row: ReportRow) => {
    if (by === 'day') return format.date(row.key);
    return by === 'campaign' && row.key === '0' ? words.filler : row.label;
  };
  const opened = (row: ReportRow, outcome: 'completed' | 'cut' | 'failed', count: number) =>
    plays === undefined || count === 0 || row.key === '' ? (
      format.number(count)
    ) : (
      <Link
        to="/reports/plays"
        search={{ ...plays, ...narrowing(by, row.key), outcome }}
        title={words.openPlays}
      >
        {format.number(count)}
      </Link>
    );
  return (
    <>
      <Wide label={words.table}>
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">{words.bys[by]}</th>
              <th scope="col" className="number">
                {words.promised}
              </th>
              <th scope="col" className="number">
                {words.counted}
              </th>
              <th scope="col">
                {words.promised} / {words.counted}
              </th>
              <th scope="col" className="number">
                {words.unknown}
              </th>
              <th scope="col" className="number">
                {words.cut}
              </th>
              <th scope="col" className="number">
                {words.failed}
              </th>
              <th scope="col" className="number">
                {words.coverage}
              </th>
              <th scope="col" className="number">
                {words.airtime}
              </th>
              <th scope="col" className="number">
                {words.impressions}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, limit).map((row) => (
              <tr key={row.key}>
                <td>{labelOf(row)}</td>
                <td className="number">{format.number(row.playsPromised)}</td>
                <td className="number">{opened(row, 'completed', row.playsCounted)}</td>
                <td className="bars">
                  <svg viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">
                    <rect width={(row.playsPromised / most) * 100} height="16" className="promised" />
                    <rect y="4" width={(row.playsCounted / most) * 100} height="8" className="counted" />
                  </svg>
                </td>
                <td className="number">{format.number(row.playsUnknown)}</td>
                <td className="number">{opened(row, 'cut', row.playsCut)}</td>
                <td className="number">{opened(row, 'failed', row.playsFailed)}</td>
                <td className="number">{format.percent(row.coverage)}</td>
                <td className="number">{format.length(row.airtimeMs)}</td>
                <td
                  className="number"
                  title={words.range(format.number(row.impressions.low), format.number(row.impressions.high))}
                >
                  {format.number(row.impressions.best)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      {rows.length > limit && <Button onClick={() => setLimit(limit + FIRST_ROWS)}>{more}</Button>}
    </>
  );
}
