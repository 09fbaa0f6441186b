import { readdir } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import * as smallWords from '../../../players/kiosk/small-schema.ts';

type Reader = { safeParse(value: unknown): { success: boolean; data?: unknown } };

/** Every schema that the contract exports, by name. */
async function contractSchemas(): Promise<Map<string, Reader>> {
  const modules = await Promise.all([
    import('../../../src/contract/events.ts'),
    import('../../../src/contract/health.ts'),
    import('../../../src/contract/manifest.ts'),
    import('../../../src/contract/media-type.ts'),
    import('../../../src/contract/override.ts'),
    import('../../../src/contract/pairing.ts'),
    import('../../../src/contract/play-report.ts'),
  ]);
  const all: [string, unknown][] = modules.flatMap((module) => Object.entries(module));
  return new Map(all.filter((entry): entry is [string, Reader] => entry[0].endsWith('Schema')));
}

const byZod = await contractSchemas();
vi.resetModules();
vi.doMock('zod', () => smallWords);
const bySmall = await contractSchemas();
/** Modules of the player's core that cannot even be read with the small words, and why. */
const unreadable: string[] = [];
const CORE = '../../../players/core/';
for (const name of await readdir(new URL(CORE, import.meta.url)))
  await import(CORE + name).catch((cause) => unreadable.push(`${name}: ${cause}`));
vi.doUnmock('zod');

const sha256 = 'a'.repeat(64);
const at = '2027-02-05T19:00:00.000Z';
const play = {
  seq: 1,
  bookingId: 4,
  overrideId: null,
  assetId: 2,
  sha256,
  startedAt: at,
  durationMs: 15_000,
  outcome: 'cut',
  reason: 'override',
};
const media = {
  sha256,
  url: '/m',
  bytes: 10,
  type: 'video/mp4',
  durationMs: 1_000,
  width: 1,
  loudnessLufs: -18.5,
};
const spot = { atMs: 0, durationMs: 1_000, media: sha256, assetId: 2, bookingId: null };
const key = { kty: 'OKP', crv: 'Ed25519', x: 'x'.repeat(43), kid: 'k' };
const override = {
  version: 1,
  overrideId: 3,
  serial: 1,
  action: 'raise',
  endpoints: [7],
  from: at,
  until: '2027-02-05T20:00:00+08:00',
  severity: 'extreme',
  drill: true,
};
const lawful: readonly unknown[] = [
  {
    version: 1,
    endpoint: { id: 7, name: '屏', kind: 'tv', timeZone: 'Asia/Shanghai' },
    revision: 'revision-1',
    issuedAt: at,
    validUntil: at,
    serial: 1,
    media: [media],
    loops: [{ id: 'loop-000', lengthMs: 1_000, spots: [spot] }],
    programme: [{ from: at, to: at, loop: 'loop-000' }],
    overrides: [{ assetId: 1, media: sha256 }],
  },
  { ...override, show: { kind: 'media', assetId: 1, media: [sha256] } },
  { ...override, show: { kind: 'text', title: '疏散', body: 'now', lang: 'zh-CN' } },
  { receipts: [{ overrideId: 3, serial: 1, state: 'ended', at, reason: 'over' }] },
  { taken: 1 },
  { statements: ['jws'] },
  { epoch: 'abcdefgh', plays: [play], clock: { now: at } },
  {
    accepted: 1,
    duplicates: 0,
    rejected: [{ seq: null, code: 'play.tooOld' }],
    received: [[1, 4]],
    missing: [],
  },
  {
    now: at,
    player: { name: 'kiosk', version: '1' },
    uptimeMs: 0,
    storage: { usedBytes: 1, quotaBytes: 2 },
    playing: { sha256, assetId: 1, revision: 'r' },
    errors: [{ at, code: 'c', detail: 'd' }],
    screenshot: '',
  },
  { now: at, pollAfterMs: 30_000, resend: [[2, 3]] },
  { code: 'K7M2PQ', secret: 's'.repeat(20), expiresAt: at },
  { hardwareId: 'h', kind: 'screen', capabilities: { video: true, image: true, audio: false, width: 1_920 } },
  { token: 't'.repeat(20), hardwareId: 'h', capabilities: { video: true, image: true, audio: true } },
  { state: 'waiting' },
  { state: 'paired', token: 't'.repeat(20), endpointId: 7, serverKeys: [key] },
  { revision: 'r' },
  { ranges: [[1, 2]] },
  media,
  spot,
  play,
  key,
  at,
  sha256,
  'screen',
  7,
  [1, 2],
];

