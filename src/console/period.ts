import { browserZone, datePlus, localDateAt } from './day.ts';
import { dateIn, idIn } from './search-params.ts';

/** What all pages of reports are narrowed to. Dates are local to each endpoint, both included. */
export interface PeriodSearch {
  from?: string | undefined;
  to?: string | undefined;
  campaign?: number | undefined;
}

/** The period in an address; anything else is dropped. */
export function periodIn(search: Record<string, unknown>): PeriodSearch {
  return { from: dateIn(search.from), to: dateIn(search.to), campaign: idIn(search.campaign) };
}

/** The period that is meant: without dates the last seven days. */
export function periodOf({ from, to }: PeriodSearch): { from: string; to: string } {
  const last = to ?? localDateAt(Date.now(), browserZone());
  return { from: from ?? datePlus(last, -6), to: last };
}

/** The period as the server is asked for it. */
export function scopeOf(search: PeriodSearch): { from: string; to: string; campaignId?: string } {
  const { campaign } = search;
  return { ...periodOf(search), ...(campaign !== undefined && { campaignId: String(campaign) }) };
}
