import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIELD_DEFAULTS, type PlayerConfig } from '../../../players/core/player-config.ts';
import { seededRandom } from '../../../players/fleet/seeded-random.ts';
import { type VirtualBox, virtualBox } from '../../../players/fleet/virtual-box.ts';
import { virtualLedger } from '../../../players/fleet/virtual-ledger.ts';
import { isOpen, type VirtualProgramme, virtualManifest } from '../../../players/fleet/virtual-programme.ts';
import { virtualTime } from '../../../players/fleet/virtual-time.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/base/units.ts';

const START_MS = Date.parse('2027-02-01T00:00:00+08:00');

const config: PlayerConfig = {
  ...FIELD_DEFAULTS,
  player: { name: 'virtual', version: '1' },
  hardwareId: 'virtual-1',
  kind: 'screen',
  capabilities: { video: true, image: true, audio: true },
  enrolmentToken: 'virtual-enrolment-token',
};

interface WeekOptions {
  readonly seed: number;
  readonly days: number;
  /** Share of messages lost, each way. */
  readonly loss: number;
  /** Power cuts a day, 1 to 20 minutes each. */
  readonly cuts: number;
  /** Stretches without any network, in days from the start. */
  readonly outages?: readonly (readonly [fromDay: number, toDay: number])[];
  readonly wallErrorMs?: (boot: number) => number;
  readonly config?: Partial<PlayerConfig>;
}

function runWeek(options: WeekOptions) {
  const random = seededRandom(options.seed);
  const time = virtualTime(START_MS);
  const plan: VirtualProgramme = {
    endpointId: 7,
    startMs: START_MS,
    files: 9,
    openFromHour: 7,
    openToHour: 22,
    horizonMs: 3 * DAY_MS,
  };
  const ledger = virtualLedger();
  let cached = virtualManifest(plan, START_MS);
  const server = {
    ledger,
    manifest: (nowMs: number) => {
      const day = Math.floor((nowMs + 8 * HOUR_MS) / DAY_MS);
      if (cached.serial !== day) cached = virtualManifest(plan, nowMs);
      return cached;
    },
  };
  const isOut = (ms: number) =>
    (options.outages ?? []).some(
      ([from, to]) => ms >= START_MS + from * DAY_MS && ms < START_MS + to * DAY_MS,
    );
  const box: VirtualBox = virtualBox({
    config: { ...config, ...options.config },
    time,
    server,
    random,
    isLost: (nowMs) => isOut(nowMs) || random() < options.loss,
    wallErrorMs: options.wallErrorMs ?? (() => 0),
  });
  time.at(START_MS, () => box.powerOn());
  const boots: number[] = [START_MS];
  for (let day = 0; day < options.days; day += 1) {
    for (let cut = 0; cut < options.cuts; cut += 1) {
      const atMs = START_MS + day * DAY_MS + ((cut + 0.2 + 0.7 * random()) / options.cuts) * DAY_MS;
      const backMs = atMs + MINUTE_MS + random() * 19 * MINUTE_MS;
      time.at(atMs, () => box.powerOff());
      time.at(backMs, () => box.powerOn());
      boots.push(backMs);
    }
  }
  const endMs = START_MS + options.days * DAY_MS;
  time.runUntil(endMs);
  return { box, ledger, plan, boots, endMs, time };
}

/** Pairs each showing with exactly one counted play; returns what could not be paired. */
function compare(result: ReturnType<typeof runWeek>, toleranceMs: number) {
  const counted = result.ledger.plays
    .filter((play) => play.outcome !== 'failed')
    .map((play) => ({ ...play, atMs: Date.parse(play.startedAt) }))
    .sort((a, b) => a.atMs - b.atMs);
  const unreported = [];
  let index = 0;
  const invented = [];
  for (const showing of result.box.showings) {
    while (counted[index] && (counted[index]?.atMs ?? 0) < showing.startMs - toleranceMs) {
      invented.push(counted[index]);
      index += 1;
    }
    const play = counted[index];
    const fits =
      play && play.assetId === showing.assetId && Math.abs(play.atMs - showing.startMs) <= toleranceMs;
    if (fits) index += 1;
    // Shorter than a write takes to be safe: nobody could know of it after a power cut.
    else if (showing.endMs - showing.startMs > 10) unreported.push(showing);
  }
  return { unreported, invented: [...invented, ...counted.slice(index)], counted };
}