const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    0,
    -1,
    1.5,
    2 ** 53,
    Number.MAX_SAFE_INTEGER,
    true,
    [],
    {},
    [null],
    [[1]],
    [1, 2, 3],
  ),
  fc.constantFrom(
    '2027-02-29T00:00:00Z',
    '2028-02-29T23:59Z',
    '2027-13-01T00:00:00Z',
    '2027-04-31T00:00:00Z',
    '2027-01-01T24:00:00Z',
    '2027-01-01 00:00:00Z',
    '2027-01-01T00:00:00',
    '2027-01-01T00:00:00+8',
    '2027-01-01T00:00:00+08:00',
    '2027-01-01T00:00:60Z',
    '2027-01-01T00:00:00.Z',
    '2027-01-01T00:00:00z',
    'A'.repeat(64),
    `${sha256}\n`,
    'loudspeaker',
    'failed',
  ),
  fc.string({ maxLength: 70 }),
  fc.integer(),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.jsonValue(),
);

/** The value with something put, or left out, at a place chosen by `picks`. */
function damaged(value: unknown, picks: readonly number[], put: unknown, leaveOut: boolean): unknown {
  const [pick = 0, ...rest] = picks;
  if (typeof value !== 'object' || value === null || picks.length === 0) return put;
  const keys = [...Object.keys(value), 'stranger'];
  const chosen = keys[pick % keys.length] ?? 'stranger';
  const copy: Record<string, unknown> & unknown[] = structuredClone(value) as never;
  if (leaveOut && rest.length === 0 && !Array.isArray(value)) delete copy[chosen];
  else if (Array.isArray(value) && chosen === 'stranger') copy.push(put);
  else copy[chosen] = damaged(copy[chosen], rest, put, leaveOut);
  return copy;
}

describe('small-schema', () => {
  it('knows every word of zod that the core of the player uses', () => {
    expect(unreadable).toEqual([]);
  });

  it('stands for every schema of the contract', () => {
    expect([...bySmall.keys()]).toEqual([...byZod.keys()]);
    expect(byZod.size).toBeGreaterThan(20);
    expect(bySmall.get('playSchema')).not.toBe(byZod.get('playSchema'));
  });

  it('reads every lawful statement as zod does', () => {
    let taken = 0;
    for (const [name, zod] of byZod) {
      for (const value of lawful) {
        const expected = zod.safeParse(value);
        if (expected.success) taken += 1;
        const got = bySmall.get(name)?.safeParse(value);
        expect([name, got?.success, got?.data]).toEqual([name, expected.success, expected.data]);
      }
    }
    expect(taken).toBeGreaterThan(lawful.length);
  });

  it('takes and refuses damaged statements exactly as zod does', () => {
    const names = [...byZod.keys()];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.constantFrom(...lawful),
        fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }),
        hostile,
        fc.boolean(),
        (name, value, picks, put, leaveOut) => {
          const broken = damaged(value, picks, put, leaveOut);
          const expected = byZod.get(name)?.safeParse(broken);
          const got = bySmall.get(name)?.safeParse(broken);
          expect([got?.success, got?.data]).toEqual([expected?.success, expected?.data]);
        },
      ),
      { numRuns: 30_000 },
    );
  });
});
