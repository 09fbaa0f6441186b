import { wallClockOf } from '../base/local-time.ts';
import { lonePage } from '../base/lone-page.ts';
import type { Lang } from './formula-words.ts';
import { reachModelSection, reachSection, shortfallSection } from './reach-page.ts';
import { barRanking, barsOverTime, escapeMarkup, grouped, heatMap } from './report-charts.ts';
import type { Figures, ReportRow } from './report-figures.ts';
import type { SheetHead } from './report-sheets.ts';
import { type ReportWords, wordsOf } from './report-words.ts';
import { HOME_ZONE } from './report-zone.ts';
import type { WholeReport } from './whole-report.ts';

/** What a printer needs: the page, and what stands above and below on every sheet. All self-contained HTML. */
export interface PrintedPage {
  readonly html: string;
  readonly header: string;
  readonly footer: string;
}

/** What the page cannot know by itself. */
export interface PageFrame extends SheetHead {
  readonly lang: Lang;
  /** False: say that Chinese names may be unreadable. */
  readonly hasCjkFont: boolean;
}

const WIDTH = 680;
const MOST_RANKED = 15;
const MOST_AREA_ROWS = 60;
const MOST_DAY_ROWS = 62;
const HOUR_MS = 3_600_000;
const FONTS =
  "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC','WenQuanYi Zen Hei',sans-serif";

/** The whole report as a page for A4: no scripts, nothing to load, charts as SVG. */
export function reportPage(report: WholeReport, frame: PageFrame): PrintedPage {
  const words = wordsOf(frame.lang);
  const title = report.title === '' ? words.allCampaigns : report.title;
  const body = [
    heading(report, title, frame, words),
    figures(report.totals, words),
    reachSection(report, frame.lang),
    charts(report, words),
    shortfallSection(report, frame.lang),
    channels(report, frame.lang, words),
    `<h2>${words.tableAreas}</h2>`,
    table(report.areas, report.totals, MOST_AREA_ROWS, words, words.sheets.area),
    `<h2>${words.tableDays}</h2>`,
    table(report.days, report.totals, MOST_DAY_ROWS, words, words.sheets.day),
    formula(report, words),
    reachModelSection(report, frame.lang),
    signatures(frame, words),
  ];
  const html = lonePage({
    lang: frame.lang,
    title: escapeMarkup(`${words.report} ${title}`),
    style: STYLE,
    body: body.join('\n'),
  });
  const small = `font:8px ${FONTS};color:#5b6570;width:100%;padding:0 16mm;display:flex;justify-content:space-between`;
  const number = frame.number ?? words.notIssued;
  const page = escapeMarkup(words.page)
    .replace('{page}', '<span class="pageNumber"></span>')
    .replace('{pages}', '<span class="totalPages"></span>');
  const made = homeTime(report.generatedAt);
  return {
    html,
    header: `<div style="${small}"><span>${escapeMarkup(words.report)}</span><span>${escapeMarkup(number)}</span></div>`,
    footer: `<div style="${small}"><span>${escapeMarkup(`${words.madeAt}: ${made}`)}</span><span>${page}</span></div>`,
  };
}

/** `2027-02-05 10:00 (UTC+8)`. */
function homeTime(at: string): string {
  return `${wallClockOf(Date.parse(at), HOME_ZONE)} (UTC+8)`;
}

