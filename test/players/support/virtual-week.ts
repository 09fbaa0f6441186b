import { FIELD_DEFAULTS, type PlayerConfig } from '../../../players/core/player-config.ts';
import { seededRandom } from '../../../players/fleet/seeded-random.ts';
import { type VirtualBox, virtualBox } from '../../../players/fleet/virtual-box.ts';
import { virtualLedger } from '../../../players/fleet/virtual-ledger.ts';
import { isOpen, type VirtualProgramme, virtualManifest } from '../../../players/fleet/virtual-programme.ts';
import { virtualTime } from '../../../players/fleet/virtual-time.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/base/units.ts';

/** Midnight of a Monday in China. */
export const START_MS = Date.parse('2027-02-01T00:00:00+08:00');

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

/** Runs one box through virtual days of losses, outages and power cuts. */
export function runWeek(options: WeekOptions) {
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
export function compare(result: ReturnType<typeof runWeek>, toleranceMs: number) {
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
export function blankOpenMs(result: ReturnType<typeof runWeek>, afterMs: number): number {
  let sum = 0;
  for (const { startMs, endMs } of result.box.blanks) {
    if (startMs < afterMs || endMs - startMs <= 1_500) continue;
    for (let at = startMs; at < endMs; at += SECOND_MS)
      if (isOpen(result.plan, at)) sum += Math.min(SECOND_MS, endMs - at);
  }
  return sum;
}
