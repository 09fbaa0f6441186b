import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SECOND_MS } from '../../src/base/units.ts';
import { compileLoop } from '../../src/schedule/compile-loop.ts';
import { START } from '../../src/schedule/compiled-hour.ts';
import type { HourDemand } from '../../src/schedule/demand.ts';
import { type BenchResult, quantile, rounded } from './bench-result.ts';
import { bookingOf, openHour } from './demand-sets.ts';

/** 240 spots of 15 s: sixteen rates of ten plays, four shares. */
function denseHour(): HourDemand {
  return openHour(
    Array.from({ length: 20 }, (_, i) =>
      bookingOf(
        i + 1,
        i < 16 ? { kind: 'perHour', plays: 10 } : { kind: 'share', weight: i },
        15 * SECOND_MS,
      ),
    ),
  );
}

/** Half rates, half shares, clips of 5 to 24 s. */
function crowdedHour(bookings: number): HourDemand {
  return openHour(
    Array.from({ length: bookings }, (_, i) =>
      bookingOf(
        i + 1,
        i % 2 === 0 ? { kind: 'perHour', plays: 4 } : { kind: 'share', weight: 1 + (i % 7) },
        (5 + (i % 20)) * SECOND_MS,
      ),
    ),
  );
}

/** Median time of one call in microseconds, after a warm-up. */
function timed(rounds: number, call: () => unknown): number {
  for (let i = 0; i < rounds / 4; i++) call();
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const from = performance.now();
    call();
    times.push((performance.now() - from) * 1_000);
  }
  return Math.round(quantile(times, 0.5));
}

/** Memory that a compiled hour and its demand keep, in kilobytes, after collecting garbage: the mean of many. */
function keptKilobytes(bookings: number): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const make = () => {
    const hour = crowdedHour(bookings);
    return [hour, compileLoop(hour, START)];
  };
  const copies = Math.max(4, Math.ceil(200 / Math.sqrt(bookings)));
  const kept: unknown[] = [make()];
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < copies; i++) kept.push(make());
  collect();
  return Math.round((process.memoryUsage().heapUsed - before) / (kept.length - 1) / 1_000);
}

/**
 * Time of one dense hour (240 spots, 20 bookings) from carried state, and with the search for phases that the first
 * hour of a distinct demand set costs; then the curve of time and memory from 1 to 10,000 bookings. The yardstick is the
 * limit of 1,000 microseconds.
 */
export async function run(): Promise<BenchResult> {
  const dense = denseHour();
  const { carried, spots } = compileLoop(dense, START);
  const value = timed(400, () => compileLoop(dense, carried));
  const first = timed(200, () => compileLoop(dense, START));
  const curve = [1, 10, 100, 1_000, 10_000].map((bookings) => {
    const hour = crowdedHour(bookings);
    const rounds = Math.max(5, Math.floor(2_000 / bookings ** 0.5 / 5));
    const before = compileLoop(hour, START);
    return {
      bookings,
      spots: before.spots.length,
      us: timed(rounds, () => compileLoop(hour, before.carried)),
      firstUs: timed(rounds, () => compileLoop(hour, START)),
      keptKilobytes: keptKilobytes(bookings),
    };
  });
  return {
    name: 'compile-hour',
    value,
    unit: 'microseconds',
    yardstick: 1_000,
    ratio: rounded(value / 1_000),
    n: 400,
    spots: spots.length,
    withPhaseSearchUs: first,
    curve,
  };
}
