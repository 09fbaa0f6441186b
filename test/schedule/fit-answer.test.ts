import { describe, expect, test } from 'vitest';
import { CompiledDays } from '../../src/schedule/compile-programme.ts';
import type { BookingFacts, UnpacedWorld } from '../../src/schedule/eligible.ts';
import { answerFit } from '../../src/schedule/fit-answer.ts';
import { pacedWorld } from '../../src/schedule/pacing.ts';
import { bookingFacts, endpointFacts, entryOf, SEVEN_TO_NINE, worldFacts } from '../support/world-facts.ts';

const NOW = Date.parse('2027-02-01T00:00:00Z');
const ALL = [1, 2, 3, 4, 5, 6, 7];

/** Asks for a booking in a world of others. */
async function ask(
  others: readonly BookingFacts[],
  booking: BookingFacts,
  over: Partial<UnpacedWorld> & { readonly daysLeft?: number } = {},
) {
  const { daysLeft = 150, ...world } = over;
  const before = worldFacts(others, world);
  const withBooking = (changed: BookingFacts) => pacedWorld({ ...before, bookings: [...others, changed] });
  const question = { before, after: withBooking(booking), booking, stored: false, now: NOW, withBooking };
  const memory = new CompiledDays();
  const fit = await answerFit(question, memory, { daysLeft, breathe: async () => {} });
  return { fit, compiled: memory.compiled };
}
/** Films of 60 s, `plays` times an hour. */
const minutesOf = (id: number, plays: number, over: Partial<BookingFacts> = {}) =>
  bookingFacts(id, { rate: { kind: 'perHour', plays }, entries: [entryOf(100 + id, 60_000)], ...over });

