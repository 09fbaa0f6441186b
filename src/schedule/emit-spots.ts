import type { Ms } from '../base/units.ts';
import type { LastSpot, Spot, SpotReason, VerdictCode } from './compiled-hour.ts';
import type { Clip, DayHead, Demand } from './demand.ts';
import { latestStarts, type RatePlay } from './place-rates.ts';
import type { Kind, Separation } from './separation.ts';
import type { Hole, SoftMaterial } from './soft-material.ts';
import type { Stretch } from './sound-hour.ts';

/** A `perHour` play with its place. */
export interface PlacedPlay extends RatePlay {
  readonly demand: Demand;
  readonly clip: Clip;
  /** Where it is to start, if the soft material allows. */
  readonly targetMs: Ms;
}

/** How many plays ahead are looked at for one that keeps a separation. */
const AHEAD = 8;
/** And where a hard separation holds the first of them back. */
const AHEAD_HELD = 32;

/**
 * Puts the spots of one stretch of open time in a row: `perHour` plays in their order, each as near
 * to its target as whole films allow, share plays or else filler in between. Mutable, for one hour.
 *
 * Steps: each turn emits a spot of a second or more, drops a play, or passes idle time up to the next
 * instant at which something can change. So there are at most length / 1 s + plays + window edges +
 * separation ends of them.
 */
export class SpotRow {
  readonly spots: Spot[] = [];
  /** How often an asset followed itself. */
  repeats = 0;
  readonly dropped: { readonly play: PlacedPlay; readonly why: VerdictCode }[] = [];
  #last: LastSpot | null;
  /** Rates of which a play had to wait for a hard separation. */
  readonly #heldBack = new Set<number>();
  readonly #soft: SoftMaterial;
  readonly #separation: Separation;
  readonly #campaigns: ReadonlyMap<number, number>;

  /** `last` is what played before the first spot; `campaigns` names the campaign of each booking. */
  constructor(
    last: LastSpot | null,
    soft: SoftMaterial,
    separation: Separation,
    campaigns: ReadonlyMap<number, number>,
  ) {
    this.#last = last;
    this.#soft = soft;
    this.#separation = separation;
    this.#campaigns = campaigns;
  }

  /** What played last, in an earlier hour if this one has nothing. */
  get last(): LastSpot | null {
    return this.#last;
  }

