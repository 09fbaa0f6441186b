import { Button } from 'antd';
import { useState } from 'react';
import type { Tally } from '../../outreach/tally.ts';
import { useFormat } from '../format.ts';
import { channelWords } from '../words/channel-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { useNameOf } from './asset-facts.tsx';
import { Wide } from './wide.tsx';

const FIRST_ROWS = 100;

/** Tallies as they were entered; those that were corrected stay readable. */
export function TallyTable({
  tallies,
  onCorrect,
}: {
  tallies: readonly Tally[];
  onCorrect: ((tally: Tally) => void) | null;
}) {
  const words = useWords(channelWords);
  const { more } = useWords(shellWords);
  const format = useFormat();
  const nameOf = useNameOf(tallies.map(({ enteredBy }) => enteredBy));
  const [limit, setLimit] = useState(FIRST_ROWS);
  return (
    <>
      <Wide label={words.title}>
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">{words.columns.channel}</th>
              <th scope="col" className="number">
                {words.columns.count}
              </th>
              {(['dates', 'area', 'source', 'evidence', 'by'] as const).map((column) => (
                <th key={column} scope="col">
                  {words.columns[column]}
                </th>
              ))}
              {onCorrect && <th scope="col">{words.columns.act}</th>}
            </tr>
          </thead>
          <tbody>
            {tallies.slice(0, limit).map((tally) => (
              <tr key={tally.id} data-state={tally.replacedById === null ? undefined : 'closed'}>
                <td>{words.channels[tally.channel]}</td>
                <td className="number nowrap">
                  {format.number(tally.count)} <small className="quiet">{words.units[tally.channel]}</small>
                </td>
                <td>{words.span(format.date(tally.fromDate), format.date(tally.toDate))}</td>
                <td>{tally.areaName ?? '—'}</td>
                <td>
                  {tally.source}
                  {tally.note !== '' && <div className="quiet">{tally.note}</div>}
                  {tally.reason !== null && <div className="quiet">{words.because(tally.reason)}</div>}
                  {tally.replacedById !== null && (
                    <span className="tag" data-tone="doubt">
                      {words.replaced}
                    </span>
                  )}
                </td>
                <td>
                  {tally.evidenceSha256 === null ? (
                    <span className="quiet">{words.noFile}</span>
                  ) : (
                    <a href={`/api/evidence/${tally.evidenceSha256}`} download>
                      {words.file}
                    </a>
                  )}
                </td>
                <td>
                  {nameOf(tally.enteredBy)}
                  <div className="quiet nowrap">{format.dateTime(tally.enteredAt)}</div>
                </td>
                {onCorrect && (
                  <td>
                    {tally.replacedById === null && (
                      <Button size="small" onClick={() => onCorrect(tally)}>
                        {words.correct}
                      </Button>
                    )}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      {tallies.length > limit && <Button onClick={() => setLimit(limit + FIRST_ROWS)}>{more}</Button>}
    </>
  );
}