function heading(report: WholeReport, title: string, frame: PageFrame, words: ReportWords): string {
  const area = report.areas.find((row) => row.key === String(report.areaId))?.label ?? String(report.areaId);
  const scope =
    report.endpointId !== null
      ? (report.endpoints[0]?.label ?? words.scopeEndpoint(report.endpointId))
      : report.areaId !== null
        ? words.scopeArea(area)
        : words.scopeAll;
  const facts: [string, string][] = [
    [words.number, frame.number ?? words.notIssued],
    ...(frame.issued === null ? [] : [[words.issued, frame.issued] as [string, string]]),
    [words.campaign, report.campaign?.name ?? words.allCampaigns],
    [words.period, words.periodText(report.from, report.to)],
    [words.scope, scope],
    [words.madeAt, homeTime(report.generatedAt)],
    [words.formulaVersion, report.formula.version],
  ];
  return (
    `<p class="kind">${words.report}</p><h1>${escapeMarkup(title)}</h1><dl>` +
    facts.map(([name, value]) => `<dt>${name}</dt><dd>${escapeMarkup(value)}</dd>`).join('') +
    `</dl>${report.periodWasOpen ? `<p class="note">${words.open}</p>` : ''}` +
    (frame.hasCjkFont || words.noCjkFont === '' ? '' : `<p class="note">${words.noCjkFont}</p>`)
  );
}

/** Rounded down, so that 100% means all. */
function coverageText({ coverage }: Pick<Figures, 'coverage'>): string {
  return coverage === null ? '—' : `${(Math.floor(coverage * 1_000) / 10).toFixed(1)}%`;
}

function figures(totals: Figures, words: ReportWords): string {
  const coverage = `${words.coverageShort} ${coverageText(totals)}`;
  const hours = (ms: number) => grouped(Math.round(ms / (HOUR_MS / 10)) / 10);
  const range = ({ low, high }: Figures['impressions']) => words.range(grouped(low), grouped(high));
  const tile = (name: string, value: string, kind: string, notes: readonly string[]) =>
    `<div class="tile"><span>${name}</span><strong>${value}</strong>` +
    `<em>${kind} · ${coverage}</em>${notes.map((note) => `<small>${note}</small>`).join('')}</div>`;
  const known =
    totals.playsPromised === 0
      ? words.nothingPromised
      : words.known(coverageText(totals), grouped(totals.playsUnknown));
  return (
    `<h2>${words.headline}</h2><div class="tiles">` +
    tile(words.tiles.counted, grouped(totals.playsCounted), words.measured, [
      words.ofPromised(grouped(totals.playsPromised)),
    ]) +
    tile(words.tiles.airtime, hours(totals.airtimeMs), words.measured, [
      words.airtimeOf(hours(totals.airtimePromisedMs)),
    ]) +
    tile(words.tiles.impressions, grouped(totals.impressions.best), words.estimated, [
      range(totals.impressions),
    ]) +
    tile(words.tiles.hearers, grouped(totals.hearers.best), words.estimated, [range(totals.hearers)]) +
    `</div><p class="known">${known}</p>`
  );
}

function charts(report: WholeReport, words: ReportWords): string {
  const bar = (row: ReportRow, label: string) => ({
    label,
    promised: row.playsPromised,
    counted: row.playsCounted,
  });
  const ranked = report.areas.toSorted((a, b) => b.playsCounted - a.playsCounted);
  const rest = ranked.slice(MOST_RANKED);
  const sum = (of: (row: ReportRow) => number) => rest.reduce((total, row) => total + of(row), 0);
  const bars = ranked.slice(0, MOST_RANKED).map((row) => bar(row, row.label));
  if (rest.length > 0) {
    const others = { promised: sum((row) => row.playsPromised), counted: sum((row) => row.playsCounted) };
    bars.push({ label: words.others(rest.length), ...others });
  }
  const known = `<span>${words.measured} · ${words.coverageShort} ${coverageText(report.totals)}</span>`;
  const legend = `<p class="legend"><i class="promised"></i>${words.promised}<i class="counted"></i>${words.counted}${known}</p>`;
  const days = report.days.map((row) => bar(row, row.key.slice(5)));
  const figure = (title: string, chart: string, note: string) =>
    `<figure><figcaption>${title}</figcaption>${note}${chart}</figure>`;
  return (
    figure(words.chartDays, barsOverTime(days, { width: WIDTH, height: 168 }), legend) +
    figure(words.chartAreas, barRanking(bars, WIDTH), legend) +
    figure(
      words.chartHours,
      heatMap(report.hoursOfWeek, words.weekdays, WIDTH),
      `<p class="legend">${words.heatNote}${known}</p>`,
    )
  );
}

