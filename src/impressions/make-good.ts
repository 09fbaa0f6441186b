import { dateAfter } from '../base/local-time.ts';
import type { BookingDraft } from '../campaigns/booking.ts';
import type { Booking } from '../campaigns/campaign.ts';
import type { ShortfallRow } from './shortfall.ts';

/** A booking that would make good what another is short of. */
export interface MakeGood {
  readonly draft: BookingDraft;
  /** What it makes good, by endpoint. */
  readonly plays: ReadonlyMap<number, number>;
}

/** Extra plays are spread over at most so many days. */
const MOST_DAYS = 14;
/** More bookings than this for one are no help to anybody: endpoints that are owed less then get a little more. */
const MOST_BOOKINGS = 6;
/** Hours a day counted on where the booking names none. */
const USUAL_HOURS = 8;

/**
 * Bookings for what one booking owes: from `firstDate` on, at most to the end of its campaign, evenly over days.
 * Endpoints that are owed about the same share a booking. None when nothing is owed or no day is left.
 */
export function makeGoodsFor(
  booking: Booking,
  owed: readonly Pick<ShortfallRow, 'endpointId' | 'owed'>[],
  firstDate: string,
  lastDate: string,
): MakeGood[] {
  const daysLeft = Math.round((Date.parse(lastDate) - Date.parse(firstDate)) / 86_400_000) + 1;
  const open = owed.filter((one) => one.owed > 0);
  if (daysLeft < 1 || open.length === 0) return [];
  const days = Math.min(MOST_DAYS, daysLeft);
  const groups = new Map<number, Pick<ShortfallRow, 'endpointId' | 'owed'>[]>();
  const steps = [...new Set(open.map((one) => Math.ceil(one.owed / days)))].sort((a, b) => a - b);
  const levels = steps.filter(
    (_, at) => at % Math.ceil(steps.length / MOST_BOOKINGS) === 0 || at === steps.length - 1,
  );
  for (const one of open) {
    const perDay = levels.find((level) => level >= Math.ceil(one.owed / days)) ?? 1;
    groups.set(perDay, [...(groups.get(perDay) ?? []), one]);
  }
  return [...groups]
    .sort(([a], [b]) => b - a)
    .map(([perDay, group]) => {
      const longest = Math.max(...group.map((one) => Math.ceil(one.owed / perDay)));
      const { campaignId, playlistId, dayparts, tier } = booking;
      return {
        draft: {
          ...{ campaignId, playlistId, dayparts, tier },
          name: `补播 ${booking.name}`.slice(0, 200),
          endpoints: { endpointIds: group.map(({ endpointId }) => endpointId).sort((a, b) => a - b) },
          fromDate: firstDate,
          toDate: dateAfter(firstDate, Math.min(days, longest) - 1),
          rrule: null,
          exdates: [],
          rate: { kind: 'perHour', plays: Math.min(240, Math.ceil(perDay / hoursADay(booking))) },
          maxPerHour: null,
          maxPerDay: Math.min(6_000, perDay),
        },
        plays: new Map(group.map((one) => [one.endpointId, one.owed])),
      };
    });
}

/** The shortest daypart's hours, since any of them may be the only one of a day. */
function hoursADay({ dayparts }: Pick<Booking, 'dayparts'>): number {
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
  const lengths = dayparts.map(({ from, to }) => (minutes(to) - minutes(from) + 1_440) % 1_440 || 1_440);
  return Math.max(1, lengths.length === 0 ? USUAL_HOURS : Math.min(...lengths) / 60);
}