/** Blank time in open hours, without the wait of at most `joinMinMs` and the start-up of each boot. */
function blankOpenMs(result: ReturnType<typeof runWeek>, afterMs: number): number {
  let sum = 0;
  for (const { startMs, endMs } of result.box.blanks) {
    if (startMs < afterMs || endMs - startMs <= 1_500) continue;
    for (let at = startMs; at < endMs; at += SECOND_MS)
      if (isOpen(result.plan, at)) sum += Math.min(SECOND_MS, endMs - at);
  }
  return sum;
}

describe('step, over a virtual week', () => {
  it('reports each showing exactly once through losses of 30 % and daily power cuts', () => {
    const result = runWeek({ seed: 1, days: 7, loss: 0.3, cuts: 2 });
    const { unreported, invented, counted } = compare(result, 400);
    expect(counted.length).toBeGreaterThan(20_000);
    expect(result.box.state().outbox.pending).toEqual([]);
    expect(unreported).toEqual([]);
    expect(invented).toEqual([]);
    expect(result.ledger.duplicates).toBeGreaterThan(1_000);
    // At each opening the stage itself takes up to 80 ms to its first frame.
    expect(blankOpenMs(result, START_MS + HOUR_MS)).toBeLessThanOrEqual(7 * 80);
  }, 60_000);

  it('holds the same for any seed, loss and number of cuts, over two days', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.double({ min: 0, max: 0.4, noNaN: true }),
        fc.integer({ min: 0, max: 6 }),
        (seed, loss, cuts) => {
          const result = runWeek({ seed, days: 2, loss, cuts });
          const { unreported, invented } = compare(result, 400);
          const pending = result.box.state().outbox.pending.length;
          expect(unreported.length).toBeLessThanOrEqual(pending);
          expect(invented).toEqual([]);
        },
      ),
      { numRuns: 12, seed: 20270205 },
    );
  }, 60_000);

  it('goes on by the last known loop of the hour for four days after its programme ran out', () => {
    const result = runWeek({ seed: 3, days: 7, loss: 0, cuts: 0, outages: [[0.5, 6.5]] });
    expect(blankOpenMs(result, START_MS + HOUR_MS)).toBeLessThanOrEqual(7 * 80);
    const { unreported, invented } = compare(result, 400);
    expect(unreported).toEqual([]);
    expect(invented).toEqual([]);
  }, 60_000);

  it('plays the right hour and reports right times with a calendar clock that is years off', () => {
    const result = runWeek({ seed: 4, days: 2, loss: 0.1, cuts: 2, wallErrorMs: () => -3 * 365 * DAY_MS });
    const { unreported, invented, counted } = compare(result, 400);
    expect(counted.length).toBeGreaterThan(5_000);
    expect(unreported).toEqual([]);
    expect(invented).toEqual([]);
    expect(blankOpenMs(result, START_MS + HOUR_MS)).toBeLessThanOrEqual(7 * 80);
  }, 60_000);

  it('restamps at the first contact what it played after a power cut with a clock that fell behind', () => {
    // After the cut the box wakes without network and with its clock back at the year 2000.
    const result = runWeek({
      seed: 5,
      days: 2,
      loss: 0,
      cuts: 1,
      outages: [[0.3, 1.2]],
      wallErrorMs: (boot) => (boot > 1 ? Date.parse('2000-01-01T00:00:00Z') - START_MS : 0),
    });
    const { unreported, invented } = compare(result, 2_000);
    expect(unreported).toEqual([]);
    expect(invented).toEqual([]);
  }, 60_000);

  it('sums up the oldest plays when its outbox is full, and says how many', () => {
    const result = runWeek({
      seed: 6,
      days: 2,
      loss: 0,
      cuts: 0,
      outages: [[0.35, 1.9]],
      config: { outboxCap: 1_000 },
    });
    const { summary, pending, lastSeq } = result.box.state().outbox;
    expect(pending).toEqual([]);
    expect(summary?.plays).toBeGreaterThan(3_000);
    expect(result.ledger.plays.length + (summary?.plays ?? 0)).toBe(lastSeq);
  }, 60_000);
});