function channels(report: WholeReport, lang: Lang, words: ReportWords): string {
  const other = report.otherChannels;
  const title = `<h2>${words.channelsTitle}</h2>`;
  if (other === null) return `${title}<p>${words.noChannels}</p>`;
  const used = other.sums.filter((sum) => sum.tallies > 0);
  if (used.length === 0) return `${title}<p>${words.noTallies}</p>`;
  const { channels: c } = words;
  const rows = used.map(
    (sum) =>
      `<tr><td>${lang === 'zh' ? sum.zh : sum.en}</td><td class="n">${grouped(sum.count)}</td><td>${lang === 'zh' ? sum.unitZh : sum.unitEn}</td>` +
      `<td class="n">${sum.tallies}</td><td class="n">${sum.withEvidence} / ${sum.tallies}</td><td>${escapeMarkup(sum.sources.slice(0, 6).join('; '))}${sum.sources.length > 6 ? ' …' : ''}</td></tr>`,
  );
  return (
    `<section class="whole">${title}<table><thead><tr><th>${c.channel}</th><th class="n">${c.count}</th><th>${c.unit}</th><th class="n">${c.entries}</th>` +
    `<th class="n">${c.evidence}</th><th>${c.sources}</th></tr></thead><tbody>${rows.join('')}</tbody></table><p class="note">${words.neverAdded}</p></section>`
  );
}

function table(
  rows: readonly ReportRow[],
  totals: Figures,
  most: number,
  words: ReportWords,
  first: string,
): string {
  const { columns } = words;
  const heads = [
    columns.promised,
    columns.counted,
    columns.cut,
    columns.failed,
    columns.unknown,
    columns.coverage,
    columns.impressionsBest,
    columns.hearersBest,
  ];
  const between = ({ best, low, high }: Figures['impressions']) =>
    best === 0 && high === 0 ? '—' : `${grouped(best)}<small>${grouped(low)} – ${grouped(high)}</small>`;
  const cells = (f: Figures) =>
    [f.playsPromised, f.playsCounted, f.playsCut, f.playsFailed, f.playsUnknown]
      .map(grouped)
      .concat([coverageText(f), between(f.impressions), between(f.hearers)]);
  const line = (label: string, f: Figures, kind = '') =>
    `<tr${kind}><td>${escapeMarkup(label)}</td>${cells(f)
      .map((cell) => `<td class="n">${cell}</td>`)
      .join('')}</tr>`;
  const omitted = rows.length > most ? `<p class="note">${words.omitted(rows.length - most)}</p>` : '';
  return (
    `<table><thead><tr><th>${first}</th>${heads.map((head) => `<th class="n">${head}</th>`).join('')}</tr></thead>` +
    `<tbody>${rows
      .slice(0, most)
      .map((row) => line(row.label, row))
      .join('')}${line(words.total, totals, ' class="total"')}</tbody></table>${omitted}`
  );
}

function formula(report: WholeReport, words: ReportWords): string {
  const said = words.formula(report.formula);
  const inputs = said.inputs.map(
    ([sign, meaning]) => `<dt>${escapeMarkup(sign)}</dt><dd>${escapeMarkup(meaning)}</dd>`,
  );
  return (
    `<section class="whole"><h2>${words.formulaTitle}</h2><p class="formula">${escapeMarkup(said.text)}` +
    `<span>${words.formulaVersion} ${escapeMarkup(report.formula.version)}</span></p><dl class="signs">${inputs.join('')}` +
    `<dt>${words.coverageTitle}</dt><dd>${words.coverageMeaning}</dd></dl>` +
    `<ol>${said.assumptions.map((line) => `<li>${escapeMarkup(line)}</li>`).join('')}</ol></section>`
  );
}

