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
      streams.add(
        { playerId: id, endpointId: id },
        { write, waitingBytes: 0, end: () => undefined, close: () => undefined },
      );
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

  /** Streams of one endpoint, with what became of each. */
  function someStreams() {
    const streams = new PlayerStreams();
    const ended: string[] = [];
    const open = (playerId: number, name: string, waitingBytes = 0) =>
      streams.add(
        { playerId, endpointId: 7 },
        {
          ...{ write: () => undefined, waitingBytes },
          end: () => void ended.push(`${name} cut`),
          close: () => void ended.push(`${name} closed`),
        },
      );
    return { streams, ended, open };
  }

  test('ends the oldest of a player that opens more than four, and of nobody else', () => {
    const { streams, ended, open } = someStreams();
    open(2, 'of another');
    for (let n = 1; n <= 1_000; n += 1) open(1, `stream ${n}`);
    expect(streams.open).toBe(5);
    expect(ended).toEqual(Array.from({ length: 996 }, (_, n) => `stream ${n + 1} closed`));
  });

  test('ends those of a player whose token holds no more, the stuck ones by cutting them', () => {
    const { streams, ended, open } = someStreams();
    const removeFirst = open(1, 'first');
    open(1, 'stuck', 5);
    open(2, 'of the next box');
    streams.endOf({ playerId: 1, endpointId: 7 });
    expect(ended).toEqual(['first closed', 'stuck cut']);
    // Its connection closes later, which must not count twice.
    removeFirst();
    expect(streams.open).toBe(1);
  });
});
