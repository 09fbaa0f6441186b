import { HOUR_MS, type Ms } from '../base/units.ts';
import type { Carried, CompiledHour, PlaylistTurn, RateCarry, VerdictCode } from './compiled-hour.ts';
import type { DayHead, HourDemand, SeparationRule } from './demand.ts';
import { type PlacedPlay, SpotRow } from './emit-spots.ts';
import { FillerTurns } from './filler-turns.ts';
import { judgeDemands } from './judge-demands.ts';
import { certify } from './loop-certificate.ts';
import { nominalInstants } from './nominal-instants.ts';
import { type PhaseMemo, recallPhases } from './phases.ts';
import { type Apart, latestStarts, placeRates } from './place-rates.ts';
import { PlaylistTurns } from './playlist-turns.ts';
import { CREDIT_START_MS, grantWithin, owedPlays } from './rate-counts.ts';
import { apartOf, Separation } from './separation.ts';
import { grantApart } from './separation-counts.ts';
import { ShareClass } from './share-class.ts';
import type { ShareMember } from './share-members.ts';
import { SoftMaterial } from './soft-material.ts';
import { type SoundDemand, type SoundHour, type Stretch, soundHour } from './sound-hour.ts';
import { windowsLength } from './windows.ts';

/** A `perHour` booking on its way through an hour. */
interface Rate {
  readonly sound: SoundDemand;
  readonly turns: PlaylistTurns;
  readonly windowMs: Ms;
  readonly asked: number;
  readonly granted: number;
  readonly why: VerdictCode | null;
  readonly carry: RateCarry;
  /** The kind that the first rule which concerns it keeps apart. */
  readonly apart: Apart | null;
}

/**
 * Compiles one local hour of one endpoint: which film or still plays when, what each booking got of
 * what it asks, and a certificate measured on the result. Pure, deterministic, integers only: the same
 * hour and state give the same spots on every machine.
 *
 * Shape: spots sorted, never overlapping, films whole; only the last may run past the hour, and only
 * while the endpoint stays open (`openAfterMs`); the next hour then starts after it. No spot runs past
 * closing.
 *
 * What holds:
 * - `perHour`: an hour that is wholly open and not over-full starts exactly `plays` plays of each; other
 *   windows get the exact count rounded, fractions carried (`owedPlays`). Plays are put as near to
 *   their nominal instants, phase + k x interval, as their order allows (`placeRates`).
 * - over-full hours: `grantPlays`; hard separations: `grantApart`.
 * - `share`: `ShareClass`.
 * - steps: see `SpotRow`; memory is linear in spots and demands.
 *
 * Bad input never throws; it ends in a verdict.
 */
