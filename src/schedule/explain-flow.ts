import { dateAfter, hoursOfDay, localDateOf } from '../base/local-time.ts';
import { noSuch, Refusal } from '../base/refusal.ts';
import type { Sentence } from '../base/sentence.ts';
import type { Clock, EpochMs } from '../base/units.ts';
import { selects } from '../campaigns/selection.ts';
import { CompiledDays } from './compile-programme.ts';
import type { EndpointFacts, World } from './eligible.ts';
import { explain } from './explain.ts';
import type { ExplainStore } from './explain-store.ts';
import type { Explanation, HoldingOverride } from './explanation.ts';
import type { ProgrammeStore } from './programme-store.ts';

/** Local dates that are searched for the next play. */
const NEXT_DAYS = 8;
/** Instants outside these years are refused. */
const YEARS = { first: 2000, last: 2100 } as const;

/** What is asked. */
export interface ExplainQuestion {
  readonly endpointId: number;
  /** ISO 8601; without offset it is local to the endpoint. Absent: now. */
  readonly at?: string;
  readonly assetId?: number;
  readonly bookingId?: number;
  /** Leaves out the bookings that are for other endpoints, unless one of them is asked about. */
  readonly meantOnly?: boolean;
}

/** An explanation with the endpoint that it is of. */
export interface ExplainAnswer extends Explanation {
  readonly endpoint: EndpointFacts & { readonly code: string };
}

/** Explains what plays, from the database. */
export interface Explainer {
  /** @throws Refusal endpoint.unknown, asset.unknown, booking.unknown, request.invalid */
  explain(question: ExplainQuestion): Promise<ExplainAnswer>;
  /** As `explain`, by the endpoint's code. @throws Refusal endpoint.unknown and as above */
  explainByCode(code: string, question: Omit<ExplainQuestion, 'endpointId'>): Promise<ExplainAnswer>;
}

/** Opens it. `overrideAt` tells which emergency held an endpoint at an instant; none where absent. */
export function explainer(deps: {
  programmes: Pick<ProgrammeStore, 'load'>;
  store: ExplainStore;
  now: Clock;
  overrideAt?: (endpointId: number, at: EpochMs) => Promise<HoldingOverride | null>;
}): Explainer {
  const { programmes, store, now, overrideAt } = deps;
  const memory = new CompiledDays(200);

  async function answer(question: ExplainQuestion): Promise<ExplainAnswer> {
    const { endpointId, assetId = null, bookingId = null } = question;
    const { world } = await programmes.load(now(), { endpointId });
    const found = world.endpoints.find((one) => one.id === endpointId);
    if (!found) throw noSuch('endpoint.unknown', endpointId);
    const endpoint = { ...found, code: await store.codeOf(endpointId) };
    const at = question.at === undefined ? now() : instantOf(question.at, endpoint.timeZone);
    const withdrawn = (await store.withdrawn()).filter(({ booking }) => selects(booking.selection, endpoint));
    const known = [...world.bookings, ...withdrawn.map(({ booking }) => booking)];
    if (bookingId !== null && !known.some(({ id }) => id === bookingId)) {
      throw new Refusal('booking.unknown', {
        en: `There is no booking ${bookingId} for this endpoint.`,
        zh: `此终端没有编号为 ${bookingId} 的排期。`,
      });
    }
    const { spots, reach } = await store.promised(endpointId, at);
    const assets = await store.titles([
      ...assetsOf(world),
      ...spots.map((spot) => spot.assetId),
      assetId ?? 0,
    ]);
    if (assetId !== null && !assets.has(assetId)) {
      throw noSuch('asset.unknown', assetId);
    }
    const hours = hoursOfDay(localDateOf(at, endpoint.timeZone), endpoint.timeZone);
    const explanation = explain({
      world,
      endpoint,
      at,
      hours,
      day: memory.day(world, endpoint, hours),
      promised: spots,
      isPromised: at < now() || (reach !== null && at < reach),
      override: (await overrideAt?.(endpointId, at)) ?? null,
      withdrawn,
      titles: new Map([...assets].map(([id, { title }]) => [id, title])),
      rules: await store.rules(known.map(({ id }) => id)),
      next: await nextPlays(world, endpoint, at),
      assetId,
      bookingId,
      assetState: assetId === null ? null : (assets.get(assetId)?.state ?? null),
    });
    if (!question.meantOnly || bookingId !== null) return { endpoint, ...explanation };
    const meant = explanation.bookings.filter(({ code }) => code !== 'otherEndpoints');
    return { endpoint, ...explanation, bookings: meant };
  }

  /** The first start after `at` of each booking and asset, over the dates that follow. */
  async function nextPlays(world: World, endpoint: EndpointFacts, at: EpochMs) {
    const next = { bookings: new Map<number, EpochMs>(), assets: new Map<number, EpochMs>() };
    const today = localDateOf(at, endpoint.timeZone);
    const wanted = world.bookings.filter(({ selection }) => selects(selection, endpoint)).length;
    for (let ahead = 0; ahead < NEXT_DAYS; ahead++) {
      const hours = hoursOfDay(dateAfter(today, ahead), endpoint.timeZone);
      const day = memory.day(world, endpoint, hours);
      hours.forEach((hour, i) => {
        for (const { atMs, assetId, bookingId } of day.hours[i]?.spots ?? []) {
          const startsAt = hour.startsAt + atMs;
          if (startsAt <= at) continue;
          if (!next.assets.has(assetId)) next.assets.set(assetId, startsAt);
          if (bookingId !== null && !next.bookings.has(bookingId)) next.bookings.set(bookingId, startsAt);
        }
      });
      if (next.bookings.size >= wanted) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return next;
  }

  return {
    explain: answer,
    async explainByCode(code, question) {
      const endpointId = await store.endpointByCode(code);
      if (endpointId === null) throw noSuch('endpoint.unknown', code);
      return answer({ ...question, endpointId });
    },
  };
}

/** The material that can play anywhere. */
function assetsOf({ bookings, filler }: World): Set<number> {
  const entries = [...filler, ...bookings.flatMap((booking) => booking.entries)];
  return new Set(entries.map(({ material }) => material.assetId));
}

/**
 * The instant of a text: ISO 8601 with an offset or Z, or without, then local to `zone` (the earlier of the
 * two where the clock is set back). A space for the plus sign, as some programs send it, is understood.
 * @throws Refusal request.invalid
 */
export function instantOf(text: string, zone: string): EpochMs {
  const bad = (message: Sentence) => new Refusal('request.invalid', message, [{ where: 'at', message }]);
  const written = text.trim().replace(/ (?=\d\d:\d\d$)/, '+');
  let at: EpochMs;
  try {
    at = /(Z|[+-]\d\d:?\d\d)$/i.test(written.slice(10))
      ? Temporal.Instant.from(written).epochMilliseconds
      : Temporal.PlainDateTime.from(written).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    throw bad({
      en: 'This is not an instant; write it like 2027-01-20T19:05, or with an offset.',
      zh: '时间无法识别，请写作 2027-01-20T19:05，或带时区偏移。',
    });
  }
  const year = new Date(at).getUTCFullYear();
  if (year < YEARS.first || year > YEARS.last)
    throw bad({
      en: `The year must lie in ${YEARS.first} to ${YEARS.last}.`,
      zh: `年份须在 ${YEARS.first} 到 ${YEARS.last} 之间。`,
    });
  return at;
}
