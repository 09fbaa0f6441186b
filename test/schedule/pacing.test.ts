import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/base/units.ts';
import {
  NO_PACE,
  pacedWorld,
  paceOf,
  playsOfDay,
  ratesFor,
  spreadOverHours,
} from '../../src/schedule/pacing.ts';
import { CREDIT_START_MS, owedPlays } from '../../src/schedule/rate-counts.ts';
import { bookingFacts, endpointFacts, entryOf, worldFacts } from '../support/world-facts.ts';

const paceFacts = fc
  .record({
    target: fc.integer({ min: 1, max: 2_000_000_000 }),
    played: fc.nat(2_000_000_000),
    fixed: fc.nat(1_000_000),
    wholeHours: fc.integer({ min: 1, max: 1_000_000 }),
    leftHours: fc.nat(1_000_000),
  })
  .map(({ wholeHours, leftHours, ...rest }) => ({
    ...rest,
    wholeMs: wholeHours * HOUR_MS,
    leftMs: Math.min(leftHours, wholeHours) * HOUR_MS,
  }));

describe('paceOf', () => {
  test('divides what remains by the open time that is left', () => {
    const pace = paceOf({
      target: 40_000,
      played: 10_000,
      fixed: 0,
      wholeMs: 100 * HOUR_MS,
      leftMs: 60 * HOUR_MS,
    });
    expect(pace).toEqual({ plays: 30_000, overMs: 60 * HOUR_MS });
  });

  test('asks for nothing once the target is reached or time is up', () => {
    const facts = { target: 10, played: 10, fixed: 0, wholeMs: HOUR_MS, leftMs: HOUR_MS };
    expect(paceOf(facts)).toEqual(NO_PACE);
    expect(paceOf({ ...facts, played: 0, leftMs: 0 })).toEqual(NO_PACE);
  });

  test('takes off what other bookings of the campaign will play', () => {
    const facts = { target: 100, played: 20, fixed: 30, wholeMs: 4 * HOUR_MS, leftMs: 2 * HOUR_MS };
    expect(paceOf(facts)).toEqual({ plays: 50, overMs: 2 * HOUR_MS });
  });

  test('stays between half and twice the even plan while plays remain, whatever was played', () => {
    fc.assert(
      fc.property(paceFacts, (facts) => {
        const { plays, overMs } = paceOf(facts);
        if (plays === 0) {
          expect(facts.target - facts.played - facts.fixed <= 0 || facts.leftMs === 0).toBe(true);
          return;
        }
        const plan = facts.target / facts.wholeMs;
        expect(plays / overMs).toBeGreaterThanOrEqual((plan / 2) * (1 - 1e-12));
        expect(plays / overMs).toBeLessThanOrEqual(plan * 2 * (1 + 1e-12));
      }),
      { numRuns: 1_000 },
    );
  });

  test('reaches the target on time when a third of the plays of some days is lost', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }), (outages) => {
        const [target, days, endpoints, dayMs] = [20_000, 40, 20, 14 * HOUR_MS];
        let played = 0;
        for (let day = 0; day < days; day++) {
          const leftMs = (days - day) * endpoints * dayMs;
          const wholeMs = days * endpoints * dayMs;
          const pace = paceOf({ target, played, fixed: 0, wholeMs, leftMs });
          const date = Temporal.PlainDate.from('2027-01-01').add({ days: day }).toString();
          const keeps = outages[day] === true ? 2 / 3 : 1;
          for (let rank = 0; rank < endpoints; rank++) {
            played += Math.floor(playsOfDay(pace, dayMs, { rank, endpoints, date }) * keeps);
          }
        }
        expect(played).toBeGreaterThanOrEqual(target - endpoints);
        expect(played).toBeLessThanOrEqual(target + target / days / 2 + endpoints);
      }),
      { numRuns: 100 },
    );
  });
});

