import { HOUR_MS, type Ms } from '../../src/base/units.ts';
import type { Clip, HourDemand } from '../../src/schedule/demand.ts';
import { Dice } from './demand-sets.ts';
import type { Airing } from './loop-facts.ts';

/** Another way to make the loops of `hours` successive equal hours; each has one clip a booking. */
export type Yardstick = (hour: HourDemand, hours: number, seed: number) => Airing[];

interface Source {
  readonly bookingId: number | null;
  readonly clip: Clip;
  /** Plays an hour that it should have, as a real number. */
  readonly plays: number;
}

/** Everybody with the plays an hour that rates and exact shares come to; filler shares what is left evenly. */
function sources(hour: HourDemand): Source[] {
  const list: Source[] = [];
  let leftMs = HOUR_MS;
  let weights = 0;
  for (const { bookingId, rate, clips } of hour.demands) {
    const clip = clips[0];
    if (clip === undefined) continue;
    if (rate.kind === 'share') weights += rate.weight;
    else {
      list.push({ bookingId, clip, plays: rate.plays });
      leftMs -= rate.plays * clip.durationMs;
    }
  }
  for (const { bookingId, rate, clips } of hour.demands) {
    const clip = clips[0];
    if (clip === undefined || rate.kind !== 'share') continue;
    list.push({ bookingId, clip, plays: (leftMs * rate.weight) / weights / clip.durationMs });
  }
  if (weights === 0) {
    const together = hour.filler.reduce((sum, clip) => sum + clip.durationMs, 0);
    for (const clip of hour.filler) list.push({ bookingId: null, clip, plays: leftMs / together });
  }
  return list;
}

function lay(clips: Iterable<Source>, untilMs: Ms): Airing[] {
  const all: Airing[] = [];
  let atMs = 0;
  for (const { bookingId, clip } of clips) {
    if (atMs >= untilMs) break;
    const { durationMs, sha256, assetId } = clip;
    all.push({ atMs, spot: { atMs, durationMs, sha256, assetId, bookingId, reason: 'filler', dueMs: null } });
    atMs += durationMs;
  }
  return all;
}

/** Draws every play at random, weighted by the plays that each should have. */
export const weightedRandom: Yardstick = (hour, hours, seed) => {
  const list = sources(hour);
  const dice = new Dice(seed ^ 0x0dd5);
  const total = list.reduce((sum, source) => sum + source.plays, 0);
  function* draw(): Generator<Source> {
    for (;;) {
      let at = (dice.roll(1_000_000_000) / 1_000_000_000) * total;
      const drawn = list.find((source) => {
        at -= source.plays;
        return at < 0;
      });
      const source = drawn ?? list.at(-1);
      if (source === undefined) return;
      yield source;
    }
  }
  return lay(draw(), hours * HOUR_MS);
};

/**
 * Smooth weighted round-robin, as nginx documents it for upstream servers: each turn everybody's score
 * grows by its weight, the highest is served, and the sum of all weights is taken off it.
 */
export const smoothRoundRobin: Yardstick = (hour, hours) => {
  const list = sources(hour);
  const total = list.reduce((sum, source) => sum + source.plays, 0);
  const scores = list.map(() => 0);
  function* turns(): Generator<Source> {
    for (;;) {
      let best = 0;
      list.forEach((source, i) => {
        scores[i] = (scores[i] ?? 0) + source.plays;
        if ((scores[i] ?? 0) > (scores[best] ?? 0)) best = i;
      });
      scores[best] = (scores[best] ?? 0) - total;
      const source = list[best];
      if (source === undefined) return;
      yield source;
    }
  }
  return lay(turns(), hours * HOUR_MS);
};

/**
 * Even division into slots, as signage systems describe their share of voice: booked items repeat in turn
 * until each has its seconds of the hour, ordinary items fill the rest in turn, and the two lists are
 * merged by whole-number strides (so many of one, then so many of the other), the remainder at the end. Each
 * hour starts anew.
 */
export const evenDivision: Yardstick = (hour, hours) => {
  const list = sources(hour);
  const booked = list.filter((source) => source.bookingId !== null);
  const ordinary = list.filter((source) => source.bookingId === null);
  const turns: Source[] = [];
  const left = booked.map((source) => Math.round(source.plays));
  for (let more = true; more; ) {
    more = false;
    booked.forEach((source, i) => {
      if ((left[i] ?? 0) <= 0) return;
      turns.push(source);
      left[i] = (left[i] ?? 0) - 1;
      more = true;
    });
  }
  const rest: Source[] = [];
  let leftMs = HOUR_MS - turns.reduce((sum, source) => sum + source.clip.durationMs, 0);
  for (let i = 0; leftMs > 0 && ordinary.length > 0; i++) {
    const source = ordinary[i % ordinary.length];
    if (source === undefined) break;
    rest.push(source);
    leftMs -= source.clip.durationMs;
  }
  const most = Math.max(turns.length, rest.length);
  const everyRest = Math.max(1, Math.ceil(most / Math.max(1, rest.length)));
  const everyTurn = Math.max(1, Math.floor(most / Math.max(1, turns.length)));
  const merged: Source[] = [];
  let t = 0;
  let r = 0;
  for (let i = 0; i < most; i++) {
    if (i % everyRest === 0 && r < rest.length) merged.push(...rest.slice(r, ++r));
    if (i % everyTurn === 0 && t < turns.length) merged.push(...turns.slice(t, ++t));
  }
  merged.push(...turns.slice(t), ...rest.slice(r));
  return Array.from({ length: hours }, (_, h) =>
    lay(merged, HOUR_MS).map(({ atMs, spot }) => ({ atMs: atMs + h * HOUR_MS, spot })),
  ).flat();
};
