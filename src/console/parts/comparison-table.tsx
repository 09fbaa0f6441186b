import { Button } from 'antd';
import { useState } from 'react';
import type { CompareBy, Comparison } from '../../impressions/comparison.ts';
import type { Figures } from '../../impressions/report-figures.ts';
import { type Format, useFormat } from '../format.ts';
import { comparisonWords } from '../words/comparison-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { Wide } from './wide.tsx';

const FIRST_ROWS = 100;

type Change = Comparison['totals']['change'];
type Key = 'counted' | 'airtime' | 'impressions' | 'hearers';

/** The figures that are compared, and how each is written. */
export const MOVES: readonly {
  readonly key: Key;
  readonly figure: (figures: Figures) => number;
  readonly change: keyof Change;
  readonly show: (value: number, format: Format) => string;
}[] = [
  {
    key: 'counted',
    figure: (figures) => figures.playsCounted,
    change: 'playsCounted',
    show: (value, format) => format.number(value),
  },
  {
    key: 'airtime',
    figure: (figures) => figures.airtimeMs,
    change: 'airtimeMs',
    show: (value, format) => format.length(value),
  },
  {
    key: 'impressions',
    figure: (figures) => figures.impressions.best,
    change: 'impressionsBest',
    show: (value, format) => format.number(value),
  },
  {
    key: 'hearers',
    figure: (figures) => figures.hearers.best,
    change: 'hearersBest',
    show: (value, format) => format.number(value),
  },
];

/** Says how a figure moved, as a share of what it was. */
export function useMove(): (change: Change, key: Key) => string {
  const words = useWords(comparisonWords);
  const format = useFormat();
  const percent = new Intl.NumberFormat(format.language === 'zh' ? 'zh-CN' : 'en-GB', {
    style: 'percent',
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  });
  return (change, key) => {
    const move = change[MOVES.find((one) => one.key === key)?.change ?? 'playsCounted'];
    if (move.share !== null) return percent.format(move.share);
    return move.by === 0 ? '—' : words.more;
  };
}

/** Row by row, the largest changes first; both periods with their coverage. */
export function ComparisonTable({
  rows,
  by,
  later,
  earlier,
}: Pick<Comparison, 'rows' | 'later' | 'earlier'> & { by: CompareBy }) {
  const words = useWords(comparisonWords);
  const { more } = useWords(shellWords);
  const format = useFormat();
  const moveIn = useMove();
  const [limit, setLimit] = useState(FIRST_ROWS);
  const value = (figures: Figures | null, move: (typeof MOVES)[number]) =>
    figures === null ? '—' : move.show(move.figure(figures), format);
  return (
    <>
      <Wide label={words.table}>
        <table className="rows tight">
          <thead>
            <tr>
              <th scope="col" rowSpan={2}>
                {words.bys[by]}
              </th>
              {MOVES.map(({ key }) => (
                <th key={key} scope="colgroup" colSpan={3} className="number group">
                  {words.columns[key]}
                </th>
              ))}
              <th scope="colgroup" colSpan={2} className="number group">
                {words.columns.coverage}
              </th>
            </tr>
            <tr>
              {MOVES.flatMap(({ key }) => [
                <th
                  key={`${key} l`}
                  scope="col"
                  className="number group"
                  title={`${later.from} – ${later.to}`}
                >
                  {words.later}
                </th>,
                <th key={`${key} e`} scope="col" className="number" title={`${earlier.from} – ${earlier.to}`}>
                  {words.earlier}
                </th>,
                <th key={`${key} c`} scope="col" className="number">
                  {words.change}
                </th>,
              ])}
              <th scope="col" className="number group">
                {words.later}
              </th>
              <th scope="col" className="number">
                {words.earlier}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, limit).map((row) => (
              <tr key={row.key}>
                <td>{by === 'campaign' && row.key === '0' ? words.filler : row.label}</td>
                {MOVES.flatMap((move) => [
                  <td key={`${move.key} l`} className="number group">
                    {value(row.later, move)}
                  </td>,
                  <td key={`${move.key} e`} className="number">
                    {value(row.earlier, move)}
                  </td>,
                  <td key={`${move.key} c`} className="number">
                    {moveIn(row.change, move.key)}
                  </td>,
                ])}
                <td className="number group">{format.percent(row.later?.coverage ?? null)}</td>
                <td className="number">{format.percent(row.earlier?.coverage ?? null)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      {rows.length > limit && <Button onClick={() => setLimit(limit + FIRST_ROWS)}>{more}</Button>}
    </>
  );
}
