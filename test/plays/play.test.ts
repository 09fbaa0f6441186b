import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/base/units.ts';
import { toldOverride } from '../../src/override/told-override.ts';
import { placeOf } from '../../src/plays/place.ts';
import { judgePlay, judgeReport, type Witness } from '../../src/plays/play.ts';
import { storedReport } from '../../src/plays/stored-report.ts';
import { toldPlays } from '../../src/plays/told-plays.ts';

const NOW = Date.UTC(2027, 1, 5, 12);
const SHA = 'a'.repeat(64);
const witness: Witness = {
  now: NOW,
  place: placeOf('Asia/Shanghai', []),
  pairedAt: NOW - 30 * DAY_MS,
  told: toldPlays([
    { sha256: SHA, assetId: 1, bookingId: 7, longestMs: 10_000 },
    { sha256: SHA, assetId: 1, bookingId: null, longestMs: 5_000 },
  ]),
};
const told = toldOverride({
  airedAt: NOW - 2 * HOUR_MS,
  from: NOW - 2 * HOUR_MS,
  until: NOW,
  parts: [{ show: { kind: 'media', assetId: 1, media: [SHA] }, endpoints: [9] }],
});
const alarmed: Witness = { ...witness, override: (id) => (id === 3 ? told.at(9) : null) };
const sent = (change: object = {}) => ({
  seq: 1,
  bookingId: 7,
  assetId: 1,
  sha256: SHA,
  startedAt: new Date(NOW - HOUR_MS).toISOString(),
  durationMs: 10_000,
  outcome: 'completed',
  ...change,
});
const at = (ms: number) => ({ startedAt: new Date(ms).toISOString() });

describe('judgePlay', () => {
  it('believes a play that was told, in any offset of its time', () => {
    expect(judgePlay(sent({ startedAt: '2027-02-05T19:00:00.250+08:00' }), witness)).toEqual({
      seq: 1,
      assetId: 1,
      bookingId: 7,
      overrideId: null,
      startedAt: NOW - HOUR_MS + 250,
      day: Date.UTC(2027, 1, 5) / DAY_MS,
      durationMs: 10_000,
      outcome: 'completed',
    });
  });

  it.each([
    ['play.fromFuture', sent(at(NOW + 6 * 60_000))],
    ['play.fromFuture', sent({ startedAt: '2099-01-01T00:00:00Z' })],
    ['play.tooOld', sent({ startedAt: '1970-01-01T00:00:00Z' })],
    ['play.tooOld', sent(at(NOW - 32 * DAY_MS))],
    ['play.notTold', sent({ bookingId: 8 })],
    ['play.notTold', sent({ assetId: 2 })],
    ['play.notTold', sent({ sha256: 'b'.repeat(64) })],
    ['play.tooLong', sent({ durationMs: 12_001 })],
    ['play.tooLong', sent({ bookingId: null, durationMs: 10_000 })],
    ['play.notTold', sent({ overrideId: 9_007_199_254_740_991 })],
    ['play.malformed', sent({ durationMs: -1 })],
    ['play.malformed', sent({ durationMs: 31_536_000_000 })],
    ['play.malformed', sent({ startedAt: 1_800_000_000 })],
    ['play.malformed', sent({ startedAt: '2027-02-30T00:00:00Z' })],
    ['play.malformed', sent({ outcome: 'watched' })],
  ])('answers %s for %j and keeps its number', (code, raw) => {
    expect(judgePlay(raw, witness)).toMatchObject({ seq: 1, code });
  });

  it.each([[null], [[]], ['play'], [sent({ seq: 0 })], [sent({ seq: 1.5 })], [sent({ seq: 2 ** 53 })], [{}]])(
    'finds no number in %j',
    (raw) => {
      expect(judgePlay(raw, witness)).toMatchObject({ seq: null, code: 'play.malformed' });
    },
  );

  it('doubts a play behind closed doors unless the endpoint is known to have been open after all', () => {
    const place = placeOf('Asia/Shanghai', [{ days: [1, 2, 3, 4, 5], fromMinute: 0, toMinute: 60 }]);
    const raw = sent();
    expect(judgePlay(raw, { ...witness, place })).toMatchObject({ seq: 1, code: 'play.closed' });
    const openAfterAll = new Set([NOW - HOUR_MS]);
    expect(judgePlay(raw, { ...witness, place, openAfterAll })).toMatchObject({ durationMs: 10_000 });
    expect(judgePlay(sent({ overrideId: 3 }), { ...alarmed, place })).toMatchObject({ overrideId: 3 });
  });

  it.each([-301_000, 301_000])('believes no time of a clock that is %i ms off', (clockOffMs) => {
    expect(judgePlay(sent(), { ...witness, clockOffMs })).toMatchObject({ seq: 1, code: 'play.clockOff' });
  });

  it('takes the file of an override that this endpoint was told, however often it was shown while it lasted', () => {
    expect(judgePlay(sent({ overrideId: 3, durationMs: HOUR_MS }), alarmed)).toMatchObject({
      overrideId: 3,
      bookingId: null,
    });
  });

  it.each([
    ['that was never told here', { overrideId: 4 }],
    ['of another file', { overrideId: 3, sha256: 'b'.repeat(64) }],
    ['from before it was raised', { overrideId: 3, ...at(NOW - 2 * HOUR_MS - 301_000) }],
    ['that goes on after its end', { overrideId: 3, durationMs: HOUR_MS + 301_000 }],
  ])('doubts a play of an override %s', (_, change) => {
    expect(judgePlay(sent(change), alarmed)).toMatchObject({ seq: 1, code: 'play.notTold' });
  });
});

describe('judgeReport', () => {
  it('keeps apart a play that starts before the last believed one ended, and believes the next', () => {
    const start = NOW - HOUR_MS;
    const report = [
      sent({ seq: 3, ...at(start + 20_000) }),
      sent({ seq: 2, ...at(start + 5_000) }),
      sent({ seq: 1, ...at(start) }),
      sent({ seq: 4, ...at(start + 29_100) }),
    ];
    const { believed, doubted } = judgeReport(report, witness);
    expect(believed.map(({ seq }) => seq)).toEqual([1, 3, 4]);
    expect(doubted).toMatchObject([{ seq: 2, code: 'play.overlaps' }]);
  });

  it('counts the first of plays with one number and calls the others repeats', () => {
    const { believed, doubted, repeats } = judgeReport([sent(), sent({ assetId: 2 }), sent()], witness);
    expect([believed.length, doubted.length, repeats]).toEqual([1, 0, 2]);
  });

  it('loses none of 999 good plays to a bad one among them', () => {
    const report = Array.from({ length: 1_000 }, (_, n) =>
      sent({ seq: n + 1, ...at(NOW - (n + 1) * 10_000) }),
    );
    Object.assign(report[500] ?? {}, { outcome: 'watched' });
    const { believed, doubted } = judgeReport(report, witness);
    expect(believed).toHaveLength(999);
    expect(doubted).toMatchObject([{ seq: 501, code: 'play.malformed' }]);
  });
});

describe('storedReport', () => {
  it('writes JSON without NUL and lone surrogates', () => {
    expect(storedReport({ 'a\0': ['\ud800', 1, null] })).toBe('{"a\ufffd":["\ufffd",1,null]}');
  });

  it('cuts what is too long or too deep to keep', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);
    expect(storedReport(deep).length).toBeLessThan(40);
    const long = storedReport({ text: '"'.repeat(100_000) });
    expect(long.length).toBeLessThan(10_000);
    expect(JSON.parse(long)).toHaveProperty('truncated');
  });
});
