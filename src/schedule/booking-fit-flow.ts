import { hoursOfDay, type LocalHour } from '../base/local-time.ts';
import { noSuch } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import { isWithin, type Within } from '../base/within.ts';
import { type BookingDraft, bookedDates, storedDayparts } from '../campaigns/booking.ts';
import type { BookingFit } from '../campaigns/booking-fit.ts';
import type { Booking } from '../campaigns/campaign.ts';
import type { CampaignStore } from '../campaigns/campaign-store.ts';
import { type CompiledDay, CompiledDays } from './compile-programme.ts';
import type { Spot, Verdict } from './compiled-hour.ts';
import type { BookingFacts, EndpointFacts, World } from './eligible.ts';
import { answerFit } from './fit-answer.ts';
import { firstDates } from './measure-fit.ts';
import { pacedWorld } from './pacing.ts';
import type { ProgrammeStore } from './programme-store.ts';
import { type SpotDifference, spotDifference } from './spot-difference.ts';
import type { LoadedWorld } from './world-store.ts';

/** Days that one answer may compile; a dense one takes about 25 ms. */
const BUDGET_DAYS = 150;
/** Id of a booking that has none yet: after all others, as the newest would be. */
export const UNSAVED_BOOKING = 2_147_483_647;

/** What else a preview is asked. */
export interface PreviewOptions {
  /** Local dates to look at; absent: the first seven with effect. */
  readonly dates?: readonly string[];
  /** The stored booking whose place the draft would take. */
  readonly replaces?: number;
  /** Dates outside the campaign are let be. */
  readonly stretchCampaign?: boolean;
  /** The endpoints that the draft may reach and that may be shown. */
  readonly within?: Within;
  /** One endpoint, and perhaps one date and hour of the day, of which to show the spots. */
  readonly show?: { readonly endpointId: number; readonly date?: string; readonly hour?: number };
}

/** One local hour of an endpoint before and after. */
export interface ShownHour {
  readonly hour: LocalHour;
  readonly before: readonly Spot[];
  readonly after: readonly Spot[];
  readonly difference: SpotDifference;
  /** What each booking that takes part would get of the hour. */
  readonly takers: readonly { readonly name: string; readonly tier: number; readonly verdict: Verdict }[];
}

/** The answer to an unsaved booking. */
export interface BookingPreview {
  readonly fit: BookingFit;
  /** Null when no endpoint was asked for. */
  readonly shown: { readonly endpointId: number; readonly date: string; readonly hours: ShownHour[] } | null;
}

/** Answers what bookings would do, and what programmes of other dates look like. Keeps what it compiled. */
export interface BookingFits {
  /** @throws Refusal as booking it would; endpoint.unknown for an unknown endpoint to show */
  preview(draft: BookingDraft, options: PreviewOptions): Promise<BookingPreview>;
  /**
   * The same answer for a stored booking; null when there is none, or it was withdrawn.
   * @throws Refusal remit.outside when it reaches an endpoint that is not within
   */
  fitOf(booking: Pick<Booking, 'id'>, within?: Within): Promise<BookingFit | null>;
  /** The day of an endpoint as the database stands now. @throws Refusal endpoint.unknown */
  dayOf(
    endpointId: number,
    date: string,
  ): Promise<{ endpoint: EndpointFacts; hours: LocalHour[]; day: CompiledDay }>;
  /** Several days of one endpoint, of one and the same moment. @throws Refusal endpoint.unknown */
  daysOf(
    endpointId: number,
    dates: readonly string[],
  ): Promise<{
    endpoint: EndpointFacts;
    days: { date: string; hours: LocalHour[]; day: CompiledDay }[];
  }>;
}

