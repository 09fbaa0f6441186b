import type { Lang } from './formula-words.ts';
import { reachWordsOf } from './reach-words.ts';
import { grouped } from './report-charts.ts';
import type { SheetCell, SheetModel } from './sheet.ts';
import { CAUSE_WORDS, CAUSES } from './shortfall.ts';
import type { WholeReport } from './whole-report.ts';

const text = (value: string): SheetCell => ({ is: 'text', value });
const count = (value: number): SheetCell => ({ is: 'count', value });

/** What was promised and not played, by booking and endpoint, one column a cause. */
export function shortfallSheets({ shortfalls }: WholeReport, lang: Lang): SheetModel[] {
  if (!shortfalls) return [];
  const words = reachWordsOf(lang);
  const { rows, totals, omitted } = shortfalls;
  const figures = (of: typeof totals) => [
    count(of.asked ?? of.promised),
    count(of.promised),
    count(of.counted),
    count(of.short),
    ...CAUSES.map((cause) => count(of.causes[cause])),
    count(of.takenOver),
    count(of.owed),
  ];
  return [
    {
      name: words.sheetShortfalls,
      header: [
        words.endpoint,
        words.booking,
        ...words.shortfallColumns,
        ...CAUSES.map((cause) => CAUSE_WORDS[cause][lang]),
        words.takenOver,
        words.owed,
      ],
      rows: rows.map((row) => [text(row.endpoint), text(row.booking), ...figures(row)]),
      totals: [text(words.total), text(omitted > 0 ? words.omitted(omitted) : ''), ...figures(totals)],
      widths: [30, 24, 10, 10, 10, 10, ...CAUSES.map(() => 16), 12, 10],
    },
  ];
}

/** Reach and uptime as lines of the sheet that explains the others. */
export function reachLines({ reach, uptime }: WholeReport, lang: Lang): [string, SheetCell][] {
  const words = reachWordsOf(lang);
  const lines: [string, SheetCell][] = [];
  if (uptime) {
    const share = uptime.share === null ? '—' : `${(Math.floor(uptime.share * 1_000) / 10).toFixed(1)}%`;
    const { hoursUp, hoursPromised, hoursUnknown } = uptime;
    const said = words.uptime(share, grouped(hoursUp), grouped(hoursPromised), grouped(hoursUnknown));
    lines.push([words.uptimeTitle, text(said)]);
  }
  if (reach) {
    lines.push([words.reachTitle, text(words.reach(reach, grouped))]);
    lines.push([words.reachVersion, text(reach.version)], [words.reachTitle, text(words.reachText)]);
    for (const [sign, meaning] of words.reachInputs) lines.push([sign, text(meaning)]);
    for (const assumption of words.reachAssumptions) lines.push(['·', text(assumption)]);
  }
  return lines;
}
