import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/base/units.ts';
import { compileDay } from '../../src/schedule/compile-day.ts';
import { compileLoop } from '../../src/schedule/compile-loop.ts';
import { START } from '../../src/schedule/compiled-hour.ts';
import type { Demand, HourDemand } from '../../src/schedule/demand.ts';
import { bookingOf, clipOf, openHour } from '../bench/demand-sets.ts';
import { airings, countErrors, shareFacts, worstGapRatio, worstLateness } from '../bench/loop-facts.ts';

const perHour = (plays: number): Demand['rate'] => ({ kind: 'perHour', plays });
const share = (weight: number): Demand['rate'] => ({ kind: 'share', weight });
const startsOf = (hour: HourDemand, bookingId: number, hours = 1) => {
  const day = Array.from({ length: hours }, () => hour);
  return airings(day, compileDay(day))
    .filter(({ spot }) => spot.bookingId === bookingId)
    .map(({ atMs }) => atMs);
};
const granted = (hour: HourDemand) => compileLoop(hour, START).verdicts.map((verdict) => verdict.granted);

describe('compileLoop', () => {
  it('spaces one booking to within half a filler of exact evenness', () => {
    const hour = openHour([bookingOf(1, perHour(12), 15 * SECOND_MS)]);
    const starts = startsOf(hour, 1, 4);
    expect(starts).toHaveLength(48);
    const gaps = starts.slice(1).map((at, k) => at - (starts[k] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(300 * SECOND_MS + 5 * SECOND_MS);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(300 * SECOND_MS - 10 * SECOND_MS);
  });

  it('gives one share booking all the airtime, without idle time', () => {
    const { spots, certificate } = compileLoop(openHour([bookingOf(1, share(7), 20 * SECOND_MS)]), START);
    expect(new Set(spots.map((spot) => spot.bookingId))).toEqual(new Set([1]));
    expect(certificate.idleMs).toBe(0);
  });

  it('plays equal weights and lengths in strict turns', () => {
    const hour = openHour([1, 2, 3, 4].map((id) => bookingOf(id, share(5), 10 * SECOND_MS)));
    const order = compileLoop(hour, START).spots.map((spot) => spot.bookingId ?? 0);
    for (let k = 4; k < order.length; k++) expect(order[k]).toBe(order[k - 4]);
  });

  it('keeps the bound for weights of 1 to 1000', () => {
    const hour = openHour([
      bookingOf(1, share(1), 10 * SECOND_MS),
      bookingOf(2, share(1_000), 10 * SECOND_MS),
    ]);
    const day = Array.from({ length: 24 }, () => hour);
    const facts = shareFacts(hour, airings(day, compileDay(day)));
    expect(facts.plays).toBeLessThanOrEqual(0.5 + 1e-9);
    expect(startsOf(hour, 1, 24).length).toBeGreaterThanOrEqual(8);
  });

  it('keeps 5 s stills beside 300 s films within one film of their share', () => {
    const hour = openHour([
      bookingOf(1, share(3), 5 * SECOND_MS),
      bookingOf(2, share(2), 5 * SECOND_MS),
      bookingOf(3, share(3), 300 * SECOND_MS),
      bookingOf(4, share(1), 300 * SECOND_MS),
    ]);
    const day = Array.from({ length: 12 }, () => hour);
    const facts = shareFacts(hour, airings(day, compileDay(day)));
    expect(facts.airtime).toBeLessThanOrEqual(1);
    expect(facts.ahead).toBeLessThan(1);
  });

  it('still plays 300 s share films between frequent rates, and certifies how late those come', () => {
    const hour = openHour([
      bookingOf(1, perHour(30), 5 * SECOND_MS),
      bookingOf(2, share(1), 300 * SECOND_MS),
    ]);
    const day = [hour, hour, hour];
    const compiled = compileDay(day);
    expect(countErrors(hour, compiled)).toBe(0);
    expect(compiled[0]?.spots.some((spot) => spot.bookingId === 2)).toBe(true);
    const latest = compiled[1]?.certificate.latest;
    expect(Math.abs(latest?.offMs ?? 0)).toBeLessThanOrEqual(300 * SECOND_MS);
  });

  it('grants every play of a demand of exactly 100 %, hour after hour', () => {
    const hour = openHour([5, 10, 15, 20, 25].map((s, i) => bookingOf(i + 1, perHour(48), s * SECOND_MS)));
    const day = Array.from({ length: 6 }, () => hour);
    const compiled = compileDay(day);
    expect(countErrors(hour, compiled)).toBe(0);
    expect(compiled.every((loop) => loop.certificate.idleMs === 0)).toBe(true);
    expect(worstLateness(hour, airings(day, compiled))).toBeLessThanOrEqual(0.5);
  });

  it('takes one play of the largest remainder when demand is 101 %', () => {
    const hour = openHour([
      bookingOf(1, perHour(120), 15 * SECOND_MS),
      bookingOf(2, perHour(120), 15 * SECOND_MS),
      bookingOf(3, perHour(2), 18 * SECOND_MS),
    ]);
    const { verdicts, certificate } = compileLoop(hour, START);
    const lost = verdicts.map((verdict) => verdict.shortfall);
    expect(lost.reduce((sum, n) => sum + n, 0)).toBe(3);
    expect(Math.max(...lost)).toBe(2);
    expect(
      verdicts
        .filter((verdict) => verdict.shortfall > 0)
        .every((verdict) => verdict.why.includes('overFull')),
    ).toBe(true);
    expect(certificate.longestIdleMs).toBeLessThan(10 * SECOND_MS);
  });

  it('shrinks a demand of 300 % to a third of each', () => {
    const hour = openHour([1, 2, 3].map((id) => bookingOf(id, perHour(240), 15 * SECOND_MS)));
    expect(granted(hour)).toEqual([80, 80, 80]);
  });

  it('serves higher tiers whole before lower ones, and says who was outranked', () => {
    const hour = openHour([
      bookingOf(1, perHour(240), 15 * SECOND_MS, { tier: 2 }),
      bookingOf(2, perHour(10), 15 * SECOND_MS, { tier: 1 }),
      bookingOf(3, share(1), 15 * SECOND_MS),
    ]);
    const { verdicts } = compileLoop(hour, START);
    expect(verdicts.map((verdict) => verdict.granted)).toEqual([240, 0, 0]);
    expect(verdicts.map((verdict) => verdict.why)).toEqual([[], ['outranked'], ['noAirtimeLeft']]);
  });

  it('shrinks only those who are confined to a crowded window', () => {
    const noon = [{ fromMs: 0, toMs: 10 * MINUTE_MS }];
    const hour = openHour([
      bookingOf(1, perHour(240), 30 * SECOND_MS, { windows: noon, tier: 1 }),
      bookingOf(2, perHour(240), 30 * SECOND_MS, { windows: noon, tier: 2 }),
      bookingOf(3, perHour(20), 10 * SECOND_MS),
    ]);
    const { verdicts } = compileLoop(hour, START);
    expect(verdicts[0]).toMatchObject({ asked: 40, granted: 0, why: ['windowFull'] });
    expect(verdicts[1]?.granted).toBeGreaterThanOrEqual(18);
    expect(verdicts[2]).toMatchObject({ granted: 20, shortfall: 0 });
  });

  it('prorates a rate to its window and carries the fraction to the next hour', () => {
    const window = [{ fromMs: 0, toMs: 15 * MINUTE_MS }];
    const hour = openHour([bookingOf(1, perHour(2), 10 * SECOND_MS, { windows: window })]);
    const asked = compileDay([hour, hour, hour, hour]).map((loop) => loop.verdicts[0]?.granted);
    expect(asked).toEqual([1, 0, 1, 0]);
  });

  it('starts plays only inside their windows, and lets none run past closing', () => {
    const hour = openHour(
      [
        bookingOf(1, perHour(30), 25 * SECOND_MS, {
          windows: [{ fromMs: 20 * MINUTE_MS, toMs: 40 * MINUTE_MS }],
        }),
        bookingOf(2, share(1), 40 * SECOND_MS),
      ],
      { open: [{ fromMs: 90_500, toMs: 50 * MINUTE_MS + 1_234 }] },
    );
    const { spots, certificate, verdicts } = compileLoop(hour, START);
    const starts = spots.filter((spot) => spot.bookingId === 1).map((spot) => spot.atMs);
    expect(verdicts[0]?.granted).toBe(10);
    expect(Math.min(...starts)).toBeGreaterThanOrEqual(20 * MINUTE_MS);
    expect(Math.max(...starts)).toBeLessThan(40 * MINUTE_MS);
    expect(spots[0]?.atMs).toBe(90_500);
    const last = spots.at(-1);
    expect((last?.atMs ?? 0) + (last?.durationMs ?? 0)).toBeLessThanOrEqual(50 * MINUTE_MS + 1_234);
    expect(certificate.longestIdleMs).toBeLessThan(10 * SECOND_MS);
  });

  it('lets the last spot run into the next hour only while the endpoint stays open', () => {
    const hour = openHour([bookingOf(1, share(1), 47 * SECOND_MS)]);
    const [first, last] = compileDay([hour, hour]);
    expect(first?.carried.busyMs).toBeGreaterThan(0);
    expect(last?.spots[0]?.atMs).toBe(first?.carried.busyMs);
    expect(last?.carried.busyMs).toBe(0);
  });

  it('plays a film longer than the hour over the hours it needs', () => {
    const hour = openHour([bookingOf(1, share(1), 100 * MINUTE_MS)]);
    const compiled = compileDay([hour, hour, hour, hour]);
    expect(
      compiled.map((loop) => loop.spots.filter((spot) => spot.bookingId === 1).map((spot) => spot.atMs)),
    ).toEqual([[0], [40 * MINUTE_MS], [], []]);
    expect(compiled[3]?.certificate.idleMs).toBe(0);
  });

  it('refuses a film that fits no opening hours, and shows the filler instead', () => {
    const hour = openHour([bookingOf(1, perHour(1), 61 * MINUTE_MS)]);
    const { spots, verdicts, certificate } = compileLoop(hour, START);
    expect(verdicts[0]?.why).toEqual(['clipTooLong']);
    expect(spots.every((spot) => spot.bookingId === null)).toBe(true);
    expect(certificate.idleMs).toBe(0);
  });

  it('does not repeat an asset while another booked one may play', () => {
    const hour = openHour([
      bookingOf(1, share(1), 12 * SECOND_MS),
      bookingOf(2, share(1), 12 * SECOND_MS),
      bookingOf(3, share(1), 12 * SECOND_MS),
      bookingOf(4, perHour(20), 8 * SECOND_MS, { clips: [clipOf(1, 8 * SECOND_MS)] }),
    ]);
    for (const loop of compileDay([hour, hour, hour])) expect(loop.certificate.repeats).toBe(0);
  });

  it('divides the plays of a booking among its clips by their weights', () => {
    const clips = [clipOf(11, 10 * SECOND_MS, { weight: 3 }), clipOf(12, 20 * SECOND_MS, { weight: 1 })];
    const hour = openHour([bookingOf(1, perHour(6), 0, { clips })]);
    const played = compileDay([hour, hour]).flatMap((loop) =>
      loop.spots.filter((spot) => spot.bookingId === 1),
    );
    expect(played.filter((spot) => spot.assetId === 11)).toHaveLength(9);
    expect(played.filter((spot) => spot.assetId === 12)).toHaveLength(3);
  });

  it('keeps a hard separation always, and a soft one wherever it can, with every break told', () => {
    const warnings = [1, 2, 3].map((id) =>
      bookingOf(id, perHour(12), 15 * SECOND_MS, {
        clips: [clipOf(id, 15 * SECOND_MS, { category: 'warning' })],
      }),
    );
    for (const hard of [true, false]) {
      const rule = { by: 'category' as const, value: 'warning', gapMs: 60 * SECOND_MS, hard };
      const hour = openHour([...warnings, bookingOf(4, perHour(20), 10 * SECOND_MS)], { separation: [rule] });
      const compiled = compileDay([hour, hour, hour]);
      expect(countErrors(hour, compiled)).toBe(0);
      const seen = airings([hour, hour, hour], compiled).filter(({ spot }) =>
        [1, 2, 3].includes(spot.bookingId ?? 0),
      );
      const broken = seen.slice(1).filter(({ atMs }, k) => {
        const before = seen[k];
        return before !== undefined && atMs - before.atMs - before.spot.durationMs < rule.gapMs;
      });
      const told = compiled.reduce((sum, loop) => sum + loop.certificate.separationBreaks.length, 0);
      expect(told).toBe(broken.length);
      expect(told).toBe(0);
    }
  });

  it('breaks a soft separation that the demand rules out, rather than lose a play or bunch the others', () => {
    const rule = { by: 'category' as const, value: 'psa', gapMs: 600 * SECOND_MS, hard: false };
    const hour = openHour(
      [bookingOf(1, perHour(12), 15 * SECOND_MS), bookingOf(2, perHour(1), 15 * SECOND_MS)],
      { separation: [rule] },
    );
    const day = [hour, hour, hour];
    const compiled = compileDay(day);
    expect(countErrors(hour, compiled)).toBe(0);
    expect(worstGapRatio(hour, airings(day, compiled))).toBeLessThanOrEqual(1.25);
    expect(compiled.every((loop) => loop.certificate.separationBreaks.length > 12)).toBe(true);
  });

  it('takes the plays that a hard separation rules out from those it concerns, by tier, and from nobody else', () => {
    const rule = { by: 'category' as const, value: 'warning', gapMs: 120 * SECOND_MS, hard: true };
    const warning = (id: number, plays: number, tier: number) =>
      bookingOf(id, perHour(plays), 15 * SECOND_MS, {
        tier,
        clips: [clipOf(id, 15 * SECOND_MS, { category: 'warning' })],
      });
    const others = [bookingOf(3, perHour(30), 20 * SECOND_MS), bookingOf(4, perHour(20), 30 * SECOND_MS)];
    const hour = openHour([warning(1, 20, 1), warning(2, 20, 0), ...others], { separation: [rule] });
    for (const { verdicts, certificate } of compileDay([hour, hour, hour])) {
      expect(certificate.separationBreaks).toEqual([]);
      expect(verdicts[0]?.granted).toBeGreaterThanOrEqual(19);
      expect(verdicts[1]?.why).toContain('separation');
      expect(verdicts.slice(2).map((verdict) => verdict.shortfall)).toEqual([0, 0]);
    }
  });

  it('keeps bookings on air when their filler is of a kind that a hard separation keeps apart, and tells the breaks', () => {
    const rule = { by: 'category' as const, value: 'psa', gapMs: 60 * SECOND_MS, hard: true };
    const demands = [bookingOf(1, perHour(12), 15 * SECOND_MS), bookingOf(2, share(1), 15 * SECOND_MS)];
    const hour = openHour(demands, { separation: [rule] });
    for (const { spots, verdicts, certificate } of compileDay([hour, hour])) {
      expect(verdicts[0]?.granted).toBe(12);
      expect(verdicts[1]?.granted).toBeGreaterThan(20);
      const booked = spots.filter((spot) => spot.bookingId !== null);
      booked.slice(1).forEach((spot, k) => {
        const before = booked[k];
        expect(spot.atMs - (before?.atMs ?? 0) - (before?.durationMs ?? 0)).toBeGreaterThanOrEqual(
          rule.gapMs,
        );
      });
      expect(certificate.idleMs).toBe(0);
      expect(certificate.separationBreaks.length).toBeGreaterThan(0);
    }
  });

  it('drops plays that a hard separation leaves no room for, and says so', () => {
    const rule = { by: 'campaign' as const, value: 9, gapMs: 10 * MINUTE_MS, hard: true };
    const hour = openHour([bookingOf(1, perHour(30), 15 * SECOND_MS, { campaignId: 9 })], {
      separation: [rule],
    });
    const { verdicts, certificate } = compileLoop(hour, START);
    expect(verdicts[0]?.granted).toBeGreaterThanOrEqual(5);
    expect(verdicts[0]?.why).toContain('separation');
    expect(certificate.separationBreaks).toEqual([]);
    expect(certificate.idleMs).toBe(0);
  });

  it('keeps rates even across a seam at which bookings come and go', () => {
    const all = [4, 6, 12, 20, 30].map((plays, i) => bookingOf(i + 1, perHour(plays), (10 + i) * SECOND_MS));
    const early = openHour(all.slice(0, 4));
    const late = openHour(all.slice(1));
    const day = [early, early, late, late];
    const facts = worstGapRatio(openHour(all.slice(1, 4)), airings(day, compileDay(day)));
    expect(facts).toBeLessThanOrEqual(1.25);
  });

  it('goes on evenly where a daypart opens inside an hour', () => {
    const whole = bookingOf(1, perHour(20), 12 * SECOND_MS);
    const late = bookingOf(2, perHour(30), 15 * SECOND_MS);
    const opens = { ...late, windows: [{ fromMs: 20 * MINUTE_MS, toMs: HOUR_MS }] };
    const day = [
      openHour([whole]),
      openHour([whole, opens]),
      openHour([whole, late]),
      openHour([whole, late]),
    ];
    const compiled = compileDay(day);
    expect(compiled.map((loop) => loop.verdicts[1]?.granted)).toEqual([undefined, 20, 30, 30]);
    expect(worstGapRatio(openHour([whole, late]), airings(day, compiled))).toBeLessThanOrEqual(1.25);
  });

  it('answers nonsense with verdicts and keeps the filler on air', () => {
    const bad: Demand['rate'][] = [
      perHour(0),
      perHour(-1),
      perHour(Number.NaN),
      perHour(1e308),
      perHour(2.5),
      share(0),
      share(-3),
      share(Number.NaN),
      share(1e308),
      share(0.5),
    ];
    const hour = openHour([
      ...bad.map((rate, i) => bookingOf(i + 1, rate, 10 * SECOND_MS)),
      bookingOf(50, perHour(6), Number.NaN),
      bookingOf(51, share(1), 0, { clips: [] }),
      bookingOf(52, share(1), 10 * SECOND_MS, { windows: [] }),
      bookingOf(53, share(1), 10 * SECOND_MS, {
        windows: [
          { fromMs: 5, toMs: 5 },
          { fromMs: Number.NaN, toMs: 9 },
        ],
      }),
    ]);
    const { spots, verdicts, certificate } = compileLoop(hour, START);
    expect(verdicts.map((verdict) => verdict.why[0])).toEqual([
      ...bad.map(() => 'badRate'),
      'badClip',
      'badClip',
      'noWindow',
      'noWindow',
    ]);
    expect(spots.length).toBeGreaterThan(200);
    expect(certificate.idleMs).toBe(0);
    for (const lengthMs of [0, -1, Number.NaN, 1e308, 1.5]) {
      expect(compileLoop({ ...hour, lengthMs }, START).spots).toEqual([]);
    }
  });

  it('ends, with every play, where tiers and separations are no numbers', () => {
    const rule = { by: 'category' as const, value: 'psa', gapMs: Number.NaN, hard: true };
    const rules = [rule, { ...rule, gapMs: -5 }];
    const demands = [1, 2, 3].map((id) => bookingOf(id, perHour(20), 10 * SECOND_MS, { tier: Number.NaN }));
    expect(granted(openHour(demands, { separation: rules }))).toEqual([20, 20, 20]);
    const forever = [{ ...rule, gapMs: Number.POSITIVE_INFINITY }];
    expect(granted(openHour(demands, { separation: forever }))).toEqual([1, 0, 0]);
  });

  it('gives an empty loop and no error for an endpoint that has nothing at all', () => {
    const { spots, certificate } = compileLoop(openHour([], { filler: [] }), START);
    expect(spots).toEqual([]);
    expect(certificate.idleMs).toBe(HOUR_MS);
  });

  it('compiles 10,000 bookings of one endpoint in time that grows with their number only', () => {
    const hour = openHour(
      Array.from({ length: 10_000 }, (_, i) =>
        bookingOf(i + 1, i % 2 === 0 ? perHour(4) : share(1 + (i % 7)), (5 + (i % 20)) * SECOND_MS),
      ),
    );
    const { spots, verdicts } = compileLoop(hour, START);
    expect(verdicts).toHaveLength(10_000);
    expect(spots.length).toBeGreaterThan(140);
  });

  it('never overlaps, cuts, leaves the opening hours or a window, or over-serves, whatever the demand', () => {
    const windows = fc
      .array(fc.tuple(fc.nat(HOUR_MS), fc.nat(HOUR_MS)), { maxLength: 3 })
      .map((pairs) => pairs.map(([a, b]) => ({ fromMs: Math.min(a, b), toMs: Math.max(a, b) })));
    const someWindows = fc.oneof(fc.constant([{ fromMs: 0, toMs: HOUR_MS }]), windows);
    const clip = fc
      .tuple(
        fc.nat(20),
        fc.oneof(fc.integer({ min: 1_000, max: 60_000 }), fc.integer({ min: 1_000, max: 5_000_000 })),
      )
      .map(([assetId, durationMs]) => ({
        ...clipOf(assetId, durationMs),
        sha256: `${assetId}x${durationMs}`,
      }));
    const demand = fc.record({
      campaignId: fc.nat(2),
      tier: fc.nat(2),
      rate: fc.oneof(
        fc.integer({ min: 1, max: 240 }).map(perHour),
        fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 1e9 })).map(share),
      ),
      clips: fc.array(clip, { minLength: 1, maxLength: 4 }),
      windows: someWindows,
    });
    const hour: fc.Arbitrary<HourDemand> = fc.record({
      lengthMs: fc.constantFrom(HOUR_MS, HOUR_MS, HOUR_MS / 2, 1.5 * HOUR_MS),
      open: someWindows,
      demands: fc
        .array(demand, { maxLength: 10 })
        .map((list) => list.map((d, i) => ({ ...d, bookingId: i + 1 }))),
      filler: fc.array(clip, { maxLength: 3 }),
      separation: fc.array(
        fc.record({
          by: fc.constant('campaign' as const),
          value: fc.nat(2),
          gapMs: fc.nat(300_000),
          hard: fc.boolean(),
        }),
        { maxLength: 2 },
      ),
    });
    fc.assert(
      fc.property(fc.array(hour, { minLength: 1, maxLength: 3 }), (day) => {
        let from = 0;
        let busyUntil = 0;
        const compiled = compileDay(day);
        compiled.forEach((loop, i) => {
          const one = day[i];
          if (one === undefined) return;
          const isOpenAt = (atMs: number) =>
            one.open.some((w) => w.fromMs <= atMs && atMs < w.toMs && atMs < one.lengthMs);
          for (const spot of loop.spots) {
            expect(from + spot.atMs).toBeGreaterThanOrEqual(busyUntil);
            busyUntil = from + spot.atMs + spot.durationMs;
            expect(isOpenAt(spot.atMs)).toBe(true);
            if (spot.bookingId === null) continue;
            const booking = one.demands[spot.bookingId - 1];
            expect(booking?.windows.some((w) => w.fromMs <= spot.atMs && spot.atMs < w.toMs)).toBe(true);
            expect(
              booking?.clips.some((c) => c.sha256 === spot.sha256 && c.durationMs === spot.durationMs),
            ).toBe(true);
          }
          for (const verdict of loop.verdicts) {
            if (verdict.kind === 'perHour') expect(verdict.granted).toBeLessThanOrEqual(verdict.asked);
            if (verdict.shortfall > 0) expect(verdict.why.length).toBeGreaterThan(0);
          }
          from += one.lengthMs;
        });
        expect(busyUntil).toBeLessThanOrEqual(from);
      }),
      { numRuns: 1_500, seed: 7 },
    );
  }, 60_000);
});
