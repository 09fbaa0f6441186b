import { describe, expect, test } from 'vitest';
import { ONLINE_WITHIN_MS, PlayerTokens } from '../../src/endpoints/player-tokens.ts';

const holder = (playerId: number, tokenHash: string, wasSeen = false) => ({
  playerId,
  endpointId: playerId * 10,
  tokenHash,
  wasSeen,
});

describe('PlayerTokens', () => {
  test('forgets the old token of a player that got a new one', () => {
    const tokens = new PlayerTokens();
    tokens.put(holder(1, 'old'));
    tokens.put(holder(1, 'new'));
    expect(tokens.find('old')).toBeUndefined();
    expect(tokens.find('new')?.playerId).toBe(1);
    expect(tokens.size).toBe(1);
  });

  test('tells the first sighting of a player from later ones', () => {
    const tokens = new PlayerTokens();
    tokens.put(holder(1, 'a'));
    tokens.put(holder(2, 'b', true));
    expect([tokens.note(1, 5), tokens.note(1, 6), tokens.note(2, 7)]).toEqual([true, false, false]);
  });

  test('keeps the latest time and the latest health until both are taken', () => {
    const tokens = new PlayerTokens();
    tokens.put(holder(1, 'a'));
    tokens.note(1, 5, '{"x":1}');
    tokens.note(1, 9);
    expect(tokens.takeSightings()).toEqual([{ playerId: 1, at: 9, health: '{"x":1}' }]);
    expect(tokens.takeSightings()).toEqual([]);
  });

  test('lets newer sightings stand when older ones are put back', () => {
    const tokens = new PlayerTokens();
    tokens.note(1, 5, 'old');
    const taken = tokens.takeSightings();
    tokens.note(1, 8);
    tokens.putBack([...taken, { playerId: 2, at: 3, health: null }]);
    expect(tokens.takeSightings()).toEqual([
      { playerId: 1, at: 8, health: 'old' },
      { playerId: 2, at: 3, health: null },
    ]);
  });

  test('knows exactly the players of the last full reading', () => {
    const tokens = new PlayerTokens();
    tokens.put(holder(1, 'a'));
    tokens.replaceAll([holder(2, 'b')]);
    expect([tokens.find('a'), tokens.find('b')?.playerId]).toEqual([undefined, 2]);
  });

  test('tells of each player whose token is worth nothing any more, once, and of no other', () => {
    const ended: number[] = [];
    const tokens = new PlayerTokens(({ playerId }) => ended.push(playerId));
    for (const id of [1, 2, 3, 4]) tokens.put(holder(id, `token ${id}`));
    tokens.note(1, 5);
    tokens.remove(2);
    tokens.remove(2);
    tokens.put(holder(3, 'another token'));
    tokens.replaceAll([holder(1, 'token 1', true), holder(3, 'another token'), holder(5, 'token 5')]);
    expect(ended).toEqual([2, 3, 4]);
  });

  test('knows since when a player has been here without a break', () => {
    const tokens = new PlayerTokens();
    const hereAt = (at: number) => tokens.hereSince(1, at);
    expect(hereAt(0)).toBeNull();
    tokens.note(1, 1_000);
    tokens.note(1, 1_000 + ONLINE_WITHIN_MS);
    expect(hereAt(1_000 + ONLINE_WITHIN_MS)).toBe(1_000);
    const later = 1_001 + 2 * ONLINE_WITHIN_MS;
    expect(hereAt(later)).toBeNull();
    tokens.note(1, later);
    expect(hereAt(later)).toBe(later);
    tokens.replaceAll([]);
    expect(hereAt(later)).toBeNull();
  });
});
