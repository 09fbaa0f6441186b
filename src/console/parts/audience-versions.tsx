import { Button } from 'antd';
import { useState } from 'react';
import type { AudienceVersion } from '../../audience/audience.ts';
import { useFormat } from '../format.ts';
import { audienceWords } from '../words/audience-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { useNameOf } from './asset-facts.tsx';
import { Wide } from './wide.tsx';

const FIRST_ROWS = 10;

/** How the model came about, the newest version first. */
export function AudienceVersions({ versions }: { versions: readonly AudienceVersion[] }) {
  const words = useWords(audienceWords);
  const { more } = useWords(shellWords);
  const format = useFormat();
  const nameOf = useNameOf(versions.map(({ madeBy }) => madeBy));
  const [limit, setLimit] = useState(FIRST_ROWS);
  return (
    <section className="panel">
      <h2>{words.versions}</h2>
      {versions.length === 0 ? (
        <p className="quiet">{words.noVersions}</p>
      ) : (
        <Wide label={words.versions}>
          <table className="rows tight">
            <thead>
              <tr>
                {(['number', 'what', 'source', 'endpoints', 'by', 'at'] as const).map((column) => (
                  <th key={column} scope="col">
                    {words.columns[column]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {versions.slice(0, limit).map((version) => (
                <tr key={version.number}>
                  <td>{version.number}</td>
                  <td>{words.whats[version.what]}</td>
                  <td>{version.source}</td>
                  <td>
                    {version.what === 'population' && version.population !== null
                      ? `${format.number(version.population)} ${words.people}`
                      : format.number(version.endpoints)}
                  </td>
                  <td>{nameOf(version.madeBy)}</td>
                  <td className="nowrap">{format.dateTime(version.madeAt)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      )}
      {versions.length > limit && <Button onClick={() => setLimit(limit + FIRST_ROWS)}>{more}</Button>}
    </section>
  );
}
