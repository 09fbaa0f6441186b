import type { Ms } from '../base/units.ts';
import type { LastSpot, Spot, SpotReason, VerdictCode } from './compiled-hour.ts';
import type { Clip, Demand } from './demand.ts';
import type { FillerTurns } from './filler-turns.ts';
import { latestStarts, type RatePlay } from './place-rates.ts';
import type { Kind, Separation } from './separation.ts';
import type { ShareClass, ShareOffer } from './share-class.ts';
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
  readonly #share: ShareClass;
  readonly #campaigns: ReadonlyMap<number, number>;
  readonly #filler: FillerTurns;
  readonly #separation: Separation;

  constructor(parts: {
    last: LastSpot | null;
    share: ShareClass;
    campaigns: ReadonlyMap<number, number>;
    filler: FillerTurns;
    separation: Separation;
  }) {
    this.#last = parts.last;
    this.#share = parts.share;
    this.#campaigns = parts.campaigns;
    this.#filler = parts.filler;
    this.#separation = parts.separation;
  }

  /** What played last, in an earlier hour if this one has nothing. */
  get last(): LastSpot | null {
    return this.#last;
  }

  /**
   * Fills `stretch` with `queue` (in order of targets) and soft material, of which none ends after
   * `softEndMs`; gives the end of the last spot.
   */
  fill(stretch: Stretch, queue: PlacedPlay[], softEndMs: Ms): Ms {
    const latest = latestStarts(queue, stretch.fromMs, stretch.toMs, stretch.endMs);
    let at = stretch.fromMs;
    let head = 0;
    while (at < stretch.toMs) {
      const play = queue[head];
      if (play === undefined) {
        const hole = softEndMs > stretch.toMs ? Number.MAX_SAFE_INTEGER : softEndMs - at;
        const next = this.#playSoft(at, softEndMs - at, hole);
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
        const next = this.#softBefore(at, limit, hole, tooEarly, play.clip.assetId);
        if (next !== null) {
          at = next;
          continue;
        }
        const nothingSoft = this.#filler.clips.length === 0 && !this.#share.isOpenAt(at);
        if (at < play.earliestMs || nothingSoft) {
          at = Math.min(nothingSoft ? play.targetMs : play.earliestMs, stretch.toMs);
          continue;
        }
      }
      const chosen = this.#admissible(queue, head, at, latest);
      if (chosen < 0) {
        const free = this.#separation.freeFrom(kindOf(play), true);
        if (free > at) this.#heldBack.add(play.rate);
        const half = play.nominalMs + (play.intervalMs >> 1) - at;
        const room = Math.min(free > at ? Math.max(limit, free - at) : Math.min(limit, half), stretch.endMs - at);
        const next = this.#playSoft(at, room, Math.max(1, hole, free - at));
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
        latest.splice(
          head,
          queue.length - head,
          ...latestStarts(queue.slice(head), at, stretch.toMs, stretch.endMs),
        );
      }
      const next = queue[head];
      head++;
      if (next !== undefined) at = this.#playRate(next, at);
    }
    for (const play of queue.slice(head)) this.#drop(play);
    return at;
  }

  #drop(play: PlacedPlay): void {
    this.dropped.push({ play, why: this.#heldBack.has(play.rate) ? 'separation' : 'windowFull' });
  }

  /** Soft material before a play, if that brings its start nearer to the target, or if it may not start yet. */
  #softBefore(at: Ms, limit: Ms, hole: Ms, tooEarly: boolean, nextAssetId: number): Ms | null {
    if (this.#share.isOpenAt(at)) {
      const offer = this.#offer(at, limit, hole, tooEarly, nextAssetId);
      if (offer !== null) return this.#playShare(offer, at);
      const inTurn = this.#share.offers(at)[0];
      const apart = inTurn !== undefined && this.#wantsFillerBefore(inTurn) && this.#filler.missBy(hole) < 2 * hole;
      return tooEarly || apart ? this.#playFiller(at, limit, hole) : null;
    }
    if (!tooEarly && this.#filler.missBy(hole) >= 2 * hole) return null;
    return this.#playFiller(at, limit, hole);
  }

  #playSoft(at: Ms, limit: Ms, hole: Ms): Ms | null {
    const offer = this.#share.isOpenAt(at) ? this.#offer(at, limit, hole, true, null) : null;
    return offer !== null ? this.#playShare(offer, at) : this.#playFiller(at, limit, hole);
  }

  /**
   * The share play for a hole: the one after which (or after one more) the hole is left with the least
   * miss; the one in turn among equals. Null when none is better than nothing, unless one is `needed`.
   */
  #offer(at: Ms, limit: Ms, hole: Ms, needed: boolean, nextAssetId: number | null): ShareOffer | null {
    const offers = this.#share.offers(at);
    const goes = (play: ShareOffer) =>
      play.clip.durationMs <= limit && this.#isAllowed(play, at) && !this.#wantsFillerBefore(play);
    const isFree = (play: ShareOffer) => goes(play) && this.#isFree(play, at);
    const best =
      this.#bestOffer(offers, hole, needed, (play) => isFree(play) && !leadsToRepeat(offers, play, hole, nextAssetId)) ??
      this.#bestOffer(offers, hole, needed, isFree) ??
      this.#bestOffer(offers, hole, needed, goes);
    if (best !== null || !needed || offers.length === 0) return best;
    return (
      this.#share.anyOther(at, true, isFree) ??
      this.#share.anyOther(at, true, goes) ??
      (this.#filler.clips.length > 0 ? null : this.#share.anyOther(at, false, goes))
    );
  }

  #bestOffer(
    offers: readonly ShareOffer[],
    hole: Ms,
    needed: boolean,
    allows: (play: ShareOffer) => boolean,
  ): ShareOffer | null {
    let best: ShareOffer | null = null;
    let bestMiss = needed ? Number.POSITIVE_INFINITY : hole;
    const longest = offers.reduce((most, offer) => Math.max(most, offer.clip.durationMs), 0);
    const isWide = hole >= 2 * longest;
    offers.forEach((offer, p) => {
      if (isWide && best !== null) return;
      const left = hole - offer.clip.durationMs;
      let miss = Math.abs(left);
      for (let q = 0; left > 0 && q < offers.length; q++) {
        if (q !== p) miss = Math.min(miss, Math.abs(left - (offers[q]?.clip.durationMs ?? 0)));
      }
      if (miss >= bestMiss || !allows(offer) || !this.#share.canPull(p)) return;
      best = offer;
      bestMiss = miss;
    });
    return best;
  }

  /** No hard rule forbids it. */
  #isAllowed(play: ShareOffer, at: Ms): boolean {
    return this.#separation.freeFrom(this.#kindOfShare(play), true) <= at;
  }

  /** No rule at all forbids it, and it does not follow itself. */
  #isFree(play: ShareOffer, at: Ms): boolean {
    return (
      play.clip.assetId !== this.#last?.assetId &&
      this.#separation.freeFrom(this.#kindOfShare(play), false) <= at
    );
  }

  /** Another booking has just shown the same asset: filler may keep the two apart. One booking may follow itself. */
  #wantsFillerBefore({ clip, member }: ShareOffer): boolean {
    const last = this.#last;
    return (
      last !== null &&
      last.assetId === clip.assetId &&
      last.bookingId !== member.bookingId &&
      this.#filler.clips.some((filler) => filler.assetId !== clip.assetId)
    );
  }

  #kindOfShare({ clip, member }: ShareOffer): Kind {
    return { clip, campaignId: this.#campaigns.get(member.bookingId) ?? null };
  }

  #playShare(offer: ShareOffer, at: Ms): Ms {
    const position = this.#share.offers(at).indexOf(offer);
    this.#share.take(offer);
    const reason = position === 0 ? 'share' : position > 0 ? 'sharePulled' : 'shareOutOfTurn';
    return this.#play(offer.clip, offer.member.bookingId, at, reason, null);
  }

  #playFiller(at: Ms, limit: Ms, hole: Ms): Ms | null {
    const free = (clip: Clip) => this.#separation.freeFrom({ clip, campaignId: null }, false) <= at;
    const clip =
      this.#filler.choose(hole, (c) => c.durationMs <= limit && c.assetId !== this.#last?.assetId && free(c)) ??
      this.#filler.choose(hole, (c) => c.durationMs <= limit && free(c)) ??
      this.#filler.choose(hole, (c) => c.durationMs <= limit);
    if (clip === null) return null;
    this.#filler.take(clip);
    return this.#play(clip, null, at, 'filler', null);
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

  /** The first of the next plays that breaks nothing at `at`; the head when only soft rules speak against it. */
  #admissible(queue: readonly PlacedPlay[], head: number, at: Ms, latest: readonly Ms[]): number {
    const play = queue[head];
    if (play === undefined) return -1;
    for (let q = head; q < Math.min(queue.length, head + AHEAD); q++) {
      const other = queue[q];
      if (other === undefined || other.earliestMs > at) continue;
      if (q > head && at + other.durationMs > (latest[head] ?? 0)) continue;
      if (q > head && queue.slice(head, q).some((earlier) => earlier.rate === other.rate)) continue;
      if (q > head && other.targetMs - at > other.intervalMs >> 3) continue;
      if (other.clip.assetId === this.#last?.assetId) continue;
      if (this.#separation.freeFrom(kindOf(other), false) <= at) return q;
    }
    return this.#separation.freeFrom(kindOf(play), true) <= at && play.targetMs + (play.intervalMs >> 3) <= at
      ? head
      : -1;
  }

  /** Idle: the next instant at which soft material may fit. */
  #nextChange(at: Ms, stretch: Stretch): Ms {
    return Math.min(stretch.toMs, this.#share.nextEdge(at) ?? stretch.toMs);
  }
}

/** Would the play stand beside the asset that comes next, or leave its namesake first in turn behind it? */
function leadsToRepeat(
  offers: readonly ShareOffer[],
  play: ShareOffer,
  holeMs: Ms,
  nextAssetId: number | null,
): boolean {
  if (nextAssetId === null || 2 * holeMs > 3 * play.clip.durationMs) return false;
  const inTurn = offers[0] === play ? offers[1] : offers[0];
  return play.clip.assetId === nextAssetId || inTurn?.clip.assetId === nextAssetId;
}

function kindOf(play: PlacedPlay): Kind {
  return { clip: play.clip, campaignId: play.demand.campaignId };
}
