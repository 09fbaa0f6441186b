import { describe, expect, test } from 'vitest';
import { fleetStateOf, homeZoneOf, isMeant, SILENT_AFTER_MS } from '../../src/console/fleet.ts';
import { ONLINE_WITHIN_MS } from '../../src/endpoints/player-flow.ts';

const NOW = Date.parse('2027-02-05T12:00:00Z');
const player = (lastSeenAt: string | null) => ({
  playerId: 1,
  hardwareId: 'box',
  pairedAt: '2027-01-01T00:00:00Z',
  lastSeenAt,
});
const playing = {
  assetId: 1,
  bookingId: 2,
  startsAt: '2027-02-05T11:59:50Z',
  endsAt: '2027-02-05T12:00:05Z',
};

describe('fleetStateOf', () => {
  test('calls a player silent exactly when the server no longer counts it as online', () => {
    expect(SILENT_AFTER_MS).toBe(ONLINE_WITHIN_MS);
    const seen = (agoMs: number) => fleetStateOf(player(new Date(NOW - agoMs).toISOString()), playing, NOW);
    expect(seen(SILENT_AFTER_MS)).toBe('playing');
    expect(seen(SILENT_AFTER_MS + 1)).toBe('silent');
  });

  test('tells an endpoint without a player from one never heard of, and a closed one from both', () => {
    expect(fleetStateOf(null, playing, NOW)).toBe('unpaired');
    expect(fleetStateOf(player(null), playing, NOW)).toBe('silent');
    expect(fleetStateOf(player('2027-02-05T11:59:59Z'), null, NOW)).toBe('closed');
  });
});

describe('isMeant', () => {
  const endpoint = {
    code: 'DS-007',
    name: '电梯 7',
    area: '罕台镇',
    areaId: 3,
    owner: '',
    tags: ['lift'],
    kind: 'tv',
  };
  const row = { endpoint, state: 'silent' } as unknown as Parameters<typeof isMeant>[0];

  test('wants every word somewhere in code, name, area, owner or tags, in any case', () => {
    expect(isMeant(row, { q: 'ds-007 LIFT' })).toBe(true);
    expect(isMeant(row, { q: '罕台 plaza' })).toBe(false);
  });

  test('joins text, kind, state and area by and', () => {
    expect(isMeant(row, { kind: 'tv', state: 'silent', area: 3 })).toBe(true);
    expect(isMeant(row, { kind: 'tv', state: 'playing' })).toBe(false);
    expect(isMeant(row, { area: 4 })).toBe(false);
  });
});

describe('homeZoneOf', () => {
  test('is where most endpoints live, and the zone given where there are none', () => {
    const zones = ['Asia/Urumqi', 'Asia/Shanghai', 'Asia/Shanghai'].map((timeZone) => ({ timeZone }));
    expect(homeZoneOf(zones, 'UTC')).toBe('Asia/Shanghai');
    expect(homeZoneOf([], 'UTC')).toBe('UTC');
  });
});
