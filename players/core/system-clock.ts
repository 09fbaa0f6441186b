import type { EpochMs, Ms } from '../../src/base/units.ts';
import type { PlayerClock } from './ports.ts';

/** The longest wait that timers take in browsers and Node: 2^31 − 1 ms. */
const LONGEST_WAIT_MS: Ms = 2_147_483_647;

/** What {@link systemClock} is made from; `globalThis` fits as it is. */
export interface ClockSource {
  readonly Date: { now(): EpochMs };
  readonly performance: { now(): Ms };
  readonly Math: { random(): number };
  setTimeout(act: () => void, delayMs: Ms): unknown;
  clearTimeout(handle: never): void;
}

/** The clock of a real body, from the globals that browsers and Node share. `speed` above 1 makes time run faster. */
export function systemClock(source: ClockSource, speed = 1): PlayerClock {
  const wallStart = source.Date.now();
  const monoStart = source.performance.now();
  const monoMs = () => (source.performance.now() - monoStart) * speed;
  return {
    wallMs: () => (speed === 1 ? source.Date.now() : wallStart + monoMs()),
    monoMs,
    random: () => source.Math.random(),
    alarm(atMonoMs, ring) {
      const delay = Math.min(Math.max(0, (atMonoMs - monoMs()) / speed), LONGEST_WAIT_MS);
      const handle = source.setTimeout(ring, delay);
      return () => source.clearTimeout(handle as never);
    },
  };
}
