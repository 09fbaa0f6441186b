import { describe, expect, test } from 'vitest';
import { PING_PART_MS, PlayerStreams } from '../../src/schedule/player-streams.ts';

describe('PlayerStreams', () => {
  test('pings every stream once in twenty seconds, and few at a time', () => {
    const streams = new PlayerStreams();
    const pings = Array.from({ length: 1_000 }, () => 0);
    let atOnce = 0;
    for (const id of pings.keys()) {
      const write = (): void => {
        pings[id] = (pings[id] ?? 0) + 1;
        atOnce += 1;
      };
      streams.add(id, { write, waitingBytes: 0, end: () => undefined, close: () => undefined });
    }
    let most = 0;
    for (let atMs = 0; atMs < 20_000; atMs += PING_PART_MS) {
      atOnce = 0;
      streams.pingNextPart();
      most = Math.max(most, atOnce);
    }
    expect(new Set(pings)).toEqual(new Set([1]));
    expect(most).toBeLessThanOrEqual(50);
  });
});
