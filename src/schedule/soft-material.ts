import type { Ms } from '../base/units.ts';
import type { LastSpot, SpotReason } from './compiled-hour.ts';
import type { Clip } from './demand.ts';
import type { FillerTurns } from './filler-turns.ts';
import type { Kind, Separation } from './separation.ts';
import type { ShareClass, ShareOffer } from './share-class.ts';

/** A stretch between an instant and the `perHour` play that follows. */
export interface Hole {
  readonly atMs: Ms;
  /** Length that would be just right. */
  readonly lengthMs: Ms;
  /** No soft play may be longer than this. */
  readonly limitMs: Ms;
  /** Something has to play, even if that leaves the next play no nearer to its target. */
  readonly needed: boolean;
  /** The asset that comes after it, where that is known. */
  readonly nextAssetId: number | null;
  /** Whether a `share` play of this kind that ends then leaves the next `perHour` plays their hard separations. */
  readonly clears: (kind: Kind, endMs: Ms) => boolean;
  /** What played before it. */
  readonly last: LastSpot | null;
}

/** A soft play that has been booked with its class. */
export interface SoftPlay {
  readonly clip: Clip;
  readonly bookingId: number | null;
  readonly reason: SpotReason;
}

/**
 * What lies between `perHour` plays: the share class, and filler where no share booking may play. Of the
 * share plays that the class allows (see `ShareClass`), the one that fits the hole best is taken; of
 * filler, the one whose sums do. Neither follows itself while another fits, and no separation is broken
 * while another keeps it. Filler stands in for share plays only where none is allowed, and between two
 * bookings that show the same asset.
 */
export class SoftMaterial {
  readonly #share: ShareClass;
  readonly #filler: FillerTurns;
  readonly #separation: Separation;
  readonly #campaigns: ReadonlyMap<number, number>;

  /** `campaigns` names the campaign of each booking. */
  constructor(
    share: ShareClass,
    filler: FillerTurns,
    separation: Separation,
    campaigns: ReadonlyMap<number, number>,
  ) {
    this.#share = share;
    this.#filler = filler;
    this.#separation = separation;
    this.#campaigns = campaigns;
  }

  /** Is there nothing at all to fill with at `atMs`? */
  isEmptyAt(atMs: Ms): boolean {
    return this.#filler.clips.length === 0 && !this.#share.isOpenAt(atMs);
  }

  /** The next instant after `atMs` at which share bookings may come or go, or null. */
  nextEdge(atMs: Ms): Ms | null {
    return this.#share.nextEdge(atMs);
  }

