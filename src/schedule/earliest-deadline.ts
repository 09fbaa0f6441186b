import type { Ms } from '../base/units.ts';
import { compareFractions } from './tijdeman.ts';

/** Where a class of bookings stands that divide airtime by weight. */
export interface Standing {
  /** Whole positive weights; see `scaledWeights`. */
  readonly weights: readonly number[];
  /** Sum of the weights. */
  readonly total: number;
  /** Airtime of each. */
  readonly served: Ms[];
  /** Airtime of all: the clock of the class. */
  clock: Ms;
  /** All clips are equally long, so that Tijdeman's sharper rule applies. */
  readonly equalSlots: boolean;
}

/** Gives the next play, of `cost`, to member `index`. */
export function serve(standing: Standing, index: number, cost: Ms): void {
  standing.served[index] = (standing.served[index] ?? 0) + cost;
  standing.clock += cost;
}

/**
 * The member to serve next. With w its weight, W the sum, a its airtime, c the length of its next clip and t the
 * clock:
 * - *eligible* when a W < w (t + c): the play would not put it a full own play ahead;
 * - among the eligible, the *earliest deadline* (a + c) W / w is served; ties go to the lower index.
 *
 * What follows, while members and weights stay (EEVDF: I. Stoica, H. Abdel-Wahab, "Earliest Eligible
 * Virtual Deadline First", Old Dominion University TR-95-22, 1995; WF2Q: J. Bennett, H. Zhang, INFOCOM 1996):
 * - somebody is always eligible: were nobody, then a >= w (t + c) / W > w t / W for all, but the sum of
 *   all a is t;
 * - nobody is ever a full own play ahead of its exact share w t / W;
 * - nobody ends later than its deadline by more than L, the longest clip: let b be the last play begun
 *   before a late one with a later deadline than its D, at t0. All plays since were not eligible at t0,
 *   so their exact shares begin after t0, and those due by D fill at most D - t0;
 * - hence at each play boundary every airtime is within L of its exact share.
 *
 * Equal slots: Tijdeman's test (w (t + c) - a W >= W c / (2n-2)) and deadline (a + c - c / (2n-2)) W / w keep each of
 * n members within 1 - 1/(2n-2) of one play at every prefix, which is best possible (see `nextTurn`).
 *
 * `costs(i)` is the length of i's next clip, or null when it may not play now. One that is a full play
 * ahead is served only when nobody else can be. Gives -1 when nobody can. O(n).
 */
export function earliestDeadline(standing: Standing, costs: (index: number) => Ms | null): number {
  const { weights, total, served, clock, equalSlots } = standing;
  const parts = 2 * weights.length - 2;
  const sharp = equalSlots && weights.length > 1;
  let best = -1;
  let bestEligible = false;
  let bestLabel = 0;
  let bestWeight = 1;
  for (let i = 0; i < weights.length; i++) {
    const cost = costs(i);
    if (cost === null) continue;
    const weight = weights[i] ?? 1;
    const airtime = served[i] ?? 0;
    const room = weight * (clock + cost) - airtime * total;
    const eligible = sharp ? room >= Math.ceil((total * cost) / parts) : room > 0;
    if (bestEligible && !eligible) continue;
    const label = sharp ? (airtime + cost) * parts - cost : airtime + cost;
    if (best >= 0 && eligible === bestEligible && compareFractions(label, weight, bestLabel, bestWeight) >= 0)
      continue;
    best = i;
    bestEligible = eligible;
    bestLabel = label;
    bestWeight = weight;
  }
  return best;
}

/**
 * Is every member within the bound that `earliestDeadline` keeps: one longest clip of airtime, or in equal slots
 * 1 - 1/(2n-2) of a play?
 */
export function isWithinBound(standing: Standing, longestMs: Ms): boolean {
  const { weights, total, served, clock, equalSlots } = standing;
  const whole = longestMs * total;
  const bound =
    equalSlots && weights.length > 1 ? whole - Math.ceil(whole / (2 * weights.length - 2)) : whole;
  for (let i = 0; i < weights.length; i++) {
    if (Math.abs((weights[i] ?? 0) * clock - (served[i] ?? 0) * total) > bound) return false;
  }
  return true;
}

/** The furthest that any member is from its exact share, rounded up to whole milliseconds. O(n). */
export function furthestOff(standing: Standing): Ms {
  const { weights, total, served, clock } = standing;
  let most = 0;
  for (let i = 0; i < weights.length; i++) {
    most = Math.max(most, Math.abs((weights[i] ?? 0) * clock - (served[i] ?? 0) * total));
  }
  return total === 0 ? 0 : Math.ceil(most / total);
}

/** Whole rounds (W of the clock, w of each airtime) taken off, which changes nothing but keeps numbers small. */
export function lessRounds(standing: Standing): { served: Ms[]; clock: Ms } {
  const { weights, total, served, clock } = standing;
  const rounds = total === 0 ? 0 : Math.floor(clock / total);
  return { served: served.map((ms, i) => ms - rounds * (weights[i] ?? 0)), clock: clock - rounds * total };
}

/** Nobody, at the start of the clock. */
export function emptyStanding(): Standing {
  return { weights: [], total: 0, served: [], clock: 0, equalSlots: false };
}
