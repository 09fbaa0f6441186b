import { HOUR_MS } from '../../src/base/units.ts';
import { blankOpenMs, compare, runWeek, START_MS } from '../players/support/virtual-week.ts';
import { type BenchResult, rounded } from './bench-result.ts';

const PLAYERS = 138;
const DAYS = 7;
const LOSS = 0.3;
const CUTS_PER_DAY = 1;
/** How far a counted start may lie from the showing that it stands for. Milliseconds. */
const TOLERANCE_MS = 400;

/**
 * 138 players, each by itself through a virtual week with a power cut a day and 30 % of all messages lost, each
 * way. `value`: showings that no play stands for, plus plays that no showing stands for. `idleS`: blank time in
 * opening hours after the first hour, without boots of up to 1.5 s; the stage's own start (80 ms an opening)
 * is taken off.
 */
export async function run(): Promise<BenchResult> {
  const sums = { shown: 0, counted: 0, lost: 0, doubled: 0, waiting: 0, duplicatesDropped: 0, idleMs: 0 };
  const startedMs = performance.now();
  for (let seed = 1; seed <= PLAYERS; seed++) {
    const result = runWeek({ seed, days: DAYS, loss: LOSS, cuts: CUTS_PER_DAY });
    const { unreported, invented, counted } = compare(result, TOLERANCE_MS);
    const waiting = result.box.state().outbox.pending.length;
    sums.shown += result.box.showings.length;
    sums.counted += counted.length;
    // What is still in an outbox when the week ends is on its way, not lost.
    sums.lost += Math.max(0, unreported.length - waiting);
    sums.doubled += invented.length;
    sums.waiting += waiting;
    sums.duplicatesDropped += result.ledger.duplicates;
    sums.idleMs += Math.max(0, blankOpenMs(result, START_MS + HOUR_MS) - DAYS * 80);
  }
  const { idleMs, ...facts } = sums;
  return {
    name: 'week',
    value: facts.lost + facts.doubled,
    unit: 'plays lost plus doubled',
    yardstick: 0,
    ratio: facts.lost + facts.doubled === 0 ? 1 : Number.MAX_SAFE_INTEGER,
    n: PLAYERS,
    ...facts,
    idleS: rounded(idleMs / 1_000),
    tookS: rounded((performance.now() - startedMs) / 1_000),
  };
}
