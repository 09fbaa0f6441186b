import { localDateOf } from '../base/local-time.ts';
import { Refusal } from '../base/refusal.ts';
import { type Clock, DAY_MS } from '../base/units.ts';
import { type PlaysReport, playsReport, type ReportBy } from './report-figures.ts';
import type { LocalPeriod, NarrowedTo } from './report-scope-store.ts';
import type { ReportStore } from './report-store.ts';
import { HOME_ZONE } from './report-zone.ts';

/** What somebody asks a report for. Dates are local, YYYY-MM-DD, both included. */
export interface ReportQuery extends NarrowedTo {
  readonly by: ReportBy;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Longest period of one report, in days. */
export const LONGEST_REPORT_DAYS = 400;
/** Without dates and campaign a report covers this many days up to today. */
const USUAL_DAYS = 31;

/** Lets periods pass that a report may cover. @throws Refusal request.invalid */
export function requirePeriod({ from, to }: LocalPeriod): void {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (!(days >= 1))
    throw new Refusal('request.invalid', {
      en: 'The report ends before it starts.',
      zh: '报表的结束日期早于开始日期。',
    });
  if (days > LONGEST_REPORT_DAYS) {
    throw new Refusal('request.invalid', {
      en: `A report covers at most ${LONGEST_REPORT_DAYS} days.`,
      zh: `一份报表最多 ${LONGEST_REPORT_DAYS} 天，请缩短期间。`,
    });
  }
}

/**
 * Makes a report. Without dates it covers the period of its campaign, else the last 31 days.
 * @throws Refusal `campaign.unknown`, `request.invalid` when the period is backwards or over 400 days
 */
export async function makeReport(store: ReportStore, clock: Clock, query: ReportQuery): Promise<PlaysReport> {
  const { by, campaignId, endpointId, areaId, owner, within } = query;
  const campaign = campaignId === undefined ? null : await store.campaign(campaignId);
  const now = clock();
  const to = query.to ?? campaign?.to ?? localDateOf(now, HOME_ZONE);
  const usual = new Date(Date.parse(to) - (USUAL_DAYS - 1) * DAY_MS).toISOString().slice(0, 10);
  const from = query.from ?? campaign?.from ?? usual;
  requirePeriod({ from, to });
  const { rows, audience } = await store.sums({
    by,
    from,
    to,
    campaignId,
    endpointId,
    areaId,
    owner,
    within,
  });
  const named = campaign === null ? null : { id: campaign.id, name: campaign.name };
  const head = { by, from, to, generatedAt: new Date(now).toISOString(), campaign: named };
  return playsReport(head, rows, audience);
}
