import { HOUR_MS, type Ms, SECOND_MS } from '../../src/base/units.ts';
import type { Clip, Demand, HourDemand, SeparationRule } from '../../src/schedule/demand.ts';

/** A seeded stream of 32-bit whole numbers (Marsaglia's xorshift32), so that every machine draws the same sets. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 2_654_435_761) | 0 || 1;
    for (let i = 0; i < 8; i++) this.roll(2);
  }

  /** A whole number in [0, sides). */
  roll(sides: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % sides;
  }

  /** A whole number in [from, to]. */
  between(from: number, to: number): number {
    return from + this.roll(to - from + 1);
  }
}

/** A clip whose hash and asset follow from its number. */
export function clipOf(assetId: number, durationMs: Ms, more: Partial<Clip> = {}): Clip {
  return {
    assetId,
    sha256: assetId.toString(16).padStart(64, '0'),
    durationMs,
    category: 'psa',
    weight: 1,
    ...more,
  };
}

const WHOLE_HOUR = [{ fromMs: 0, toMs: HOUR_MS }];

/** A booking with one clip, all hour long. */
export function bookingOf(
  bookingId: number,
  rate: Demand['rate'],
  durationMs: Ms,
  more: Partial<Demand> = {},
): Demand {
  return {
    bookingId,
    campaignId: bookingId,
    tier: 0,
    rate,
    clips: [clipOf(bookingId, durationMs)],
    windows: WHOLE_HOUR,
    ...more,
  };
}

/** An hour that is open from end to end, with filler of 10 and 15 s. */
export function openHour(demands: readonly Demand[], more: Partial<HourDemand> = {}): HourDemand {
  return {
    lengthMs: HOUR_MS,
    open: WHOLE_HOUR,
    demands,
    filler: [clipOf(900_001, 10 * SECOND_MS), clipOf(900_002, 15 * SECOND_MS)],
    separation: [],
    ...more,
  };
}

const RATES = [4, 6, 12, 20, 30];

/**
 * The demand sets of the fairness benchmark: 2 to 20 bookings of 4, 6, 12, 20 or 30 plays an hour, clips of 5 to
 * 30 s (whole seconds), at most 80 % of the hour booked: drawn one by one, and one that would pass the limit is
 * drawn again, up to 20 times.
 */
export function randomRates(seed: number): HourDemand {
  const dice = new Dice(seed);
  const count = dice.between(2, 20);
  const demands: Demand[] = [];
  let bookedMs = 0;
  for (let i = 1; i <= count; i++) {
    for (let tries = 0; tries < 20; tries++) {
      const plays = RATES[dice.roll(RATES.length)] ?? 4;
      const durationMs = dice.between(5, 30) * SECOND_MS;
      if (bookedMs + plays * durationMs > 0.8 * HOUR_MS) continue;
      bookedMs += plays * durationMs;
      demands.push(bookingOf(i, { kind: 'perHour', plays }, durationMs));
      break;
    }
  }
  return openHour(demands);
}

/** The same sets, with 1 to 6 `share` bookings (weights 1 to 100, clips of 5 to 30 s) in the airtime left. */
export function randomMixed(seed: number): HourDemand {
  const hour = randomRates(seed);
  const dice = new Dice(seed ^ 0x5eed);
  const count = dice.between(1, 6);
  const shares: Demand[] = [];
  for (let i = 1; i <= count; i++) {
    shares.push(
      bookingOf(100 + i, { kind: 'share', weight: dice.between(1, 100) }, dice.between(5, 30) * SECOND_MS),
    );
  }
  return { ...hour, demands: [...hour.demands, ...shares] };
}

/** 2 to 30 `share` bookings alone, weights 1 to 100; all clips of one length, or each of 5 to 60 s. */
export function randomShares(seed: number, equal: boolean): HourDemand {
  const dice = new Dice(seed);
  const count = dice.between(2, 30);
  const slotMs = dice.between(5, 30) * SECOND_MS;
  return openHour(
    Array.from({ length: count }, (_, i) =>
      bookingOf(
        i + 1,
        { kind: 'share', weight: dice.between(1, 100) },
        equal ? slotMs : dice.between(5, 60) * SECOND_MS,
      ),
    ),
  );
}

const CATEGORIES = ['psa', 'warning', 'notice'] as const;

/**
 * The sets of `randomRates` or, every other time, `randomMixed`, of all categories and five campaigns, with one to
 * three rules that keep 20 to 90 s between plays of a category or a campaign: soft ones alone, or one of them hard.
 */
export function randomRuled(seed: number, hard: boolean): HourDemand {
  const hour = seed % 2 === 0 ? randomRates(seed) : randomMixed(seed);
  const dice = new Dice(seed ^ 0x51de);
  const demands = hour.demands.map((demand) => {
    const category = CATEGORIES[dice.roll(3)] ?? 'psa';
    return {
      ...demand,
      campaignId: 1 + dice.roll(5),
      clips: demand.clips.map((clip) => ({ ...clip, category })),
    };
  });
  const separation = Array.from({ length: dice.between(1, 3) }, (_, i): SeparationRule => {
    const rest = { gapMs: dice.between(20, 90) * SECOND_MS, hard: hard && i === 0 };
    if (i === 1) return { by: 'campaign', value: 1 + dice.roll(5), ...rest };
    return { by: 'category', value: i === 0 ? 'warning' : 'notice', ...rest };
  });
  return { ...hour, demands, separation };
}
