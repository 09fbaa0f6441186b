import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../players/core/effect.ts';
import type { Happening } from '../../../players/core/player-event.ts';
import { unborn } from '../../../players/core/player-state.ts';
import { step } from '../../../players/core/step.ts';
import { seededRandom } from '../../../players/fleet/seeded-random.ts';
import { type VirtualTime, virtualTime } from '../../../players/fleet/virtual-time.ts';
import { Bench, EIGHT, EMPTY_OUTBOX, manifestOf, TEST_CONFIG } from './core-fixture.ts';

/*
 * A town of players on a virtual clock: what their server gets when all of them come back at once. No player waits for
 * another, so a tenth of ten thousand is asked for a tenth of the peak.
 */
const PLAYERS = 1_000;
const OFFLINE = { kind: 'offline', status: 0, code: 'offline' } as const;

const KEY = { kty: 'OKP', crv: 'Ed25519', x: 'x'.repeat(43), kid: 'town' };

/** The requests that may come as often as there are players. */
const COUNTED: readonly Effect['type'][] = ['poll', 'stream.open', 'health.send', 'report.send'];

/** Starts a town whose server answers while `isUp`; tells the instant of each request. */
function town(time: VirtualTime, isUp: () => boolean) {
  const random = seededRandom(7);
  const arrivals: number[] = [];
  const closers: (() => void)[] = [];
  for (let n = 0; n < PLAYERS; n += 1) {
    let state = unborn(TEST_CONFIG);
    let callOff = (): void => undefined;
    const bootMs = time.nowMs;
    const dispatch = (happening: Happening): void => {
      const at = { wallMs: time.nowMs, monoMs: time.nowMs - bootMs, random: random() };
      const [after, effects] = step(state, { ...happening, at });
      state = after;
      for (const effect of effects) perform(effect);
    };
    const soon = (happening: Happening): void => void time.at(time.nowMs + 50, () => dispatch(happening));
    function perform(effect: Effect): void {
      if (COUNTED.includes(effect.type)) arrivals.push(time.nowMs);
      if (effect.type === 'wake') {
        callOff();
        callOff = time.at(effect.atMonoMs + bootMs, () => dispatch({ type: 'tick' }));
      } else if (effect.type === 'poll') {
        soon(isUp() ? { type: 'poll.unchanged' } : { type: 'poll.failed', failure: OFFLINE });
      } else if (effect.type === 'stream.open') {
        soon(isUp() ? { type: 'stream.opened' } : { type: 'stream.closed', failure: OFFLINE });
      } else if (effect.type === 'health.send') {
        soon(
          isUp()
            ? {
                type: 'health.answered',
                answer: { now: new Date(time.nowMs).toISOString(), pollAfterMs: 30_000, resend: [] },
              }
            : { type: 'health.failed', failure: OFFLINE },
        );
      }
    }
    const identity = {
      token: 'token-of-a-box-of-the-town',
      endpointId: 7,
      serverKeys: [KEY],
      highestSerial: 5,
    };
    const saved = { identity: JSON.stringify(identity), manifest: JSON.stringify(manifestOf()) };
    dispatch({ type: 'boot', saved, outbox: EMPTY_OUTBOX });
    closers.push(() => dispatch({ type: 'stream.closed', failure: OFFLINE }));
  }
  return {
    arrivals,
    cutStreams: () => {
      for (const close of closers) close();
    },
  };
}

/** The most arrivals in any second from `from` on. */
function peak(arrivals: readonly number[], from: number): number {
  let most = 0;
  let first = 0;
  const later = arrivals.filter((at) => at >= from);
  for (const [last, at] of later.entries()) {
    while ((later[first] ?? 0) <= at - 1_000) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

describe('a town of players that come back all at once', () => {
  // Polls, streams and health reports: three requests of each player in four seconds, evenly.
  const EVEN = (3 * PLAYERS) / 4;

  it('asks in no second for more than a third above the even share after a power cut', () => {
    const time = virtualTime(EIGHT);
    const { arrivals } = town(time, () => true);
    time.runUntil(EIGHT + 60_000);
    expect(arrivals.length).toBeGreaterThanOrEqual(3 * PLAYERS);
    expect(peak(arrivals, EIGHT)).toBeLessThan(1.34 * EVEN);
    // Nobody is left out.
    expect(arrivals.filter((at) => at <= EIGHT + 5_200).length).toBeGreaterThanOrEqual(3 * PLAYERS);
  });

  it('opens its streams again within four seconds when one of two servers is lost, a quarter in each', () => {
    const time = virtualTime(EIGHT);
    const { arrivals, cutStreams } = town(time, () => true);
    time.runUntil(EIGHT + 60_000);
    const cutAt = time.nowMs;
    cutStreams();
    time.runUntil(cutAt + 4_000);
    // Beside a thirtieth of the players that poll in each second anyway.
    expect(peak(arrivals, cutAt)).toBeLessThan(1.34 * (PLAYERS / 4 + PLAYERS / 30));
    expect(arrivals.filter((at) => at >= cutAt).length).toBeGreaterThanOrEqual(PLAYERS);
  });

  it('comes back spread over minutes after its server was away for half an hour, and asks little meanwhile', () => {
    const time = virtualTime(EIGHT);
    let isUp = true;
    const { arrivals, cutStreams } = town(time, () => isUp);
    time.runUntil(EIGHT + 60_000);
    isUp = false;
    cutStreams();
    time.runUntil(EIGHT + 1_860_000);
    const backAt = time.nowMs;
    // Each errand at its slowest pace: five minutes.
    expect(peak(arrivals, backAt - 600_000)).toBeLessThan(PLAYERS / 20);
    isUp = true;
    time.runUntil(backAt + 600_000);
    expect(peak(arrivals, backAt)).toBeLessThan(PLAYERS / 10);
    expect(arrivals.filter((at) => at >= backAt).length).toBeGreaterThan(3 * PLAYERS);
  });

  it('reports clips that ended everywhere in one instant spread over the whole pause before a report', () => {
    const random = seededRandom(7);
    const bench = new Bench(EIGHT);
    bench.bootPlaying();
    const { playId } = bench.asked();
    bench.feed({ type: 'playback.started', playId });
    bench.tickAt(EIGHT + 10_000);
    const before = bench.state;
    const at = { wallMs: EIGHT + 10_000, monoMs: bench.monoMs };
    const dues = Array.from({ length: PLAYERS }, () => {
      const ended = { type: 'playback.ended', playId, shownMs: 10_000, how: 'stopped' } as const;
      const [after] = step(before, { ...ended, at: { ...at, random: random() } });
      return after.errands.report.dueMonoMs - at.monoMs;
    }).toSorted((a, b) => a - b);
    const { reportMs } = TEST_CONFIG;
    expect(dues.at(-1)).toBeLessThanOrEqual(reportMs);
    expect(peak(dues, 0)).toBeLessThan((1.5 * PLAYERS * 1_000) / reportMs);
  });
});