function signatures(frame: PageFrame, words: ReportWords): string {
  const lines = words.signatures.map((name) => `<div><span>${name}</span><b></b></div>`);
  const frozen = frame.sha256 === null ? '' : `<p class="hash">${words.frozen(frame.sha256)}</p>`;
  return `<section class="whole signatures"><div class="lines">${lines.join('')}</div><p class="seal">${words.seal}</p>${frozen}</section>`;
}

const STYLE = `
@page { size: A4; margin: 20mm 16mm 18mm }
* { box-sizing: border-box }
body { font: 10.5px/1.55 ${FONTS}; color: #1d242c; margin: 0; -webkit-print-color-adjust: exact; print-color-adjust: exact }
.kind { color: #8c1d18; font-size: 12px; font-weight: 700; letter-spacing: .08em; margin: 0 }
h1 { font-size: 23px; line-height: 1.3; margin: 2px 0 10px; padding-bottom: 8px; border-bottom: 2px solid #8c1d18; overflow-wrap: anywhere }
h2 { font-size: 14px; margin: 20px 0 7px; break-after: avoid }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; margin: 0 }
dt { color: #5b6570 } dd { margin: 0; overflow-wrap: anywhere }
.note { color: #6b5310; background: #fdf6e3; padding: 4px 9px; margin: 8px 0; border-left: 3px solid #d9a514; break-inside: avoid }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 8px }
.tile { border: 1px solid #d5dbe2; border-top: 3px solid #1f5f99; padding: 7px 9px; break-inside: avoid }
.tile > * { display: block } .tile span { color: #5b6570 }
.tile strong { font-size: 20px; line-height: 1.35; font-variant-numeric: tabular-nums }
.tile em { font-style: normal; font-size: 9px; color: #1f5f99 } .tile small { font-size: 9px; color: #5b6570 }
.known { margin: 8px 0 0 }
figure { margin: 18px 0 0; break-inside: avoid } figcaption { font-size: 12.5px; font-weight: 700 }
.legend { margin: 1px 0 6px; font-size: 9px; color: #5b6570 }
.legend i { display: inline-block; width: 9px; height: 9px; margin: 0 4px 0 10px; vertical-align: -1px }
.legend i:first-child { margin-left: 0 } .legend span { float: right }
i.promised { background: #c9d3df } i.counted { background: #1f5f99 }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
thead { display: table-header-group } tr { break-inside: avoid }
th { text-align: left; font-weight: 600; color: #5b6570; border-bottom: 1px solid #8a94a0; padding: 3px 6px 3px 0; vertical-align: bottom }
td { border-bottom: 1px solid #e4e8ed; padding: 2px 6px 2px 0; line-height: 1.3; vertical-align: top; overflow-wrap: anywhere }
td.n + td:not(.n), th.n + th:not(.n) { padding-left: 10px }
th:last-child, td:last-child { padding-right: 0 }
.n { text-align: right; white-space: nowrap } th.n { white-space: normal } td small { display: block; font-size: 8px; color: #6c7681 }
.total td { font-weight: 700; border-top: 1px solid #8a94a0; border-bottom: 0 }
.whole { break-inside: avoid } .whole > table + table { margin-top: 12px } .long { font-size: 11px }
.formula { font-size: 13px; background: #eef2f7; padding: 8px 12px; margin: 0 0 8px } .formula span { float: right; font-size: 9px; color: #5b6570; line-height: 20px }
ol { margin: 9px 0 0; padding-left: 18px }
.signatures { margin-top: 30px } .lines { display: grid; grid-template-columns: repeat(4, 1fr); gap: 18px }
.lines span { color: #5b6570 } .lines b { display: block; height: 40px; border-bottom: 1px solid #1d242c }
.seal { text-align: right; color: #8a94a0; margin: 10px 0 0 } .hash { font: 8px ui-monospace, monospace; color: #6c7681; margin: 14px 0 0; overflow-wrap: anywhere }
`;
