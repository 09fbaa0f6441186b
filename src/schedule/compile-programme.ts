import { dateAfter, hoursOfDay, type LocalHour } from '../base/local-time.ts';
import type { ProgrammeHour } from './build-manifest.ts';
import { compileDay, openAfter } from './compile-day.ts';
import type { CompiledHour } from './compiled-hour.ts';
import { capShares, dayDemands, type ShareCap, shareCaps } from './day-demands.ts';
import { dayHeadOf } from './day-head.ts';
import type { DayHead, HourDemand } from './demand.ts';
import type { EndpointFacts, World } from './eligible.ts';
import { type Loop, loopOf } from './loop.ts';
import type { PhaseMemo } from './phases.ts';
import { type WithheldHour, withheldIn } from './withheld.ts';

/** Local days in a manifest: at any moment of the first, at least 72 hours lie ahead. */
export const HORIZON_DAYS = 4;

/** Phase searches remembered; more would only cost memory. */
const MOST_PHASES = 20_000;

/** One local day as compiled; shared by all endpoints and dates with the same demands. */
export interface CompiledDay {
  /** What was compiled, hour by hour: caps and targets have become whole plays. */
  readonly demands: readonly HourDemand[];
  readonly hours: readonly CompiledHour[];
  readonly loops: readonly Loop[];
}

/**
 * Days compiled before, by their demands. Least recently used go first, so memory stays bounded.
 * `compiled` and `reused` count, for tests and metrics.
 */
export class CompiledDays {
  readonly #days = new Map<string, CompiledDay>();
  readonly #most: number;
  readonly #phases: PhaseMemo = new Map();
  #asked: {
    readonly world: World;
    readonly endpoint: EndpointFacts;
    readonly date: string;
    readonly demands: HourDemand[];
  } | null = null;
  compiled = 0;
  reused = 0;

  /** Remembers `most` days. */
  constructor(most = 2_000) {
    this.#most = most;
  }

  /**
   * The compiled day of one local date at an endpoint, from memory where the same demands were seen. Where the
   * endpoint stays open over midnight, its last hour minds how the next day begins.
   */
  day(world: World, endpoint: EndpointFacts, hours: readonly LocalHour[]): CompiledDay {
    const demands = this.#demands(world, endpoint, hours);
    const caps = shareCaps(world, demands);
    const nextDay = this.#headAfter(world, endpoint, hours, demands.at(-1));
    if (nextDay === null) return this.#compile(demands, caps);
    return this.#compile(
      demands.map((hour, i) => (i === demands.length - 1 ? { ...hour, nextDay } : hour)),
      caps,
    );
  }

  /** `dayDemands`; of the last date asked for from memory, as dates are mostly asked for one after the other. */
  #demands(world: World, endpoint: EndpointFacts, hours: readonly LocalHour[]): HourDemand[] {
    const asked = { world, endpoint, date: hours[0]?.date };
    const known = this.#asked;
    if (known?.world === world && known.endpoint === endpoint && known.date === asked.date)
      return known.demands;
    return dayDemands(world, endpoint, hours);
  }

  #headAfter(
    world: World,
    endpoint: EndpointFacts,
    hours: readonly LocalHour[],
    last: HourDemand | undefined,
  ): DayHead | null {
    const date = hours[0]?.date;
    if (date === undefined || last === undefined || last.open.at(-1)?.toMs !== last.lengthMs) return null;
    const next = hoursOfDay(dateAfter(date, 1), endpoint.timeZone);
    const demands = dayDemands(world, endpoint, next);
    this.#asked = { world, endpoint, date: next[0]?.date ?? '', demands };
    const [first] = demands;
    if (first?.open[0]?.fromMs !== 0) return null;
    const caps = shareCaps(world, demands);
    // A cap on shares is settled over the whole day, and may change how it begins.
    if (caps.length > 0) {
      const { demands: capped, hours: compiled } = this.#compile(demands, caps);
      return capped[0] === undefined ? null : dayHeadOf(capped[0], compiled[0]?.spots ?? []);
    }
    const opening = { ...first, openAfterMs: openAfter(demands)[0] ?? 0 };
    return dayHeadOf(first, this.#compile([opening], []).hours[0]?.spots ?? []);
  }

  #compile(asked: readonly HourDemand[], caps: readonly ShareCap[]): CompiledDay {
    let demands = asked;
    const key = JSON.stringify([demands, caps]);
    const known = this.#days.get(key);
    if (known) {
      this.reused++;
      this.#days.delete(key);
      this.#days.set(key, known);
      return known;
    }
    this.compiled++;
    if (this.#phases.size > MOST_PHASES) this.#phases.clear();
    let compiled = compileDay(demands, this.#phases);
    for (let pass = 1; caps.length > 0; pass++) {
      const capped = capShares(demands, caps, compiled, pass);
      if (capped === null) break;
      demands = capped;
      compiled = compileDay(demands, this.#phases);
    }
    const day = {
      demands,
      hours: compiled,
      loops: compiled.map((hour, i) => loopOf(hour, demands[i]?.lengthMs ?? 0)),
    };
    this.#days.set(key, day);
    const oldest = this.#days.keys().next().value;
    if (this.#days.size > this.#most && oldest !== undefined) this.#days.delete(oldest);
    return day;
  }
}

/** What an endpoint is to play over some days, and what was asked of them and cannot be promised. */
export interface CompiledProgramme {
  /** Hours with something to play, in order. */
  readonly hours: readonly ProgrammeHour[];
  /** Hours in which somebody gets less than it asks, in order. */
  readonly withheld: readonly WithheldHour[];
}

/** The programme of an endpoint over `days` local dates from `date`. */
export function compileProgramme(
  world: World,
  endpoint: EndpointFacts,
  date: string,
  memory: CompiledDays,
  days: number = HORIZON_DAYS,
): CompiledProgramme {
  const compiled = Array.from({ length: days }, (_, ahead) => {
    const hours = hoursOfDay(dateAfter(date, ahead), endpoint.timeZone);
    return { hours, day: memory.day(world, endpoint, hours) };
  });
  return {
    hours: compiled.flatMap(({ hours, day }) =>
      hours.flatMap((hour, i) => {
        const loop = day.loops[i];
        return loop && loop.spots.length > 0 ? [{ hour, loop }] : [];
      }),
    ),
    withheld: compiled.flatMap(({ hours, day }) => withheldIn(hours, day.hours)),
  };
}
