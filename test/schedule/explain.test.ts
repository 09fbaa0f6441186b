import { describe, expect, test } from 'vitest';
import { hoursOfDay, localDateOf } from '../../src/base/local-time.ts';
import { CompiledDays } from '../../src/schedule/compile-programme.ts';
import type { BookingFacts, UnpacedWorld } from '../../src/schedule/eligible.ts';
import { explain } from '../../src/schedule/explain.ts';
import type { ExplainFacts } from '../../src/schedule/explanation.ts';
import { bookingFacts, endpointFacts, entryOf, SEVEN_TO_NINE, worldFacts } from '../support/world-facts.ts';

const ZONE = 'Asia/Shanghai';
const ALL = [1, 2, 3, 4, 5, 6, 7];
const at = (time: string) => Date.parse(`${time}+08:00`);

/** Explains endpoint 1 of a world at a local time. */
function explained(
  bookings: readonly BookingFacts[],
  time: string,
  over: Partial<ExplainFacts> = {},
  changes: Partial<UnpacedWorld> = {},
) {
  const endpoint = { ...(changes.endpoints?.[0] ?? endpointFacts(1)), code: 'DS-001' };
  const world = worldFacts(bookings, { endpoints: [endpoint], ...changes });
  const hours = hoursOfDay(localDateOf(at(time), ZONE), ZONE);
  return explain({
    world,
    endpoint,
    at: at(time),
    hours,
    day: new CompiledDays().day(world, endpoint, hours),
    promised: [],
    isPromised: false,
    override: null,
    withdrawn: [],
    titles: new Map([[101, '电动车勿进楼']]),
    rules: new Map(),
    next: { bookings: new Map(), assets: new Map() },
    assetId: null,
    bookingId: null,
    assetState: null,
    ...over,
  });
}
const reasonOf = (booking: BookingFacts, time: string, changes: Partial<UnpacedWorld> = {}) =>
  explained([booking], time, {}, changes).bookings[0];

