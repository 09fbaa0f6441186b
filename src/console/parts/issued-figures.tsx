import type { WholeReport } from '../../impressions/whole-report.ts';
import { useFormat } from '../format.ts';
import { issuedWords } from '../words/issued-words.ts';
import { reportWords } from '../words/report-words.ts';
import { useWords } from '../words/use-words.ts';
import { Figure } from './figure.tsx';

/** The main figures of a whole report, each with its coverage or its range. */
export function IssuedFigures({ report }: { report: WholeReport }) {
  const words = useWords(reportWords);
  const own = useWords(issuedWords);
  const format = useFormat();
  const n = format.number;
  const { totals, reach, uptime, shortfalls } = report;
  return (
    <dl className="figures">
      <Figure
        name={words.counted}
        value={n(totals.playsCounted)}
        note={`${words.promised} ${n(totals.playsPromised)}`}
      />
      <Figure
        name={words.coverage}
        value={format.percent(totals.coverage)}
        note={`${words.unknown} ${n(totals.playsUnknown)}`}
      />
      <Figure
        name={words.impressions}
        value={n(totals.impressions.best)}
        note={words.range(n(totals.impressions.low), n(totals.impressions.high))}
      />
      {reach && (
        <Figure
          name={own.reach}
          value={reach.best === null ? '—' : n(reach.best)}
          note={
            reach.best === null
              ? `${words.range(n(reach.low), n(reach.high))} · ${own.reachUnknown}`
              : words.range(n(reach.low), n(reach.high))
          }
        />
      )}
      {uptime && (
        <Figure
          name={own.uptime}
          value={format.percent(uptime.share)}
          note={shortfalls ? `${own.owed} ${n(shortfalls.totals.owed)}` : undefined}
        />
      )}
    </dl>
  );
}
