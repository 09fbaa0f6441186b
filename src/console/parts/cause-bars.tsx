import { useFormat } from '../format.ts';
import { shortfallWords } from '../words/shortfall-words.ts';
import { useWords } from '../words/use-words.ts';

/** What the server calls each cause. */
export type CauseWords = Readonly<Record<string, { readonly zh: string; readonly en: string }>>;

/** Causes that occur, the most frequent first, with their words. */
export function causesIn(causes: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(causes)
    .filter(([, plays]) => plays > 0)
    .sort(([, a], [, b]) => b - a);
}

/** How much of what is short has which cause. */
export function CauseBars({
  causes,
  words: causeWords,
}: {
  causes: Readonly<Record<string, number>>;
  words: CauseWords;
}) {
  const words = useWords(shortfallWords);
  const format = useFormat();
  const found = causesIn(causes);
  if (found.length === 0) return <p className="quiet">{words.noCauses}</p>;
  const most = Math.max(...found.map(([, plays]) => plays));
  return (
    <ul className="cause-bars">
      {found.map(([cause, plays]) => (
        <li key={cause}>
          <span>{causeWords[cause]?.[format.language] ?? cause}</span>
          <b className="number">{format.number(plays)}</b>
          <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
            <rect width={(plays / most) * 100} height="6" />
          </svg>
        </li>
      ))}
    </ul>
  );
}
