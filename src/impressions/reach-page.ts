import type { Lang } from './formula-words.ts';
import { reachWordsOf } from './reach-words.ts';
import { escapeMarkup, grouped } from './report-charts.ts';
import { CAUSE_WORDS, CAUSES } from './shortfall.ts';
import type { WholeReport } from './whole-report.ts';

const MOST_WORST = 8;

/** How many people were reached, and how long endpoints were at work; empty where a report does not say. */
export function reachSection({ reach, uptime }: WholeReport, lang: Lang): string {
  const words = reachWordsOf(lang);
  const share = uptime?.share ?? null;
  const percent = share === null ? '—' : `${(Math.floor(share * 1_000) / 10).toFixed(1)}%`;
  const up = uptime
    ? `<p>${words.uptime(percent, grouped(uptime.hoursUp), grouped(uptime.hoursPromised), grouped(uptime.hoursUnknown))}</p>`
    : '';
  if (!reach) return up;
  const without =
    reach.endpointsWithoutPeople > 0 ? ` ${words.withoutPeople(reach.endpointsWithoutPeople)}` : '';
  return `<section class="whole"><h2>${words.reachTitle}</h2><p>${words.reach(reach, grouped)}${without}</p>${up}</section>`;
}

/** What was promised and not played, by cause, and where most; empty where a report does not say. */
export function shortfallSection({ shortfalls }: WholeReport, lang: Lang): string {
  if (!shortfalls) return '';
  const words = reachWordsOf(lang);
  const { totals, rows } = shortfalls;
  const title = `<h2>${words.shortfallTitle}</h2>`;
  if (totals.short === 0) return `${title}<p>${words.noShortfall}</p>`;
  const causes = CAUSES.filter((cause) => totals.causes[cause] > 0).map(
    (cause) =>
      `<tr><td>${CAUSE_WORDS[cause][lang]}</td><td class="n">${grouped(totals.causes[cause])}</td></tr>`,
  );
  const worst = rows
    .slice(0, MOST_WORST)
    .map(
      (row) =>
        `<tr><td>${escapeMarkup(row.endpoint)}</td><td>${escapeMarkup(row.booking)}</td><td class="n">${grouped(row.short)}</td>` +
        `<td class="n">${grouped(row.takenOver)}</td><td class="n">${grouped(row.owed)}</td></tr>`,
    );
  return (
    `<section class="whole">${title}<p>${words.shortfall(grouped(totals.short), grouped(totals.asked ?? totals.promised), grouped(totals.owed))}</p>` +
    `<table><thead><tr><th>${words.cause}</th><th class="n">${words.plays}</th></tr></thead><tbody>${causes.join('')}</tbody></table>` +
    `<table><thead><tr><th>${words.worst}</th><th>${words.booking}</th><th class="n">${words.short}</th><th class="n">${words.takenOver}</th>` +
    `<th class="n">${words.owed}</th></tr></thead><tbody>${worst.join('')}</tbody></table></section>`
  );
}

/** The model of reach as it is printed beside the formula; empty where a report has no reach. */
export function reachModelSection({ reach }: WholeReport, lang: Lang): string {
  if (!reach) return '';
  const words = reachWordsOf(lang);
  const signs = words.reachInputs.map(([sign, meaning]) => `<dt>${sign}</dt><dd>${meaning}</dd>`);
  return (
    `<section class="whole"><h2>${words.reachTitle}</h2><p class="formula long">${words.reachText}</p>` +
    `<dl class="signs"><dt>${words.reachVersion}</dt><dd>${escapeMarkup(reach.version)}</dd>${signs.join('')}</dl><ol>${words.reachAssumptions.map((line) => `<li>${line}</li>`).join('')}</ol></section>`
  );
}
