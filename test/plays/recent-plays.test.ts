import { describe, expect, it } from 'vitest';
import { recentPlays } from '../../src/plays/recent-plays.ts';

const play = (seq: number, startedAt: number, durationMs = 10_000) => ({
  seq,
  assetId: 1,
  bookingId: 1,
  overrideId: null,
  startedAt,
  day: 0,
  durationMs,
  outcome: 'completed' as const,
});

describe('recentPlays', () => {
  it('finds a play that runs beside an earlier one for more than half of the shorter', () => {
    const recent = recentPlays();
    recent.remember(1, 1, [play(1, 0), play(2, 10_000)]);
    expect(recent.overlaps(1, 1, play(3, 14_000))).toBe(true);
    expect(recent.overlaps(1, 1, play(3, 16_000))).toBe(false);
    expect(recent.overlaps(1, 1, play(3, 20_000))).toBe(false);
    expect(recent.overlaps(2, 1, play(3, 14_000))).toBe(false);
  });

  it('never finds a play to run beside itself, sent again', () => {
    const recent = recentPlays();
    recent.remember(1, 1, [play(1, 0)]);
    expect(recent.overlaps(1, 1, play(1, 0))).toBe(false);
    expect(recent.overlaps(1, 2, play(1, 0))).toBe(true);
  });

  it('forgets the oldest plays of a player first', () => {
    const recent = recentPlays();
    recent.remember(1, 1, [play(1, 0)]);
    recent.remember(
      1,
      1,
      Array.from({ length: 128 }, (_, n) => play(n + 2, (n + 1) * 10_000)),
    );
    expect(recent.overlaps(1, 1, play(500, 0))).toBe(false);
    expect(recent.overlaps(1, 1, play(500, 10_000))).toBe(true);
  });

  it('compares a play of long ago with what it remembers of then', () => {
    const recent = recentPlays();
    recent.remember(1, 1, [play(1, 1_000_000)]);
    expect(recent.overlaps(1, 1, play(9, 0))).toBe(false);
    expect(recent.overlaps(1, 1, play(9, 992_000))).toBe(false);
    expect(recent.overlaps(1, 1, play(9, 996_000))).toBe(true);
    recent.remember(1, 1, [play(2, 0)]);
    expect(recent.overlaps(1, 1, play(9, 2_000))).toBe(true);
    expect(recent.overlaps(1, 1, play(9, 500_000))).toBe(false);
    expect(recent.overlaps(1, 1, play(9, 1_004_000))).toBe(true);
  });
});