describe('playsOfDay', () => {
  test('lets equal endpoints together make the pace within one play', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 0, max: 300 }),
        (plays, endpoints, day) => {
          const windowMs = 14 * HOUR_MS;
          const overMs = 1_000 * HOUR_MS;
          const date = Temporal.PlainDate.from('2027-01-01').add({ days: day }).toString();
          let sum = 0;
          for (let rank = 0; rank < endpoints; rank++)
            sum += playsOfDay({ plays, overMs }, windowMs, { rank, endpoints, date });
          expect(Math.abs(sum - (endpoints * plays * windowMs) / overMs)).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('lets each endpoint come to its part over the days, none left behind', () => {
    for (const rank of [0, 3, 9]) {
      let sum = 0;
      for (let day = 0; day < 60; day++) {
        const date = Temporal.PlainDate.from('2027-01-01').add({ days: day }).toString();
        sum += playsOfDay({ plays: 43, overMs: 10 * HOUR_MS }, HOUR_MS, { rank, endpoints: 10, date });
      }
      expect(Math.abs(sum - 60 * 4.3)).toBeLessThanOrEqual(2);
    }
  });
});

describe('spreadOverHours', () => {
  test('keeps every prefix within one play of its exact part and the sum exact', () => {
    const windows = fc.array(fc.integer({ min: 0, max: HOUR_MS }), { minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(fc.nat(3_000), windows, (total, windowsMs) => {
        const whole = windowsMs.reduce((sum, ms) => sum + ms, 0);
        fc.pre(whole > 0);
        const counts = spreadOverHours(total, windowsMs, 100_000);
        expect(counts.reduce((sum, n) => sum + n, 0)).toBe(total);
        let [soFar, given] = [0, 0];
        counts.forEach((count, i) => {
          soFar += windowsMs[i] ?? 0;
          given += count;
          expect(count).toBeGreaterThanOrEqual(0);
          expect(Math.abs(given - (total * soFar) / whole)).toBeLessThanOrEqual(0.5 + 1e-9);
        });
      }),
      { numRuns: 500 },
    );
  });

  test('gives nothing to hours that are closed, and to no hour more than the most', () => {
    expect(spreadOverHours(10, [0, HOUR_MS, 0, HOUR_MS])).toEqual([0, 5, 0, 5]);
    expect(spreadOverHours(1_000, [HOUR_MS, HOUR_MS], 30)).toEqual([30, 30]);
    expect(spreadOverHours(5, [0, 0])).toEqual([0, 0]);
  });
});

describe('ratesFor', () => {
  test('makes the compiler owe exactly the asked plays of every hour, windows of any length', () => {
    const hours = fc.array(fc.tuple(fc.nat(12), fc.integer({ min: 5 * MINUTE_MS, max: HOUR_MS })), {
      minLength: 1,
      maxLength: 25,
    });
    fc.assert(
      fc.property(hours, (pairs) => {
        const counts = pairs.map(([count]) => count);
        const windows = pairs.map(([, ms]) => ms);
        let creditMs = CREDIT_START_MS;
        ratesFor(counts, windows).forEach((plays, i) => {
          if (plays === 0) {
            expect(counts[i]).toBe(0);
            creditMs = CREDIT_START_MS;
            return;
          }
          const owed = owedPlays(plays, windows[i] ?? 0, creditMs);
          expect(owed.asked).toBe(counts[i]);
          creditMs = owed.creditMs;
        });
      }),
      { numRuns: 500 },
    );
  });
});

describe('pacedWorld', () => {
  const targets = [{ campaignId: 1, plays: 40_000, date: '2027-01-02', played: 1_000 }];

  test('paces over the open time of the endpoints that can play it, from its date on', () => {
    const booking = bookingFacts(1, {
      rate: { kind: 'target' },
      fromDate: '2027-01-01',
      toDate: '2027-01-22',
      selection: { endpointIds: [1, 2] },
    });
    const endpoints = [1, 2, 3].map((id) => endpointFacts(id));
    const world = worldFacts([booking], { endpoints, targets });
    const pace = world.paces.get(1);
    expect(pace?.plays).toBe(39_000);
    expect(pace?.overMs).toBe(2 * 21 * 14 * HOUR_MS);
    expect([...(pace?.ranks.keys() ?? [])]).toEqual([1, 2]);
  });

  test('gives no pace to a booking that nobody can play', () => {
    const entries = [entryOf(5, 15_000, 'submitted')];
    const booking = bookingFacts(1, { rate: { kind: 'target' }, entries });
    expect(worldFacts([booking], { targets }).paces.get(1)).toMatchObject(NO_PACE);
  });

  test('costs nothing when no booking asks for a pace', () => {
    const world = worldFacts([bookingFacts(1)], { targets });
    expect(pacedWorld(world).paces.size).toBe(0);
  });
});