  /** Books and gives the play for a hole; null when none is allowed, or none better than starting the next play early. */
  take(hole: Hole): SoftPlay | null {
    const { atMs, lengthMs, needed } = hole;
    if (!this.#share.isOpenAt(atMs)) {
      return needed || this.#filler.missBy(lengthMs) < 2 * lengthMs ? this.#takeFiller(hole) : null;
    }
    const offer = this.#choose(hole);
    if (offer !== null) return this.#takeShare(offer, atMs);
    const inTurn = this.#share.offers(atMs)[0];
    const keepsApart = inTurn !== undefined && this.#wantsFillerBefore(inTurn, hole.last);
    return needed || (keepsApart && this.#filler.missBy(lengthMs) < 2 * lengthMs)
      ? this.#takeFiller(hole)
      : null;
  }

  #choose(hole: Hole): ShareOffer | null {
    const { atMs, limitMs, needed, last } = hole;
    const offers = this.#share.offers(atMs);
    const goes = (play: ShareOffer) =>
      play.clip.durationMs <= limitMs &&
      this.#separation.freeFrom(this.#kindOf(play), true) <= atMs &&
      hole.clears(this.#kindOf(play), atMs + play.clip.durationMs) &&
      this.#separation.endsBy(this.#kindOf(play), true) >= atMs + play.clip.durationMs &&
      !this.#wantsFillerBefore(play, last);
    const isFree = (play: ShareOffer) =>
      goes(play) &&
      play.clip.assetId !== last?.assetId &&
      this.#separation.freeFrom(this.#kindOf(play), false) <= atMs &&
      this.#separation.endsBy(this.#kindOf(play), false) >= atMs + play.clip.durationMs;
    const best =
      this.#bestOf(offers, hole, (play) => isFree(play) && !leadsToRepeat(offers, play, hole)) ??
      this.#bestOf(offers, hole, isFree) ??
      this.#bestOf(offers, hole, goes);
    if (best !== null || !needed || offers.length === 0) return best;
    return (
      this.#share.anyOther(atMs, true, isFree) ??
      this.#share.anyOther(atMs, true, goes) ??
      (this.#filler.clips.length > 0 ? null : this.#share.anyOther(atMs, false, goes))
    );
  }

  /** The offer after which (or after one more) the hole is left with the least miss; the one in turn among equals. */
  #bestOf(
    offers: readonly ShareOffer[],
    { lengthMs, needed }: Hole,
    allows: (play: ShareOffer) => boolean,
  ): ShareOffer | null {
    let best: ShareOffer | null = null;
    let bestMiss = needed ? Number.POSITIVE_INFINITY : lengthMs;
    const longest = offers.reduce((most, offer) => Math.max(most, offer.clip.durationMs), 0);
    const isWide = lengthMs >= 2 * longest;
    for (let p = 0; p < offers.length && !(isWide && best !== null); p++) {
      const offer = offers[p];
      if (offer === undefined) continue;
      const left = lengthMs - offer.clip.durationMs;
      let miss = Math.abs(left);
      for (let q = 0; left > 0 && q < offers.length; q++) {
        if (q !== p) miss = Math.min(miss, Math.abs(left - (offers[q]?.clip.durationMs ?? 0)));
      }
      if (miss >= bestMiss || !allows(offer) || !this.#share.canPull(p)) continue;
      best = offer;
      bestMiss = miss;
    }
    return best;
  }

  /** Another booking has just shown the same asset: filler may keep the two apart. One booking may follow itself. */
  #wantsFillerBefore({ clip, member }: ShareOffer, last: LastSpot | null): boolean {
    return (
      last !== null &&
      last.assetId === clip.assetId &&
      last.bookingId !== member.bookingId &&
      this.#filler.clips.some((filler) => filler.assetId !== clip.assetId)
    );
  }

  #kindOf({ clip, member }: ShareOffer): Kind {
    return { clip, campaignId: this.#campaigns.get(member.bookingId) ?? null };
  }

  #takeShare(offer: ShareOffer, atMs: Ms): SoftPlay {
    const position = this.#share.offers(atMs).indexOf(offer);
    this.#share.take(offer);
    const reason = position === 0 ? 'share' : position > 0 ? 'sharePulled' : 'shareOutOfTurn';
    return { clip: offer.clip, bookingId: offer.member.bookingId, reason };
  }

  #takeFiller({ atMs, lengthMs, limitMs, last }: Hole): SoftPlay | null {
    const fits = (clip: Clip) => clip.durationMs <= limitMs;
    const isFree = (clip: Clip) =>
      fits(clip) &&
      this.#separation.freeFrom({ clip, campaignId: null }, false) <= atMs &&
      this.#separation.endsBy({ clip, campaignId: null }, false) >= atMs + clip.durationMs;
    const clip =
      this.#filler.choose(lengthMs, (other) => other.assetId !== last?.assetId && isFree(other)) ??
      this.#filler.choose(lengthMs, isFree) ??
      this.#filler.choose(lengthMs, fits);
    if (clip === null) return null;
    this.#filler.take(clip);
    return { clip, bookingId: null, reason: 'filler' };
  }
}

/** Would the play stand beside the asset that comes next, or leave its namesake first in turn behind it? */
function leadsToRepeat(offers: readonly ShareOffer[], play: ShareOffer, hole: Hole): boolean {
  if (hole.nextAssetId === null || 2 * hole.lengthMs > 3 * play.clip.durationMs) return false;
  const inTurn = offers[0] === play ? offers[1] : offers[0];
  return play.clip.assetId === hole.nextAssetId || inTurn?.clip.assetId === hole.nextAssetId;
}
