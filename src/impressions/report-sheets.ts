import type { ChannelSum, Tally } from '../outreach/tally.ts';
import type { Lang } from './formula-words.ts';
import { reachLines, shortfallSheets } from './reach-sheets.ts';
import type { Figures, PlaysReport, ReportRow } from './report-figures.ts';
import { wordsOf } from './report-words.ts';
import type { SheetCell, SheetModel } from './sheet.ts';
import type { OtherChannels, WholeReport } from './whole-report.ts';

/** What stands at the head of the sheet that explains the others. */
export interface SheetHead {
  readonly number: string | null;
  readonly issued: string | null;
  readonly sha256: string | null;
}

const text = (value: string): SheetCell => ({ is: 'text', value });
const count = (value: number): SheetCell => ({ is: 'count', value });
const EMPTY: SheetCell = { is: 'empty' };

const FIGURES: readonly (readonly [
  keyof ReturnType<typeof wordsOf>['columns'],
  (f: Figures) => SheetCell,
])[] = [
  ['promised', (f) => count(f.playsPromised)],
  ['counted', (f) => count(f.playsCounted)],
  ['cut', (f) => count(f.playsCut)],
  ['failed', (f) => count(f.playsFailed)],
  ['unknown', (f) => count(f.playsUnknown)],
  ['coverage', (f) => (f.coverage === null ? EMPTY : { is: 'share', value: f.coverage })],
  ['airtimePromised', (f) => ({ is: 'decimal', value: Math.round(f.airtimePromisedMs / 6_000) / 10 })],
  ['airtime', (f) => ({ is: 'decimal', value: Math.round(f.airtimeMs / 6_000) / 10 })],
  ['impressionsLow', (f) => count(f.impressions.low)],
  ['impressionsBest', (f) => count(f.impressions.best)],
  ['impressionsHigh', (f) => count(f.impressions.high)],
  ['hearersLow', (f) => count(f.hearers.low)],
  ['hearersBest', (f) => count(f.hearers.best)],
  ['hearersHigh', (f) => count(f.hearers.high)],
];

/** The sheets of one table of plays: its rows, the other channels, and how the figures came about. */
export function playsSheets(report: PlaysReport, other: OtherChannels | null, lang: Lang): SheetModel[] {
  const words = wordsOf(lang);
  return [
    rowsSheet(words.sheets[report.by], report.by, report.rows, report.totals, lang),
    ...channelSheets(other, lang),
    formulaSheet(report, { number: null, issued: null, sha256: null }, lang),
  ];
}

/** The sheets of a whole report: days, areas, endpoints, hours of the week, other channels, formula. */
export function wholeSheets(report: WholeReport, head: SheetHead, lang: Lang): SheetModel[] {
  const words = wordsOf(lang);
  const { days, areas, endpoints, totals } = report;
  const heat: SheetModel = {
    name: words.sheets.hour,
    header: [words.weekday, words.hour, words.columns.promised, words.columns.counted],
    rows: report.hoursOfWeek.map((cell) => [
      text(words.weekdays[cell.weekday - 1] ?? ''),
      count(cell.hour),
      count(cell.promised),
      count(cell.counted),
    ]),
    widths: [10, 8, 14, 14],
  };
  return [
    rowsSheet(words.sheets.day, 'day', days, totals, lang),
    rowsSheet(words.sheets.area, 'area', areas, totals, lang),
    rowsSheet(
      words.sheets.endpoint,
      'endpoint',
      endpoints,
      totals,
      lang,
      report.endpointsOmitted > 0 ? words.omitted(report.endpointsOmitted) : null,
    ),
    ...(report.owners ? [rowsSheet(words.sheets.owner, 'owner', report.owners, totals, lang)] : []),
    ...(report.assets ? [rowsSheet(words.sheets.asset, 'asset', report.assets, totals, lang)] : []),
    heat,
    ...shortfallSheets(report, lang),
    ...channelSheets(report.otherChannels, lang),
    formulaSheet(report, head, lang, reachLines(report, lang)),
  ];
}

