import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { type PeriodSearch, periodIn } from '../period.ts';
import { useMay } from '../session.tsx';
import { reportRoomWords } from '../words/report-room-words.ts';
import { useWords } from '../words/use-words.ts';

const WAYS = [
  ['figures', '/reports'],
  ['shortfalls', '/reports/shortfalls'],
  ['coverage', '/reports/coverage'],
  ['plays', '/reports/plays'],
  ['comparison', '/reports/comparison'],
  ['uptime', '/reports/uptime'],
  ['issued', '/reports/issued'],
  ['quarantine', '/reports/quarantine'],
  ['channels', '/reports/channels'],
  ['audience', '/reports/audience'],
  ['dispatch', '/reports/dispatch'],
  ['rollCall', '/reports/roll-call'],
] as const;

/** Pages of what concerns the whole fleet. */
const OF_ALL: readonly string[] = ['issued', 'dispatch'];

/** The way between the pages of reports; the period goes along. */
export function ReportWays({ search }: { search: PeriodSearch }) {
  const words = useWords(reportRoomWords);
  const looksAtAll = useMay('lookAtAll');
  const period = periodIn({ ...search });
  const nav = useRef<HTMLElement>(null);
  // On a phone the row is longer than the window.
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <nav className="ways" ref={nav} aria-label={words.ways}>
      <ul>
        {WAYS.filter(([page]) => looksAtAll || !OF_ALL.includes(page)).map(([page, to]) => (
          <li key={page}>
            <Link to={to} search={period} activeOptions={{ exact: to === '/reports', includeSearch: false }}>
              {words.pages[page]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
