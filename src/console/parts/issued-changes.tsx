import { useFormat } from '../format.ts';
import { issuedWords } from '../words/issued-words.ts';
import { useWords } from '../words/use-words.ts';
import { Wide } from './wide.tsx';

const SHOWN = 50;

/** What the same report would say today. */
interface Newer {
  readonly exist: boolean;
  readonly checkedAt: string;
  readonly changed: number;
  readonly changes: readonly {
    readonly where: string;
    readonly label: string;
    readonly issued: number | null;
    readonly now: number | null;
  }[];
}

/** Whether newer numbers exist than those that were issued, and which. */
export function IssuedChanges({ newer }: { newer: Newer | null }) {
  const words = useWords(issuedWords);
  const format = useFormat();
  if (newer === null) return null;
  const checked = words.checked(format.dateTime(newer.checkedAt));
  if (!newer.exist) {
    return (
      <p className="verdict" data-fits="true" role="status">
        {words.current} {checked}
      </p>
    );
  }
  const nameOf = (where: string, label: string) => {
    const [part = '', ...rest] = where.split('.');
    const named = Object.entries(words.parts).find(([key]) => key === part)?.[1] ?? part;
    const figure = Object.entries(words.figures).find(([key]) => key === rest.at(-1))?.[1];
    return [named, label === '' ? null : label, figure].filter((one) => one).join(' · ');
  };
  const shown = (where: string, value: number | null) => {
    if (value === null) return '—';
    if (where.endsWith('coverage')) return format.percent(value);
    return where.endsWith('airtimeMs') ? format.length(value) : format.number(value);
  };
  return (
    <details className="panel newer">
      <summary>
        <b>{words.newer(format.number(newer.changed))}</b> <span className="quiet">{checked}</span>
      </summary>
      <Wide label={words.changes}>
        <table className="rows tight">
          <thead>
            <tr>
              <th scope="col">{words.where}</th>
              <th scope="col" className="number">
                {words.was}
              </th>
              <th scope="col" className="number">
                {words.now}
              </th>
            </tr>
          </thead>
          <tbody>
            {newer.changes.slice(0, SHOWN).map(({ where, label, issued, now }) => (
              <tr key={where}>
                <td>{nameOf(where, label)}</td>
                <td className="number">{shown(where, issued)}</td>
                <td className="number">{shown(where, now)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      {newer.changed > SHOWN && (
        <p className="quiet">{words.moreChanges(format.number(newer.changed - SHOWN))}</p>
      )}
    </details>
  );
}
