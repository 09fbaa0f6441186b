import type { Figures, PlaysReport } from './report-figures.ts';

type Cell = string | number;
type Column = readonly [string, (figures: Figures) => Cell];

const COUNTS: readonly Column[] = [
  ['plays promised', (f) => f.playsPromised],
  ['plays counted', (f) => f.playsCounted],
  ['cut', (f) => f.playsCut],
  ['failed', (f) => f.playsFailed],
  ['unknown', (f) => f.playsUnknown],
  ['coverage %', (f) => (f.coverage === null ? '' : percent(f.coverage))],
  ['airtime min', (f) => (f.airtimeMs / 60_000).toFixed(1)],
];
const ESTIMATES: readonly Column[] = [
  ['impressions low', (f) => f.impressions.low],
  ['impressions best', (f) => f.impressions.best],
  ['impressions high', (f) => f.impressions.high],
  ['hearers low', (f) => f.hearers.low],
  ['hearers best', (f) => f.hearers.best],
  ['hearers high', (f) => f.hearers.high],
];
const COLUMNS = [...COUNTS, ...ESTIMATES];

function percent(share: number): string {
  return (Math.floor(share * 1_000) / 10).toFixed(1);
}

/**
 * The rows as CSV (RFC 4180, CRLF) with a byte-order mark, by which spreadsheets know UTF-8. Text that a
 * spreadsheet would run as a formula gets an apostrophe before it. The last line is the total.
 */
export function reportCsv(report: PlaysReport): string {
  const header = [
    report.by,
    'name',
    ...COLUMNS.map(([name]) => name),
    'airtime promised min',
    'formula version',
  ];
  const line = (key: string, label: string, figures: Figures): Cell[] => [
    key,
    label,
    ...COLUMNS.map(([, of]) => of(figures)),
    (figures.airtimePromisedMs / 60_000).toFixed(1),
    report.formula.version,
  ];
  const lines = [
    header,
    ...report.rows.map((row) => line(row.key, row.label, row)),
    line('total', `${report.from} – ${report.to}`, report.totals),
  ];
  return `\ufeff${lines.map((cells) => cells.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

/** One CSV cell: harmless to spreadsheets, quoted where needed. Numbers are left as they are. */
export function csvCell(value: Cell): string {
  if (typeof value === 'number' || /^-?\d+(\.\d+)?$/.test(value)) return String(value);
  const harmless = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** The report as an aligned table with its total, its period and its formula; for a terminal. */
export function reportTable(report: PlaysReport): string {
  const range = ({ low, best, high }: Figures['impressions']) => `${best} (${low}–${high})`;
  const line = (label: string, figures: Figures): string[] => [
    label,
    ...COUNTS.map(([, of]) => String(of(figures))),
    range(figures.impressions),
    range(figures.hearers),
  ];
  const lines = [
    [report.by, ...COUNTS.map(([name]) => name), 'impressions', 'hearers'],
    ...report.rows.map((row) => line(row.label, row)),
    line('total', report.totals),
  ];
  const widths = lines.reduce<number[]>(
    (widest, cells) => cells.map((cell, column) => Math.max(widest[column] ?? 0, textWidth(cell))),
    [],
  );
  const aligned = lines.map((cells) =>
    cells
      .map((cell, column) => {
        const space = ' '.repeat((widths[column] ?? 0) - textWidth(cell));
        return column === 0 ? cell + space : space + cell;
      })
      .join('  ')
      .trimEnd(),
  );
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  const [header = '', ...rest] = aligned;
  const total = rest.pop() ?? '';
  const { version, text, inputs, assumptions } = report.formula;
  const described = Object.entries(inputs).map(
    ([name, input]) => `  ${name}: ${typeof input === 'string' ? input : JSON.stringify(input)}`,
  );
  const title =
    report.campaign === null ? 'All campaigns' : `Campaign ${report.campaign.id}: ${report.campaign.name}`;
  return [
    `${title}, ${report.from} to ${report.to} (local dates), made ${report.generatedAt}`,
    '',
    header,
    rule,
    ...rest,
    rule,
    total,
    '',
    `Formula, version ${version}: ${text}`,
    ...described,
    ...assumptions.map((assumption) => `  · ${assumption}`),
    '',
  ].join('\n');
}

/** Columns that a text takes in a terminal: East Asian wide characters take two, combining marks none. */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of new Intl.Segmenter('zh', { granularity: 'grapheme' }).segment(text)) {
    width += WIDE.test(segment) ? 2 : 1;
  }
  return width;
}

/** Wide by UAX #11: Hangul, kana, ideographs, full-width forms, emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