export function compileLoop(hour: HourDemand, carried: Carried, memo?: PhaseMemo): CompiledHour {
  const rules = hour.separation.map((rule) => (rule.gapMs > 0 ? rule : { ...rule, gapMs: 0 }));
  const sound = soundHour(hour, carried.busyMs);
  const rates = grantRates(sound, carried, rules);
  const phases = phasesOf(rates, memo);
  const members: ShareMember[] = sound.shares.map(({ demand, clips, windows }) => ({
    bookingId: demand.bookingId,
    weight: demand.rate.kind === 'share' ? demand.rate.weight : 1,
    turns: new PlaylistTurns(clips, carried.turns.get(demand.bookingId)),
    windows,
  }));
  const share = new ShareClass(members, carried.share);
  const filler = new FillerTurns(sound.filler, carried.filler);
  const separation = new Separation(rules, carried.kindEnds, startsAfter(hour.nextDay, sound.lengthMs));
  const campaigns = new Map(hour.demands.map((demand) => [demand.bookingId, demand.campaignId]));
  const soft = new SoftMaterial(share, filler, separation, campaigns);
  const row = new SpotRow(carried.last, soft, separation, campaigns);

  const queues = queuePlays(sound, rates, phases, separation);
  const overrun = softOverrun(sound, rates, queues);
  let endMs = carried.busyMs;
  sound.stretches.forEach((stretch, s) => {
    endMs = row.fill(
      stretch,
      placeQueue(queues[s] ?? [], stretch),
      Math.min(stretch.endMs, stretch.toMs + overrun),
      stretch.toMs === sound.lengthMs ? hour.nextDay : undefined,
    );
  });
  separation.close();

  const verdicts = judgeDemands(hour, sound, rates, row);
  const shareCarry = share.carried();
  const turns = new Map<number, PlaylistTurn>(carried.turns);
  for (const [bookingId, playlist] of [
    ...rates.map((rate) => [rate.sound.demand.bookingId, rate.turns] as const),
    ...members.map((member) => [member.bookingId, member.turns] as const),
  ]) {
    const turn = playlist.carried();
    if (turn !== null) turns.set(bookingId, turn);
  }
  return {
    spots: row.spots,
    verdicts,
    certificate: certify(
      sound,
      rates.map((rate) => ({
        bookingId: rate.sound.demand.bookingId,
        intervalMs: Math.floor(HOUR_MS / rate.carry.plays),
      })),
      row,
      share,
      separation,
    ),
    carried: {
      busyMs: Math.max(0, endMs - sound.lengthMs),
      rates: new Map(
        rates.map((rate, i) => [
          rate.sound.demand.bookingId,
          { ...rate.carry, phaseMs: onwards(phases[i] ?? 0, rate.carry.plays, sound.lengthMs) },
        ]),
      ),
      share: shareCarry,
      turns,
      filler: filler.carried(),
      last: row.last,
      kindEnds: separation.carried(sound.lengthMs),
    },
  };
}

/** The first plays of the next day, from the start of this hour. */
function startsAfter(head: DayHead | undefined, lengthMs: Ms): Record<string, Ms> {
  return Object.fromEntries(Object.entries(head?.starts ?? {}).map(([kind, at]) => [kind, lengthMs + at]));
}

/** How many plays each rate asks and gets. */
function grantRates(sound: SoundHour, carried: Carried, rules: readonly SeparationRule[]): Rate[] {
  const asks = sound.rates.map((rate) => {
    const { bookingId, rate: asked } = rate.demand;
    const tier = Number.isFinite(rate.demand.tier) ? rate.demand.tier : 0;
    const earlier = carried.rates.get(bookingId);
    const plays = asked.kind === 'perHour' ? asked.plays : 0;
    const windowMs = windowsLength(rate.windows);
    const owed = owedPlays(plays, windowMs, earlier?.creditMs ?? CREDIT_START_MS);
    const turns = new PlaylistTurns(rate.clips, carried.turns.get(bookingId), rate.demand.turnsBefore);
    return {
      rate,
      plays,
      windowMs,
      owed,
      turns,
      earlier,
      asks: { bookingId, tier, asked: owed.asked, lost: earlier?.lost ?? 0 },
    };
  });
  const all = asks.map((ask) => ({
    ...ask.asks,
    rate: ask.rate,
    windows: ask.rate.windows,
    airtimeOf: (count: number) => ask.turns.airtimeOf(count),
  }));
  const grants = grantApart(all, grantWithin(all, sound), rules, carried.kindEnds, sound);
  return asks.map((ask, i) => {
    const grant = grants[i] ?? { granted: 0, lost: 0, why: null };
    const plays = Math.max(1, grant.granted < ask.owed.asked ? grant.granted : ask.plays);
    const kept = ask.earlier?.plays === plays ? ask.earlier.phaseMs : -1;
    return {
      sound: ask.rate,
      turns: ask.turns,
      windowMs: ask.windowMs,
      asked: ask.owed.asked,
      granted: grant.granted,
      why: grant.why,
      apart: apartOf(rules, ask.rate.demand),
      carry: { creditMs: ask.owed.creditMs, lost: grant.lost, plays, phaseMs: kept },
    };
  });
}

