import { hashKey } from '@tanstack/react-query';
import type { BookingDraft } from '../campaigns/booking.ts';

/** What belongs together in a booking: who changes one field of a part means the whole part. */
const PARTS = {
  name: ['name'],
  campaign: ['campaignId'],
  playlist: ['playlistId'],
  endpoints: ['endpoints'],
  dates: ['fromDate', 'toDate'],
  days: ['rrule', 'exdates'],
  hours: ['dayparts'],
  rate: ['rate', 'maxPerHour', 'maxPerDay'],
  tier: ['tier'],
} as const satisfies Readonly<Record<string, readonly (keyof BookingDraft)[]>>;

/** A part of a booking that can be changed by itself. */
export type BookingPart = keyof typeof PARTS;

const NAMES = Object.keys(PARTS) as BookingPart[];

/** The parts in which two drafts differ. */
export function changedParts(before: BookingDraft, after: BookingDraft): BookingPart[] {
  // The hash sorts fields by name, so that their order makes no difference.
  return NAMES.filter((part) => PARTS[part].some((key) => hashKey([before[key]]) !== hashKey([after[key]])));
}

/** What was meant to be changed: from what, to what. */
export interface MeantChange {
  readonly before: BookingDraft;
  readonly after: BookingDraft;
}

/** The change made to what somebody else stored meanwhile, or null where both changed the same part. */
export function mergedChange({ before, after }: MeantChange, theirs: BookingDraft): BookingDraft | null {
  const mine = changedParts(before, after);
  const other = new Set(changedParts(before, theirs));
  if (mine.some((part) => other.has(part))) return null;
  const fields = mine.flatMap((part) => PARTS[part].map((key) => [key, after[key]] as const));
  return { ...theirs, ...Object.fromEntries(fields) };
}
