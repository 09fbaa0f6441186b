import { describe, expect, test } from 'vitest';
import type { Spot } from '../../src/schedule/compiled-hour.ts';
import { spotDifference } from '../../src/schedule/spot-difference.ts';

const spot = (atMs: number, bookingId: number): Spot => ({
  atMs,
  durationMs: 10,
  sha256: String(bookingId),
  assetId: bookingId,
  bookingId,
  reason: 'due',
  dueMs: atMs,
});

describe('spotDifference', () => {
  test('tells plays that are added, removed, moved and kept apart', () => {
    const before = [spot(0, 1), spot(10, 2), spot(20, 1), spot(30, 3)];
    const after = [spot(0, 1), spot(10, 4), spot(20, 2), spot(30, 1)];
    expect(spotDifference(before, after)).toEqual({
      added: [spot(10, 4)],
      removed: [spot(30, 3)],
      moved: 2,
      kept: 1,
    });
  });

  test('finds no difference between a loop and itself', () => {
    const loop = [spot(0, 1), spot(10, 2)];
    expect(spotDifference(loop, loop)).toEqual({ added: [], removed: [], moved: 0, kept: 2 });
  });
});
