import { expect, test } from 'vitest';
import { differencesOf } from '../../src/console/playlist-difference.ts';
import type { DraftItem } from '../../src/console/playlist-draft.ts';
import { placeAt, turnOf } from '../../src/console/playlist-order-of-play.ts';

const item = (assetId: number, over: Partial<DraftItem> = {}): DraftItem => ({
  key: `${assetId}`,
  assetId,
  title: `asset ${assetId}`,
  state: 'approved',
  mediaClass: 'image',
  durationMs: 10_000,
  weight: 1,
  ...over,
});

test('what was done to a playlist is told entry by entry, and only what had to move has moved', () => {
  const before = { name: 'a', items: [item(1), item(2), item(3), item(4)] };
  const after = { name: 'b', items: [item(4), item(1), item(3, { weight: 2 }), item(5)] };
  expect(differencesOf(before, after)).toEqual([
    { kind: 'renamed', from: 'a', to: 'b' },
    { kind: 'added', assetId: 5, title: 'asset 5' },
    { kind: 'removed', assetId: 2, title: 'asset 2' },
    { kind: 'weight', assetId: 3, title: 'asset 3', from: 1, to: 2 },
    { kind: 'moved', assetId: 4, title: 'asset 4' },
  ]);
});

test('two entries of one asset are told apart when one of them goes', () => {
  const before = { name: 'a', items: [item(1), item(1), item(2)] };
  expect(differencesOf(before, { name: 'a', items: [item(1), item(2)] })).toEqual([
    { kind: 'removed', assetId: 1, title: 'asset 1' },
  ]);
  expect(differencesOf(before, before)).toEqual([]);
});

test('a turn of a playlist gives every entry as many plays as its weight, evenly, one after the other', () => {
  const turn = turnOf([item(1, { weight: 2 }), item(2, { durationMs: 5_000 })]);
  expect(turn.map(({ item: { assetId }, atMs }) => [assetId, atMs])).toEqual([
    [1, 0],
    [2, 10_000],
    [1, 15_000],
  ]);
  expect(placeAt(turn, 14_999)).toBe(1);
  expect(placeAt(turn, 99_999)).toBe(2);
});