/** Phases of all rates: kept ones stay, the others are chosen against them. */
function phasesOf(rates: readonly Rate[], memo: PhaseMemo | undefined): readonly Ms[] {
  if (rates.every((rate) => rate.carry.phaseMs >= 0)) return rates.map((rate) => rate.carry.phaseMs);
  return recallPhases(
    rates.map((rate) => ({
      plays: rate.carry.plays,
      durationMs: rate.sound.clips.reduce((most, clip) => Math.max(most, clip.durationMs), 0),
      keptMs: rate.carry.phaseMs >= 0 ? rate.carry.phaseMs : null,
      apart: rate.apart,
    })),
    memo,
  );
}

/** The same grid of nominal instants, counted from the end of an hour. */
function onwards(phaseMs: Ms, plays: number, lengthMs: Ms): Ms {
  if (lengthMs === HOUR_MS) return phaseMs;
  const intervalMs = Math.floor(HOUR_MS / plays);
  return (((phaseMs - lengthMs) % intervalMs) + intervalMs) % intervalMs;
}

/** Every granted play with its nominal instant, by the stretch it falls into, in order. */
function queuePlays(
  sound: SoundHour,
  rates: readonly Rate[],
  phases: readonly Ms[],
  separation: Separation,
): PlacedPlay[][] {
  const queues: PlacedPlay[][] = sound.stretches.map(() => []);
  rates.forEach((rate, index) => {
    const { granted, windowMs } = rate;
    if (granted === 0) return;
    const { instants, intervalMs } = nominalInstants({
      windows: rate.sound.windows,
      windowMs,
      lengthMs: sound.lengthMs,
      granted,
      plays: rate.carry.plays,
      phaseMs: phases[index] ?? 0,
    });
    rate.turns.next(instants.length).forEach((clip, k) => {
      rate.turns.take(clip);
      const nominal = instants[k];
      if (nominal === undefined) return;
      const place = sound.stretches.findIndex((stretch) => nominal.atMs < stretch.toMs);
      const stretch = sound.stretches[place];
      if (stretch === undefined) return;
      const endMs = Math.min(
        stretch.endMs,
        separation.endsBy({ clip, campaignId: rate.sound.demand.campaignId }, true),
      );
      queues[place]?.push({
        rate: index,
        demand: rate.sound.demand,
        clip,
        nominalMs: nominal.atMs,
        durationMs: clip.durationMs,
        intervalMs,
        earliestMs: Math.max(stretch.fromMs, nominal.window.fromMs),
        latestMs: Math.min(nominal.window.toMs - 1, endMs - clip.durationMs),
        targetMs: nominal.atMs,
        apart: rate.apart,
      });
    });
  });
  for (const queue of queues) {
    queue.sort((a, b) => a.nominalMs - b.nominalMs || a.intervalMs - b.intervalMs || a.rate - b.rate);
  }
  return queues;
}

/** Gives every play of a stretch its target. */
function placeQueue(queue: readonly PlacedPlay[], stretch: Stretch): PlacedPlay[] {
  const latest = latestStarts(queue, stretch.fromMs, stretch.toMs, stretch.endMs);
  const targets = placeRates(queue.map((play, p) => ({ ...play, latestMs: latest[p] ?? 0 })));
  return queue.map((play, p) => ({ ...play, targetMs: targets[p] ?? play.nominalMs }));
}

/**
 * How far soft material may run past the hour. An hour that asks the same must still start all its
 * plays: it can lose the airtime that rates leave, and all but a millisecond of one more play.
 */
function softOverrun(sound: SoundHour, rates: readonly Rate[], queues: readonly PlacedPlay[][]): Ms {
  if (rates.length === 0) return Number.MAX_SAFE_INTEGER;
  let booked = 0;
  for (const queue of queues) for (const play of queue) booked += play.durationMs;
  let shortest = Number.POSITIVE_INFINITY;
  for (const rate of rates) shortest = Math.min(shortest, rate.turns.shortestMs);
  return Math.max(0, sound.openMs - booked + shortest - 1);
}
