import type { bookings } from '../db/campaign-tables.ts';
import { type BookingDraft, rateOf, rateToStore, storedDayparts } from './booking.ts';
import type { Booking } from './campaign.ts';
import { readRrule } from './recurrence.ts';
import { daypartOf } from './wall-time.ts';

/** What the columns of a booking hold of a draft. */
export function columnsOf(draft: BookingDraft) {
  return {
    campaignId: draft.campaignId,
    playlistId: draft.playlistId,
    name: draft.name,
    selection: selectionToStore(draft.endpoints),
    fromDate: draft.fromDate,
    toDate: draft.toDate,
    dayparts: storedDayparts(draft),
    rrule: draft.rrule === null ? null : readRrule(draft.rrule),
    exdates: [...new Set(draft.exdates)].sort(),
    ...rateToStore(draft.rate),
    maxPerHour: draft.maxPerHour,
    maxPerDay: draft.maxPerDay,
    tier: draft.tier,
  };
}

function selectionToStore(selection: BookingDraft['endpoints']) {
  const { endpointIds, areaIds, kinds, tags } = selection;
  return {
    ...(endpointIds && { endpointIds }),
    ...(areaIds && { areaIds }),
    ...(kinds && { kinds }),
    ...(tags && { tags }),
  };
}

/** The booking of a row. */
export function bookingOf(row: typeof bookings.$inferSelect): Booking {
  const { id, campaignId, playlistId, name, fromDate, toDate, tier } = row;
  const { endpointIds, areaIds, kinds, tags } = row.selection;
  return {
    id,
    campaignId,
    playlistId,
    name,
    fromDate,
    toDate,
    tier,
    endpoints: {
      ...(endpointIds && { endpointIds: [...endpointIds] }),
      ...(areaIds && { areaIds: [...areaIds] }),
      ...(kinds && { kinds: [...kinds] }),
      ...(tags && { tags: [...tags] }),
    },
    dayparts: row.dayparts.map(daypartOf),
    rrule: row.rrule,
    exdates: row.exdates,
    rate: rateOf(row),
    maxPerHour: row.maxPerHour,
    maxPerDay: row.maxPerDay,
    version: row.version,
    changedBy: row.changedBy,
    changedAt: row.changedAt?.toISOString() ?? null,
    withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
  };
}
