import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useFormat } from '../format.ts';
import { dayReportQuery } from '../queries.ts';
import { coverageWords } from '../words/coverage-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { Shape } from './shape.tsx';
import { Found, Nothing } from './waiting.tsx';
import { Wide } from './wide.tsx';

const FIRST_ROWS = 100;

/** The day of all endpoints, the least covered first. */
export function CoverageOfFleet({ date, onOpen }: { date: string; onOpen: (endpointId: number) => void }) {
  const words = useWords(coverageWords);
  const { more } = useWords(shellWords);
  const format = useFormat();
  const [q, setQ] = useState('');
  const [limit, setLimit] = useState(FIRST_ROWS);
  const report = useQuery({ ...dayReportQuery(date), placeholderData: keepPreviousData });
  const columns = ['promised', 'counted', 'cut', 'failed', 'unknown', 'coverage'] as const;
  return (
    <Found query={report} lines={12}>
      {({ rows }) => {
        if (rows.length === 0) return <Nothing>{words.nothing}</Nothing>;
        const most = Math.max(
          1,
          ...rows.map((row) =>
            Math.max(row.playsPromised, row.playsCounted + row.playsCut + row.playsFailed + row.playsUnknown),
          ),
        );
        const meant = rows
          .filter(({ label }) => label.toLowerCase().includes(q.toLowerCase()))
          .sort((a, b) => (a.coverage ?? 2) - (b.coverage ?? 2));
        return (
          <>
            <search className="filters">
              <h2>{words.fleet}</h2>
              <input
                type="search"
                aria-label={words.filter}
                placeholder={words.filter}
                value={q}
                onChange={({ target }) => setQ(target.value)}
              />
            </search>
            <Wide label={words.fleet}>
              <table className="rows tight">
                <thead>
                  <tr>
                    <th scope="col">{words.columns.endpoint}</th>
                    <th scope="col">{words.columns.shape}</th>
                    {columns.map((column) => (
                      <th key={column} scope="col" className="number">
                        {words.columns[column]}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {meant.slice(0, limit).map((row) => (
                    <tr key={row.key}>
                      <td>
                        <button type="button" className="link" onClick={() => onOpen(Number(row.key))}>
                          {row.label}
                        </button>
                      </td>
                      <td>
                        <Shape parts={row} most={most} />
                      </td>
                      <td className="number">{format.number(row.playsPromised)}</td>
                      <td className="number">{format.number(row.playsCounted)}</td>
                      <td className="number">{format.number(row.playsCut)}</td>
                      <td className="number">{format.number(row.playsFailed)}</td>
                      <td className="number">{format.number(row.playsUnknown)}</td>
                      <td className="number">{format.percent(row.coverage)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Wide>
            {meant.length > limit && <Button onClick={() => setLimit(limit + FIRST_ROWS)}>{more}</Button>}
          </>
        );
      }}
    </Found>
  );
}