function rowsSheet(
  name: string,
  by: PlaysReport['by'],
  rows: readonly ReportRow[],
  totals: Figures,
  lang: Lang,
  remark: string | null = null,
): SheetModel {
  const words = wordsOf(lang);
  const hasLabel = !['day', 'hour', 'weekHour', 'owner'].includes(by);
  const keyOf = (row: ReportRow): SheetCell[] => {
    if (by === 'day') return [{ is: 'date', value: row.key }];
    return hasLabel ? [{ is: 'count', value: Number(row.key) }, text(row.label)] : [text(row.label)];
  };
  const figures = (of: Figures) => FIGURES.map(([, cell]) => cell(of));
  const last = hasLabel ? [text(words.total), remark === null ? EMPTY : text(remark)] : [text(words.total)];
  return {
    name,
    header: [
      ...(hasLabel ? [words.columns.id, words.columns.name] : [words.sheets[by]]),
      ...FIGURES.map(([column]) => words.columns[column]),
    ],
    rows: rows.map((row) => [...keyOf(row), ...figures(row)]),
    totals: [...last, ...figures(totals)],
    widths: [...(hasLabel ? [8, 30] : [18]), ...FIGURES.map(() => 14)],
  };
}

function channelSheets(other: OtherChannels | null, lang: Lang): SheetModel[] {
  if (other === null) return [];
  const words = wordsOf(lang);
  const { channels } = words;
  const sum = (one: ChannelSum): SheetCell[] => [
    text(lang === 'zh' ? one.zh : one.en),
    count(one.count),
    text(lang === 'zh' ? one.unitZh : one.unitEn),
    count(one.tallies),
    count(one.withEvidence),
    text(one.sources.join('; ')),
    text(words.neverAdded),
  ];
  const name = (tally: Tally) => other.sums.find(({ channel }) => channel === tally.channel)?.[lang] ?? '';
  const entry = (tally: Tally): SheetCell[] => [
    count(tally.id),
    text(name(tally)),
    count(tally.count),
    { is: 'date', value: tally.fromDate },
    { is: 'date', value: tally.toDate },
    text(tally.areaName ?? ''),
    text(tally.source),
    text(tally.note),
    text(tally.evidenceSha256 ?? ''),
  ];
  return [
    {
      name: words.sheets.channels,
      header: [
        channels.channel,
        channels.count,
        channels.unit,
        channels.entries,
        channels.evidence,
        channels.sources,
        '',
      ],
      rows: other.sums.map(sum),
      widths: [18, 12, 16, 10, 14, 40, 60],
    },
    {
      name: words.sheets.tallies,
      header: [
        words.columns.id,
        channels.channel,
        channels.count,
        channels.from,
        channels.to,
        words.sheets.area,
        channels.source,
        channels.note,
        'SHA-256',
      ],
      rows: other.tallies.map(entry),
      widths: [8, 18, 12, 12, 12, 16, 30, 40, 66],
    },
  ];
}

/** Formula, inputs, assumptions and where the figures come from. */
function formulaSheet(
  report: Pick<PlaysReport, 'from' | 'to' | 'generatedAt' | 'campaign' | 'formula'>,
  head: SheetHead,
  lang: Lang,
  more: readonly (readonly [string, SheetCell])[] = [],
): SheetModel {
  const words = wordsOf(lang);
  const { formula } = report;
  const said = words.formula(formula);
  const rows: [string, SheetCell][] = [
    ...(head.number === null ? [] : [[words.number, text(head.number)] as [string, SheetCell]]),
    ...(head.issued === null ? [] : [[words.issued, text(head.issued)] as [string, SheetCell]]),
    ...(head.sha256 === null ? [] : [['SHA-256', text(head.sha256)] as [string, SheetCell]]),
    [words.campaign, text(report.campaign?.name ?? words.allCampaigns)],
    [words.from, { is: 'date', value: report.from }],
    [words.to, { is: 'date', value: report.to }],
    [words.madeAt, text(report.generatedAt)],
    [words.formulaVersion, text(formula.version)],
    [words.formulaTitle, text(said.text)],
    ...said.inputs.map(([name, meaning]): [string, SheetCell] => [name, text(meaning)]),
    ...said.assumptions.map((line, at): [string, SheetCell] => [`${words.assumption} ${at + 1}`, text(line)]),
    [words.coverageTitle, text(words.coverageMeaning)],
    ...more.map(([name, cell]): [string, SheetCell] => [name, cell]),
  ];
  return {
    name: words.sheets.formula,
    header: [words.item, words.content],
    rows: rows.map(([name, cell]) => [text(name), cell]),
    widths: [22, 120],
  };
}
