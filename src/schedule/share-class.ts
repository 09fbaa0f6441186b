import type { Ms } from '../base/units.ts';
import type { ShareCarry } from './compiled-hour.ts';
import type { Clip } from './demand.ts';
import {
  earliestDeadline,
  emptyStanding,
  furthestOff,
  isWithinBound,
  lessRounds,
  type Standing,
  serve,
} from './earliest-deadline.ts';
import { scaledWeights } from './playlist-turns.ts';
import { haveOneLength, isSame, longestOf, type ShareMember, sumOf } from './share-members.ts';

/** A play that the class may make now. */
export interface ShareOffer {
  readonly member: ShareMember;
  readonly clip: Clip;
}

interface Planned extends ShareOffer {
  readonly index: number;
}

/** How many plays ahead the order is worked out, for one to be pulled forward. */
const AHEAD = 6;
/** Beyond so many members nothing is pulled forward: each check looks at all of them. */
const MANY = 64;

/**
 * The bookings that divide the airtime which rates leave over, by weight; the order and its bounds are
 * those of `earliestDeadline`. The clock of the class advances only by its own plays, so `perHour` plays, filler and
 * closing times distort no share.
 *
 * A play may be *pulled forward* before those planned in front of it (to fill a hole exactly, to keep
 * a separation, not to follow itself). They keep their order behind it, so that afterwards the standing is
 * the planned one again; at the boundaries in between, everybody must be within the same bound. So the
 * bounds hold at every boundary, pulled or not. Only where nothing planned fits (before closing, or
 * before a play that is due) is one taken out of turn, and the certificate tells what that costs.
 *
 * When members or weights change, or a window opens or closes, each stays as far ahead or behind as it was, in
 * whole milliseconds and at most one own clip. Mutable, for one hour.
 */
export class ShareClass {
  readonly #all: readonly ShareMember[];
  readonly #edges: readonly Ms[];
  #members: readonly ShareMember[] = [];
  #now: Standing = emptyStanding();
  #tail: Standing = emptyStanding();
  #plan: Planned[] = [];
  #longestMs: Ms = 0;
  #edge = 0;
  #offMs: Ms = 0;
  #clipMs: Ms = 0;

