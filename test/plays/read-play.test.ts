import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { playSchema } from '../../src/contract/play-report.ts';
import { readPlay } from '../../src/plays/read-play.ts';

const ORDINARY = {
  seq: 1,
  bookingId: 7,
  assetId: 3,
  sha256: '0f'.repeat(32),
  startedAt: '2027-02-05T11:00:00.000Z',
  durationMs: 15_000,
  outcome: 'completed',
};
const ODD: readonly unknown[] = [
  undefined,
  null,
  0,
  -1,
  1.5,
  2 ** 53,
  Number.NaN,
  86_400_000,
  86_400_001,
  '',
  '0F'.repeat(32),
  'g'.repeat(64),
  '2027-02-30T00:00:00.000Z',
  '2027-02-28T24:00:00.000Z',
  '2027-02-05T19:00:00+08:00',
  '+002027-02-05T11:00:00Z',
  'a'.repeat(200),
  'a'.repeat(201),
  'cut',
  'failed',
  'watched',
  [],
  {},
];

describe('readPlay', () => {
  it('takes and refuses exactly what the schema of the contract does', () => {
    const fields = [...Object.keys(ORDINARY), 'overrideId', 'reason'];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...fields), fc.oneof(fc.constantFrom(...ODD), fc.anything())), {
          maxLength: 2,
        }),
        (changes) => {
          const raw = { ...ORDINARY, ...Object.fromEntries(changes) };
          const expected = playSchema.safeParse(raw);
          expect(readPlay(raw) !== null).toBe(expected.success);
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it.each([[null], [undefined], ['play'], [[]], [7]])('refuses %j', (raw) => {
    expect(readPlay(raw)).toBeNull();
  });
});
