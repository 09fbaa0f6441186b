import { describe, expect, test } from 'vitest';
import { endpointQuery, fleetStateOf, SILENT_AFTER_MS } from '../../src/endpoints/fleet.ts';
import { ONLINE_WITHIN_MS } from '../../src/endpoints/player-tokens.ts';

const NOW = Date.parse('2027-02-05T12:00:00Z');

describe('fleetStateOf', () => {
  test('calls a player silent exactly when the server no longer counts it as online', () => {
    expect(SILENT_AFTER_MS).toBe(ONLINE_WITHIN_MS);
    const seen = (agoMs: number) => fleetStateOf({ lastSeenAt: NOW - agoMs }, true, NOW);
    expect(seen(SILENT_AFTER_MS)).toBe('playing');
    expect(seen(SILENT_AFTER_MS + 1)).toBe('silent');
  });

  test('tells an endpoint without a player from one never heard of, and a closed one from both', () => {
    expect(fleetStateOf(null, true, NOW)).toBe('unpaired');
    expect(fleetStateOf({ lastSeenAt: null }, true, NOW)).toBe('silent');
    expect(fleetStateOf({ lastSeenAt: NOW }, false, NOW)).toBe('closed');
  });
});

describe('endpointQuery', () => {
  test('takes lists joined by commas, and refuses kinds that do not exist and pages without end', () => {
    expect(endpointQuery.parse({ ids: '3,4', kinds: 'tv,screen', tags: 'lift,lobby', limit: '50' })).toEqual({
      ids: [3, 4],
      kinds: ['tv', 'screen'],
      tags: ['lift', 'lobby'],
      limit: 50,
    });
    for (const wrong of [{ ids: '3,x' }, { ids: '' }, { kinds: 'radio' }, { limit: '0' }, { limit: '501' }])
      expect(endpointQuery.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  });
});