describe('answerFit', () => {
  test('finds that a booking fits an hour with room, and compiles each distinct day once', async () => {
    const { fit, compiled } = await ask([minutesOf(1, 20)], minutesOf(2, 20));
    expect(fit).toMatchObject({
      fits: true,
      complete: true,
      asked: 20 * 14 * 7,
      granted: 20 * 14 * 7,
      hourlyPlays: 20,
      losses: [],
      cannotPlay: [],
      alternatives: [],
    });
    expect(fit.dates).toEqual([
      '2027-02-01',
      '2027-02-02',
      '2027-02-03',
      '2027-02-04',
      '2027-02-05',
      '2027-02-06',
      '2027-02-07',
    ]);
    expect(compiled).toBe(2);
  });

  test('says who loses how many plays where and at which hours, the booking itself included', async () => {
    const { fit } = await ask([minutesOf(1, 40)], minutesOf(2, 40));
    expect(fit.fits).toBe(false);
    const [own, other] = [
      fit.losses.find((one) => one.isThis),
      fit.losses.find((one) => one.bookingId === 1),
    ];
    expect(own?.plays).toBe(fit.asked - fit.granted);
    expect(other?.plays).toBe(14 * 7 * 10);
    expect(other?.endpoints[0]?.hours.map(({ hour }) => hour)).toEqual(
      Array.from({ length: 14 }, (_, i) => i + 7),
    );
    expect(fit.why.map(({ code }) => code)).toContain('overFull');
    expect(fit.endpoints).toEqual({ selected: 1, compiled: 1 });
  });

  test('offers three alternatives that hold when they are really booked', async () => {
    const rush = minutesOf(1, 50, { dayparts: [{ days: ALL, fromMinute: 18 * 60, toMinute: 20 * 60 }] });
    const endpoints = [endpointFacts(1), endpointFacts(2, { kind: 'screen' })];
    const others = [{ ...rush, selection: { endpointIds: [1] } }];
    const booking = minutesOf(2, 30);
    const { fit } = await ask(others, booking, { endpoints });
    expect(fit.alternatives).toHaveLength(3);
    for (const { kind, change, fits, asked, granted } of fit.alternatives) {
      const { endpoints: selection, dayparts, rate, tier } = change;
      const changed: BookingFacts = {
        ...booking,
        ...(rate && { rate }),
        ...(tier !== undefined && { tier }),
        ...(selection && { selection }),
        ...(dayparts && {
          dayparts: dayparts.map(({ days, from, to }) => ({
            days,
            fromMinute: Number(from.slice(0, 2)) * 60 + Number(from.slice(3)),
            toMinute: Number(to.slice(0, 2)) * 60 + Number(to.slice(3)),
          })),
        }),
      };
      const again = (await ask(others, changed, { endpoints })).fit;
      expect({ kind, fits: again.fits, asked: again.asked, granted: again.granted }).toEqual({
        kind,
        fits,
        asked,
        granted,
      });
      expect(fits).toBe(true);
    }
  });

  test('finds the highest rate at which nobody loses', async () => {
    const { fit } = await ask([minutesOf(1, 40)], minutesOf(2, 40));
    const lower = fit.alternatives.find(({ kind }) => kind === 'lowerRate');
    expect(lower?.change.rate).toEqual({ kind: 'perHour', plays: 20 });
    expect(lower?.fits).toBe(true);
    const { fit: one } = await ask([minutesOf(1, 40)], minutesOf(2, 21));
    expect(one.fits).toBe(false);
  });

  test('reports no misfit when only shares give way', async () => {
    const share = bookingFacts(1, { rate: { kind: 'share', weight: 1 } });
    const { fit } = await ask([share], minutesOf(2, 30));
    expect(fit.fits).toBe(true);
    expect(fit.sharesGive).toBeGreaterThan(0);
  });

  test('names the endpoints that cannot play it, and why', async () => {
    const sound = { ...entryOf(5), material: { ...entryOf(5).material } };
    const silent = {
      ...sound,
      material: {
        ...sound.material,
        files: sound.material.files.map((file) => ({ ...file, hasSound: false })),
      },
    };
    const night = [{ days: ALL, fromMinute: 120, toMinute: 180 }];
    const endpoints = [
      endpointFacts(1),
      endpointFacts(2, { kind: 'loudspeaker' }),
      endpointFacts(3, { kind: 'loudspeaker' }),
      endpointFacts(4, { openingHours: night }),
    ];
    const { fit } = await ask([], bookingFacts(9, { entries: [silent], dayparts: SEVEN_TO_NINE }), {
      endpoints,
    });
    expect(fit.cannotPlay.map(({ code, endpointIds }) => [code, endpointIds])).toEqual([
      ['nothingPlayable', [2, 3]],
      ['outsideDaypart', [4]],
    ]);
  });

  test.each([
    ['nothingApproved', bookingFacts(9, { entries: [entryOf(5, 15_000, 'submitted')] })],
    ['clipTooLong', bookingFacts(9, { entries: [entryOf(5, 15 * 3_600_000)] })],
  ])('gives the verdict %s for material that cannot air', async (code, booking) => {
    const { fit } = await ask([], booking);
    expect(fit.fits).toBe(false);
    expect(fit.granted).toBe(0);
    expect(fit.cannotPlay).toMatchObject([{ code, endpoints: 1, endpointIds: [1] }]);
  });

  test('counts endpoints with the same hours once in work and in full in its figures', async () => {
    const endpoints = Array.from({ length: 138 }, (_, i) => endpointFacts(i + 1));
    const { fit, compiled } = await ask([minutesOf(1, 40)], minutesOf(2, 40), { endpoints });
    expect(fit.endpoints).toEqual({ selected: 138, compiled: 138 });
    expect(fit.asked).toBe(138 * 40 * 14 * 7);
    expect(fit.losses[0]?.endpoints.length).toBeLessThanOrEqual(500);
    expect(compiled).toBeLessThan(20);
  });

  test('bounds its rows and says how many it left out', async () => {
    const endpoints = Array.from({ length: 600 }, (_, i) => endpointFacts(i + 1));
    const { fit } = await ask([minutesOf(1, 40)], minutesOf(2, 40), { endpoints });
    const rows = fit.losses.reduce((sum, loss) => sum + loss.endpoints.length, 0);
    expect([rows, fit.omitted]).toEqual([500, 700]);
  });

  test('stops and says so when the days it may compile are spent', async () => {
    const endpoints = Array.from({ length: 10 }, (_, i) =>
      endpointFacts(i + 1, { openingHours: [{ days: ALL, fromMinute: 420 + i * 10, toMinute: 1_260 }] }),
    );
    const { fit, compiled } = await ask([minutesOf(1, 10)], minutesOf(2, 10), { endpoints, daysLeft: 6 });
    expect(fit.complete).toBe(false);
    expect(fit.fits).toBe(false);
    expect(fit.endpoints.compiled).toBeLessThan(10);
    expect(compiled).toBeLessThanOrEqual(8);
  });

  test('measures the longest gap of "at least every 5 minutes" on the spots', async () => {
    const { fit } = await ask(
      [minutesOf(1, 20)],
      bookingFacts(2, { rate: { kind: 'everyMinutes', minutes: 5 } }),
    );
    expect(fit.hourlyPlays).toBe(12);
    expect(fit.worstGapMs).toBeGreaterThanOrEqual(300_000);
    expect(fit.worstGapMs).toBeLessThan(450_000);
  });

  test('counts the soft separations that would be broken before and after', async () => {
    const separation = [{ by: 'category' as const, value: 'psa', gapMs: 60_000, hard: false }];
    const { fit } = await ask([bookingFacts(1, { rate: { kind: 'perHour', plays: 1 } })], bookingFacts(2), {
      separation,
      filler: [],
    });
    expect(fit.separationBreaks.after).toBeGreaterThan(fit.separationBreaks.before);
  });

  test('still finds three ways where every minute is booked, others giving way among them', async () => {
    const { fit } = await ask([minutesOf(1, 60)], minutesOf(2, 30));
    expect(fit.alternatives).toHaveLength(3);
    expect(fit.alternatives[0]).toMatchObject({
      kind: 'othersGiveWay',
      fits: true,
      change: { others: [{ bookingId: 1, rate: { kind: 'perHour', plays: 30 } }] },
    });
    for (const { granted } of fit.alternatives) expect(granted).toBeGreaterThan(0);
  });

  test('looks for room outside the asked dayparts where those have none', async () => {
    const noon = [{ days: ALL, fromMinute: 720, toMinute: 780 }];
    const { fit } = await ask([minutesOf(1, 60, { dayparts: noon })], minutesOf(2, 30, { dayparts: noon }));
    const other = fit.alternatives.find(({ kind }) => kind === 'otherHours');
    expect(other).toMatchObject({ fits: true, granted: 30 * 13 * 7 });
    expect(other?.change.dayparts?.map(({ from, to }) => `${from}-${to}`)).toEqual([
      '07:00-12:00',
      '13:00-21:00',
    ]);
  });

  test('answers a booking that is over with no dates and no fit', async () => {
    const { fit } = await ask([], bookingFacts(2, { fromDate: '2026-01-01', toDate: '2026-12-31' }));
    expect(fit).toMatchObject({ fits: false, dates: [], asked: 0, alternatives: [] });
  });
});