describe('explain', () => {
  test('says what plays and why, with the spot that the compiler put there', () => {
    const only = bookingFacts(1, { rate: { kind: 'perHour', plays: 240 } });
    const answer = explained([only], '2027-02-08T19:05:00');
    expect(answer.localTime).toBe('2027-02-08 19:05');
    expect(answer.plays).toMatchObject({ assetId: 101, bookingId: 1, title: '电动车勿进楼', reason: 'due' });
    expect(answer.plays?.sentence.en).toContain('due by its rate');
    expect(answer.bookings[0]).toMatchObject({ code: 'playing', takesPart: true, asked: 240, granted: 240 });
    expect(answer.chain.map(({ step, passed }) => [step, passed])).toEqual([
      ['override', true],
      ['opening', true],
      ['bookings', true],
      ['rates', true],
      ['spot', true],
    ]);
  });

  test('names the daypart and the local time of a booking outside it, to the minute', () => {
    const day = bookingFacts(1, { dayparts: SEVEN_TO_NINE });
    const open = [endpointFacts(1, { openingHours: [{ days: ALL, fromMinute: 0, toMinute: 1_440 }] })];
    const reason = reasonOf(day, '2027-02-08T21:04:00', { endpoints: open });
    expect(reason).toMatchObject({ code: 'outsideDaypart', takesPart: false });
    expect(reason?.sentence.en).toBe('rejected: outside daypart 07:00–21:00, local time 21:04');
    expect(reason?.sentence.zh).toBe('未播：不在播出时段 07:00–21:00 内，当地时间 21:04');
    const half = bookingFacts(1, {
      dayparts: [{ days: [1, 2], fromMinute: 450, toMinute: 600, on: 'workdays' }],
    });
    const early = reasonOf(half, '2027-02-08T07:10:00', { endpoints: open });
    expect(early?.sentence.en).toBe(
      'rejected: outside daypart 07:30–10:00 (Mon Tue, workdays), local time 07:10',
    );
  });

  test.each<[string, BookingFacts, string, string]>([
    [
      'notYet',
      bookingFacts(1, { fromDate: '2027-03-01' }),
      '2027-02-08T19:05',
      'begins 2027-03-01, local date 2027-02-08',
    ],
    ['over', bookingFacts(1, { toDate: '2027-01-22' }), '2027-02-08T19:05', 'ended 2027-01-22'],
    ['closed', bookingFacts(1), '2027-02-08T21:04', 'hours 07:00–21:00, local time 21:04'],
    [
      'otherEndpoints',
      bookingFacts(1, { selection: { endpointIds: [7] } }),
      '2027-02-08T19:05',
      'other endpoints',
    ],
    [
      'notThisDate',
      bookingFacts(1, { dates: new Set(['2027-02-09', '2027-01-12']) }),
      '2027-02-08T19:05',
      'next date 2027-02-09',
    ],
    [
      'nothingApproved',
      bookingFacts(1, { entries: [entryOf(5, 15_000, 'retired')] }),
      '2027-02-08T19:05',
      'asset 5 retired',
    ],
    [
      'clipTooLong',
      bookingFacts(1, { entries: [entryOf(5, 15 * 3_600_000)] }),
      '2027-02-08T19:05',
      'films are never cut',
    ],
  ])('gives the code %s with its facts', (code, booking, time, words) => {
    const reason = reasonOf(booking, time);
    expect(reason?.code).toBe(code);
    expect(reason?.sentence.en).toContain(words);
    expect(reason?.sentence.zh.length).toBeGreaterThan(3);
  });

  test('tells the quiet hours of a loudspeaker', () => {
    const speaker = endpointFacts(1, {
      kind: 'loudspeaker',
      quietHours: [{ days: ALL, fromMinute: 720, toMinute: 840 }],
    });
    const answer = explained([bookingFacts(1)], '2027-02-08T12:30', {}, { endpoints: [speaker] });
    expect(answer.plays).toBeNull();
    expect(answer.chain[1]).toMatchObject({ step: 'opening', passed: false });
    expect(answer.bookings[0]?.sentence.en).toContain('quiet hours 12:00–14:00');
  });

  test('gives the shortfall of an over-full hour and the next play of who waits', () => {
    const minutes = (id: number, plays: number, tier: number) =>
      bookingFacts(id, { rate: { kind: 'perHour', plays }, tier, entries: [entryOf(100 + id, 60_000)] });
    const nextAt = at('2027-02-08T19:07');
    const next = { bookings: new Map([[2, nextAt]]), assets: new Map() };
    const answer = explained([minutes(1, 60, 5), minutes(2, 10, 0)], '2027-02-08T19:05', { next });
    expect(answer.bookings[1]).toMatchObject({
      code: 'outranked',
      asked: 10,
      granted: 0,
      why: ['outranked'],
    });
    expect(answer.bookings[1]?.sentence.en).toContain('higher tiers left nothing');
    expect(answer.bookings[1]?.sentence.en).toContain('next at 2027-02-08 19:07');
    expect(answer.chain[3]).toMatchObject({ step: 'rates', passed: false });
    expect(answer.chain[3]?.sentence.en).toContain('lose 10 plays');
  });

  test('says when a cap for the day gives an hour no play', () => {
    const answer = explained([bookingFacts(1, { maxPerDay: 1 })], '2027-02-08T08:05');
    expect(answer.bookings[0]).toMatchObject({ code: 'nothingThisHour', takesPart: true });
    expect(answer.bookings[0]?.sentence.en).toContain('1 plays a day');
    expect(answer.plays?.bookingId).toBeNull();
    expect(answer.plays?.sentence.en).toContain('filler');
  });

  test('lets an override be the reason of everything that would play', () => {
    const override = { overrideId: 3, title: '山火预警', since: at('2027-02-08T19:00') };
    const answer = explained([bookingFacts(1)], '2027-02-08T19:05', {
      override,
      assetId: 101,
      assetState: 'approved',
    });
    expect(answer.plays).toBeNull();
    expect(answer.chain[0]).toMatchObject({ step: 'override', passed: false });
    expect(answer.bookings[0]?.code).toBe('override');
    expect(answer.asset).toMatchObject({ code: 'override' });
    expect(answer.asset?.sentence.zh).toContain('山火预警');
  });

  test('names withdrawn bookings that meant the endpoint', () => {
    const withdrawn = [{ booking: bookingFacts(8), at: at('2027-02-07T10:00') }];
    const answer = explained([], '2027-02-08T19:05', { withdrawn });
    expect(answer.bookings[0]).toMatchObject({ bookingId: 8, code: 'withdrawn', takesPart: false });
    expect(answer.bookings[0]?.sentence.en).toBe('rejected: withdrawn at 2027-02-07 10:00');
  });

  test('explains an asset by its state, its playlists and its bookings', () => {
    const assetOf = (
      assetId: number,
      assetState: string,
      bookings = [bookingFacts(1)],
      time = '2027-02-08T19:05',
    ) => explained(bookings, time, { assetId, assetState }).asset;
    expect(assetOf(5, 'submitted')).toMatchObject({ code: 'notApproved' });
    expect(assetOf(5, 'approved')).toMatchObject({ code: 'notInPlaylist' });
    expect(assetOf(101, 'approved', [bookingFacts(1, { toDate: '2027-01-01' })])).toMatchObject({
      code: 'over',
    });
    expect(['playing', 'notItsTurn']).toContain(assetOf(101, 'approved')?.code);
    expect(assetOf(101, 'approved', [bookingFacts(1)], '2027-02-08T22:00')).toMatchObject({ code: 'closed' });
  });

  test('believes the promise for what was given out, and says whether bookings changed since', () => {
    const promised = [{ startsAt: at('2027-02-08T19:04:50'), durationMs: 15_000, assetId: 77, bookingId: 9 }];
    const answer = explained([bookingFacts(1)], '2027-02-08T19:05', { promised, isPromised: true });
    expect(answer).toMatchObject({
      source: 'promised',
      unchanged: false,
      plays: { assetId: 77, reason: null },
    });
    const nothing = explained([bookingFacts(1)], '2027-02-08T03:05', { isPromised: true });
    expect(nothing).toMatchObject({ source: 'promised', unchanged: true, plays: null });
  });

  test('keeps to the booking asked about', () => {
    const answer = explained([bookingFacts(1), bookingFacts(2)], '2027-02-08T19:05', { bookingId: 2 });
    expect(answer.bookings.map(({ bookingId }) => bookingId)).toEqual([2]);
  });
});