  /**
   * Fills `stretch` with `queue` (in order of targets) and soft material, of which none ends after
   * `softEndMs`; gives the end of the last spot. `nextDay` is what follows at the end of the stretch, where that is
   * settled already.
   */
  fill(stretch: Stretch, queue: PlacedPlay[], softEndMs: Ms, nextDay?: DayHead): Ms {
    const latest = latestStarts(queue, stretch.fromMs, stretch.toMs, stretch.endMs);
    const inHalf = startsInHalf(queue, latest);
    let at = stretch.fromMs;
    let head = 0;
    while (at < stretch.toMs) {
      const play = queue[head];
      if (play === undefined) {
        const next = this.#playSoft(
          {
            atMs: at,
            lengthMs: softEndMs > stretch.toMs ? Number.MAX_SAFE_INTEGER : softEndMs - at,
            limitMs: softEndMs - at,
            needed: true,
            nextAssetId: nextDay?.assetId ?? null,
          },
          queue,
          head,
        );
        at = next ?? this.#nextChange(at, stretch);
        continue;
      }
      if (at > play.latestMs || at + play.durationMs > stretch.endMs) {
        this.#drop(play);
        head++;
        continue;
      }
      const limit = Math.max(play.earliestMs, latest[head] ?? 0) - at;
      const hole = play.targetMs - at;
      if (hole > 0) {
        const tooEarly = at < play.earliestMs || 2 * (play.nominalMs - at) > play.intervalMs;
        const next = this.#playSoft(
          {
            atMs: at,
            lengthMs: hole,
            limitMs: limit,
            needed: tooEarly,
            nextAssetId: play.clip.assetId,
          },
          queue,
          head,
        );
        if (next !== null) {
          at = next;
          continue;
        }
        const nothingSoft = this.#soft.isEmptyAt(at);
        if (at < play.earliestMs || nothingSoft) {
          at = Math.min(nothingSoft ? play.targetMs : play.earliestMs, stretch.toMs);
          continue;
        }
      }
      const chosen = this.#admissible(queue, head, at, latest, inHalf[head] ?? 0);
      if (chosen < 0) {
        const free = this.#separation.freeFrom(kindOf(play), true);
        if (free > at) this.#heldBack.add(play.rate);
        const half = Math.max(0, (inHalf[head] ?? 0) - at);
        const room = Math.min(
          free > at ? Math.max(limit, free - at) : Math.min(limit, half),
          stretch.endMs - at,
        );
        const next = this.#playSoft(
          {
            atMs: at,
            lengthMs: Math.max(1, hole, free - at),
            limitMs: room,
            needed: true,
            nextAssetId: null,
          },
          queue,
          head,
        );
        if (next !== null) {
          at = next;
          continue;
        }
        if (free > at) {
          if (free > play.latestMs || free >= stretch.toMs) {
            this.#drop(play);
            head++;
          } else at = free;
          continue;
        }
      }
      if (chosen > head) {
        const [moved] = queue.splice(chosen, 1);
        if (moved !== undefined) queue.splice(head, 0, moved);
        const rest = queue.slice(head);
        const last = latestStarts(rest, at, stretch.toMs, stretch.endMs);
        latest.splice(head, rest.length, ...last);
        inHalf.splice(head, rest.length, ...startsInHalf(rest, last));
      }
      const next = queue[head];
      head++;
      if (next !== undefined) at = this.#playRate(next, at);
    }
    for (const play of queue.slice(head)) this.#drop(play);
    if (nextDay !== undefined && nextDay.assetId === this.#last?.assetId) this.repeats++;
    return at;
  }

  #drop(play: PlacedPlay): void {
    this.dropped.push({ play, why: this.#heldBack.has(play.rate) ? 'separation' : 'windowFull' });
  }

  /** Plays what the soft material has for a hole; null when it has nothing. */
  #playSoft(hole: Omit<Hole, 'last' | 'clears'>, queue: readonly PlacedPlay[], head: number): Ms | null {
    const play = this.#soft.take({
      ...hole,
      last: this.#last,
      clears: (kind, endMs) => this.#clears(kind, endMs, queue, head),
    });
    return play === null ? null : this.#play(play.clip, play.bookingId, hole.atMs, play.reason, null);
  }

  /** Rates come first: a share play of a kind that is kept apart waits for those that are due within its gap. */
  #clears(kind: Kind, endMs: Ms, queue: readonly PlacedPlay[], head: number): boolean {
    const gapMs = this.#separation.hardGapMs;
    for (let q = head; gapMs > 0 && q < queue.length; q++) {
      const play = queue[q];
      if (play === undefined || play.targetMs >= endMs + gapMs) break;
      if (this.#separation.holdsBack(kind, endMs, kindOf(play), play.targetMs)) return false;
    }
    return true;
  }

  #playRate(play: PlacedPlay, at: Ms): Ms {
    const off = (at - play.nominalMs) * 10;
    const reason = off > play.intervalMs ? 'dueLate' : off < -play.intervalMs ? 'dueEarly' : 'due';
    return this.#play(play.clip, play.demand.bookingId, at, reason, play.nominalMs);
  }

  #play(clip: Clip, bookingId: number | null, atMs: Ms, reason: SpotReason, dueMs: Ms | null): Ms {
    const { durationMs, sha256, assetId } = clip;
    const repeats = this.#last?.assetId === assetId;
    this.#separation.take(
      { clip, campaignId: bookingId === null ? null : (this.#campaigns.get(bookingId) ?? null) },
      atMs,
    );
    this.spots.push({ atMs, durationMs, sha256, assetId, bookingId, reason, dueMs });
    this.#last = { assetId, bookingId };
    if (repeats) this.repeats++;
    return atMs + durationMs;
  }

  /**
   * The first of the next plays that breaks nothing at `at`; else the head (or where a hard rule holds it back, a
   * later one) when only soft rules speak against it and waiting would not help, or would cost it or a later play
   * half an interval (`inHalfMs`). -1: wait.
   */
  #admissible(
    queue: readonly PlacedPlay[],
    head: number,
    at: Ms,
    latest: readonly Ms[],
    inHalfMs: Ms,
  ): number {
    const play = queue[head];
    if (play === undefined) return -1;
    const isHeld = this.#separation.freeFrom(kindOf(play), true) > at;
    let overdue = -1;
    for (let q = head; q < Math.min(queue.length, head + (isHeld ? AHEAD_HELD : AHEAD)); q++) {
      const other = queue[q];
      if (other === undefined || other.earliestMs > at || other.latestMs < at) continue;
      if (q > head && !isHeld && at + other.durationMs > Math.min(inHalfMs, latest[head] ?? 0)) continue;
      if (q > head && queue.slice(head, q).some((earlier) => earlier.rate === other.rate)) continue;
      if (q > head && other.targetMs - at > other.intervalMs >> 3) continue;
      if (this.#separation.freeFrom(kindOf(other), true) > at) continue;
      const half = other.nominalMs + (other.intervalMs >> 1);
      const waitMs = Math.min(q === head ? inHalfMs : half, other.targetMs + (other.intervalMs >> 3));
      const freeMs = this.#separation.freeFrom(kindOf(other), false);
      if (freeMs <= at && other.clip.assetId !== this.#last?.assetId) return q;
      if (overdue < 0 && (q === head || isHeld) && (waitMs <= at || freeMs > waitMs)) overdue = q;
    }
    return overdue;
  }

  /** Idle: the next instant at which soft material may fit. */
  #nextChange(at: Ms, stretch: Stretch): Ms {
    return Math.min(stretch.toMs, this.#soft.nextEdge(at) ?? stretch.toMs);
  }
}

/** The latest start of each play, in this order, at which none of them is more than half an interval late. */
function startsInHalf(queue: readonly PlacedPlay[], latest: readonly Ms[]): Ms[] {
  const inHalf: Ms[] = new Array(queue.length).fill(0);
  let bound = Number.POSITIVE_INFINITY;
  for (let p = queue.length - 1; p >= 0; p--) {
    const play = queue[p];
    if (play === undefined) continue;
    const half = play.nominalMs + (play.intervalMs >> 1);
    bound = Math.min(bound - play.durationMs, half, latest[p] ?? 0);
    inHalf[p] = bound;
  }
  return inHalf;
}

function kindOf(play: PlacedPlay): Kind {
  return { clip: play.clip, campaignId: play.demand.campaignId };
}