  /** `members` sorted by booking id. */
  constructor(members: readonly ShareMember[], carried: ShareCarry) {
    this.#all = members;
    const edges = new Set<Ms>();
    for (const member of members) for (const { fromMs, toMs } of member.windows) edges.add(fromMs).add(toMs);
    this.#edges = [...edges].sort((a, b) => a - b);
    const first = this.#openAt(0);
    const weights = scaledWeights(carried.members.map((was) => was.weight));
    const total = sumOf(weights);
    const served = carried.members.map((was) => was.servedMs);
    if (isSame(first, carried.members)) {
      this.#members = first;
      this.#now = { weights, total, served, clock: carried.clockMs, equalSlots: haveOneLength(first) };
      this.#longestMs = longestOf(first);
      this.#resume(carried.planned);
    } else {
      const before: Standing = { weights, total, served, clock: carried.clockMs, equalSlots: false };
      this.#change(
        first,
        carried.members.map((was) => was.bookingId),
        before,
      );
    }
  }

  /** Is anybody of the class allowed to start at `atMs`? Instants asked for never go back. */
  isOpenAt(atMs: Ms): boolean {
    this.#advance(atMs);
    return this.#members.length > 0;
  }

  /** The next instant after `atMs` at which a window of the class opens or closes, or null. */
  nextEdge(atMs: Ms): Ms | null {
    for (let i = this.#edge; i < this.#edges.length; i++) {
      const edge = this.#edges[i] ?? 0;
      if (edge > atMs) return edge;
    }
    return null;
  }

  /** The next plays at `atMs`, the one in turn first; any but the first only if `canPull` agrees. */
  offers(atMs: Ms): readonly ShareOffer[] {
    this.#advance(atMs);
    this.#refill();
    return this.#plan;
  }

  /** May the offer at `position` be played now, before those in front of it? */
  canPull(position: number): boolean {
    const pulled = this.#plan[position];
    if (pulled === undefined) return false;
    if (position === 0) return true;
    const trial: Standing = { ...this.#now, served: [...this.#now.served] };
    const { index, clip } = pulled;
    if (!this.#keepsBound(index, clip.durationMs)) return false;
    serve(trial, index, clip.durationMs);
    for (let p = 0; p < position; p++) {
      const passed = this.#plan[p];
      if (passed === undefined || passed.index === index) return false;
      serve(trial, passed.index, passed.clip.durationMs);
      if (!isWithinBound(trial, this.#longestMs)) return false;
    }
    return true;
  }

  /**
   * The earliest deadline among all members whose next clip `allows`, out of turn; null when there is none. With
   * `keepBound`, only if nobody leaves the bound by it.
   */
  anyOther(atMs: Ms, keepBound: boolean, allows: (play: ShareOffer) => boolean): ShareOffer | null {
    this.#advance(atMs);
    this.#dropPlan();
    const index = earliestDeadline(this.#now, (i) => {
      const member = this.#members[i];
      const clip = member?.turns.peek();
      return member !== undefined && clip !== undefined && allows({ member, clip }) ? clip.durationMs : null;
    });
    const member = this.#members[index];
    if (member === undefined) return null;
    const clip = member.turns.peek();
    return !keepBound || this.#keepsBound(index, clip.durationMs) ? { member, clip } : null;
  }

  /** Books a play that was offered at the same instant. */
  take(offer: ShareOffer): void {
    const index = this.#members.indexOf(offer.member);
    const position = this.#plan.findIndex((planned) => Object.is(planned, offer));
    serve(this.#now, index, offer.clip.durationMs);
    if (position >= 0) this.#plan.splice(position, 1);
    else {
      this.#dropPlan();
      offer.member.turns.take(offer.clip);
      this.#tail = { ...this.#now, served: [...this.#now.served] };
    }
    this.#clipMs = Math.max(this.#clipMs, this.#longestMs);
    this.#offMs = Math.max(this.#offMs, furthestOff(this.#now));
  }

  /** The worst distance from the exact share at any boundary so far, rounded up, and the longest clip that could play. */
  deviation(): { readonly offMs: Ms; readonly clipMs: Ms } {
    return { offMs: this.#offMs, clipMs: this.#clipMs };
  }

  /** The state for the next hour; gives back the turns of what was planned, so ask the playlists afterwards. */
  carried(): ShareCarry {
    const planned = this.#plan.map((play) => play.member.bookingId);
    this.#dropPlan();
    const { served, clock } = lessRounds(this.#now);
    const members = this.#members.map(({ bookingId, weight }, i) => ({
      bookingId,
      weight,
      servedMs: served[i] ?? 0,
    }));
    return { clockMs: clock, members, planned };
  }

  /** Nobody leaves the bound, and the member is not put a full play ahead. */
  #keepsBound(index: number, cost: Ms): boolean {
    const { weights, served, total, clock } = this.#now;
    if ((served[index] ?? 0) * total >= (weights[index] ?? 0) * (clock + cost)) return false;
    const trial: Standing = { ...this.#now, served: [...served] };
    serve(trial, index, cost);
    return isWithinBound(trial, this.#longestMs);
  }

  #advance(atMs: Ms): void {
    let passed = false;
    while (this.#edge < this.#edges.length && (this.#edges[this.#edge] ?? 0) <= atMs) {
      this.#edge++;
      passed = true;
    }
    if (!passed) return;
    const next = this.#openAt(atMs);
    if (isSame(next, this.#members)) return;
    this.#dropPlan();
    this.#change(
      next,
      this.#members.map((member) => member.bookingId),
      this.#now,
    );
  }

  #openAt(atMs: Ms): ShareMember[] {
    return this.#all.filter((member) => member.windows.some((w) => w.fromMs <= atMs && atMs < w.toMs));
  }

  #change(next: readonly ShareMember[], wereIds: readonly number[], were: Standing): void {
    const lags = new Map<number, Ms>();
    wereIds.forEach((bookingId, i) => {
      const lag = (were.weights[i] ?? 0) * were.clock - (were.served[i] ?? 0) * were.total;
      lags.set(bookingId, Math.trunc(lag / were.total));
    });
    const weights = scaledWeights(next.map((member) => member.weight));
    const served = next.map((member) => {
      const most = longestOf([member]);
      return -Math.max(-most, Math.min(most, lags.get(member.bookingId) ?? 0));
    });
    this.#members = next;
    this.#longestMs = longestOf(next);
    this.#now = {
      weights,
      total: sumOf(weights),
      served,
      clock: sumOf(served),
      equalSlots: haveOneLength(next),
    };
    this.#resume([]);
  }

  /** Takes up an order that was planned before. */
  #resume(planned: readonly number[]): void {
    this.#tail = { ...this.#now, served: [...this.#now.served] };
    this.#plan = [];
    for (const bookingId of planned) {
      const index = this.#members.findIndex((member) => member.bookingId === bookingId);
      if (index >= 0) this.#plot(index);
    }
  }

  #refill(): void {
    const ahead = this.#members.length > MANY ? 1 : AHEAD;
    while (this.#plan.length < ahead && this.#members.length > 0) {
      this.#plot(earliestDeadline(this.#tail, (i) => this.#members[i]?.turns.peek().durationMs ?? null));
    }
  }

  #plot(index: number): void {
    const member = this.#members[index];
    if (member === undefined) return;
    const clip = member.turns.peek();
    member.turns.take(clip);
    serve(this.#tail, index, clip.durationMs);
    this.#plan.push({ member, clip, index });
  }

  #dropPlan(): void {
    for (const { member, clip } of this.#plan) member.turns.giveBack(clip);
    this.#plan = [];
    this.#tail = { ...this.#now, served: [...this.#now.served] };
  }
}