/** Opens it. */
export function bookingFits(deps: {
  store: ProgrammeStore;
  campaigns: Pick<CampaignStore, 'check' | 'booking'>;
  now: Clock;
}): BookingFits {
  const { store, campaigns, now } = deps;
  const memory = new CompiledDays(1_000);
  const budget = () => ({
    daysLeft: BUDGET_DAYS,
    breathe: () => new Promise<void>((resolve) => setImmediate(resolve)),
  });

  async function fitIn(
    loaded: LoadedWorld,
    booking: BookingFacts,
    stored: boolean,
    dates?: readonly string[],
  ) {
    const before = worldWithout(loaded.world, booking.id);
    const withBooking = (changed: BookingFacts) => worldWith(before, changed);
    const after = withBooking(booking);
    const question = { before, after, booking, stored, now: now(), withBooking, ...(dates && { dates }) };
    return { before, after, fit: await answerFit(question, memory, budget()) };
  }

  return {
    async preview(
      draft,
      { dates, show, replaces = UNSAVED_BOOKING, stretchCampaign = false, within = null },
    ) {
      await campaigns.check(draft, { stretchCampaign, within });
      if (replaces !== UNSAVED_BOOKING && within !== null) await campaigns.booking(replaces, within);
      if (show && !isWithin(within, show.endpointId)) throw noSuch('endpoint.unknown', show.endpointId);
      const loaded = await store.load(now(), {
        campaignId: draft.rate.kind === 'target' ? draft.campaignId : undefined,
      });
      const booking = { ...factsOf(draft, loaded), id: replaces };
      const endpoint = show && endpointOf(loaded.world, show.endpointId);
      const { before, after, fit } = await fitIn(loaded, booking, false, dates);
      if (!show || !endpoint) return { fit, shown: null };
      const [first] = firstDates(booking, loaded.world.calendar, {
        zone: endpoint.timeZone,
        from: now(),
        most: 1,
      });
      const date = show.date ?? fit.dates[0] ?? first ?? booking.fromDate;
      const hours = hoursOfDay(date, endpoint.timeZone);
      const [was, is] = [before, after].map((world) => memory.day(world, endpoint, hours).hours);
      const shown = hours
        .map((hour, i): ShownHour => {
          const [old, fresh] = [was?.[i]?.spots ?? [], is?.[i]?.spots ?? []];
          const takers = (is?.[i]?.verdicts ?? []).flatMap((verdict) => {
            const taker = after.bookings.find(({ id }) => id === verdict.bookingId);
            return taker ? [{ name: taker.name, tier: taker.tier, verdict }] : [];
          });
          return { hour, before: old, after: fresh, difference: spotDifference(old, fresh), takers };
        })
        .filter(({ hour }) => show.hour === undefined || Math.floor(hour.fromMinute / 60) === show.hour);
      return { fit, shown: { endpointId: endpoint.id, date, hours: shown } };
    },
    async fitOf({ id }, within = null) {
      if (within !== null) await campaigns.booking(id, within);
      const loaded = await store.load(now());
      const booking = loaded.world.bookings.find((one) => one.id === id);
      return booking ? (await fitIn(loaded, booking, true)).fit : null;
    },
    async daysOf(endpointId, dates) {
      const { world } = await store.load(now());
      const endpoint = endpointOf(world, endpointId);
      const days = [];
      for (const date of dates) {
        const hours = hoursOfDay(date, endpoint.timeZone);
        days.push({ date, hours, day: memory.day(world, endpoint, hours) });
        await budget().breathe();
      }
      return { endpoint, days };
    },
    async dayOf(endpointId, date) {
      const { world } = await store.load(now());
      const endpoint = endpointOf(world, endpointId);
      const hours = hoursOfDay(date, endpoint.timeZone);
      return { endpoint, hours, day: memory.day(world, endpoint, hours) };
    },
  };
}

function endpointOf(world: World, id: number): EndpointFacts {
  const endpoint = world.endpoints.find((one) => one.id === id);
  if (!endpoint) throw noSuch('endpoint.unknown', id);
  return endpoint;
}

function worldWithout(world: World, bookingId: number): World {
  return pacedWorld({ ...world, bookings: world.bookings.filter(({ id }) => id !== bookingId) });
}

function worldWith(world: World, booking: BookingFacts): World {
  const bookings = [...world.bookings.filter(({ id }) => id !== booking.id), booking];
  return pacedWorld({ ...world, bookings: bookings.sort((a, b) => a.id - b.id) });
}

function factsOf(draft: BookingDraft, loaded: LoadedWorld): BookingFacts {
  const { name, campaignId, fromDate, toDate, rate, maxPerHour, maxPerDay, tier } = draft;
  return {
    id: UNSAVED_BOOKING,
    name,
    campaignId,
    selection: draft.endpoints,
    fromDate,
    toDate,
    dates: bookedDates(draft),
    dayparts: storedDayparts(draft),
    rate,
    maxPerHour,
    maxPerDay,
    tier,
    entries: loaded.entriesOf(draft.playlistId),
  };
}
