import type { WeeklyWindow } from '../../src/base/local-time.ts';
import { holidayCalendar } from '../../src/campaigns/holiday.ts';
import type {
  BookingFacts,
  EndpointFacts,
  EntryFacts,
  UnpacedWorld,
  World,
} from '../../src/schedule/eligible.ts';
import { pacedWorld } from '../../src/schedule/pacing.ts';

/** Every day from 07:00 to 21:00. */
export const SEVEN_TO_NINE: readonly WeeklyWindow[] = [
  { days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 420, toMinute: 1_260 },
];

/** A film of an approved asset, as an entry of a playlist. */
export function entryOf(assetId: number, durationMs = 15_000, state = 'approved'): EntryFacts {
  const sha256 = assetId.toString(16).padStart(64, '0');
  return {
    material: {
      assetId,
      category: 'psa',
      state,
      files: [{ sha256, mediaClass: 'video', durationMs, hasSound: true }],
    },
    stillMs: null,
    weight: 1,
  };
}

/** A lobby television in Shanghai's zone, open from 07:00 to 21:00. */
export function endpointFacts(id: number, over: Partial<EndpointFacts> = {}): EndpointFacts {
  return {
    id,
    name: `终端 ${id}`,
    kind: 'tv',
    areaId: 1,
    tags: [],
    timeZone: 'Asia/Shanghai',
    openingHours: SEVEN_TO_NINE,
    quietHours: [],
    ...over,
  };
}

/** Twelve plays an hour of asset `100 + id` on every endpoint, the whole of 2027. */
export function bookingFacts(id: number, over: Partial<BookingFacts> = {}): BookingFacts {
  return {
    id,
    name: `booking ${id}`,
    campaignId: 1,
    selection: {},
    fromDate: '2027-01-01',
    toDate: '2027-12-31',
    dates: null,
    dayparts: [],
    rate: { kind: 'perHour', plays: 12 },
    maxPerHour: null,
    maxPerDay: null,
    tier: 0,
    entries: [entryOf(100 + id)],
    ...over,
  };
}

/** A world of these bookings, with one endpoint and one filler unless said otherwise. */
export function worldFacts(bookings: readonly BookingFacts[], over: Partial<UnpacedWorld> = {}): World {
  return pacedWorld({
    endpoints: [endpointFacts(1)],
    bookings,
    filler: [entryOf(99, 10_000)],
    separation: [],
    calendar: holidayCalendar([]),
    targets: [],
    ...over,
  });
}
