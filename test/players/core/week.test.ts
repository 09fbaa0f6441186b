import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../src/base/units.ts';
import { blankOpenMs, compare, runWeek, START_MS } from '../support/virtual-week.ts';

describe('step, over a virtual week', () => {
  it('reports each showing exactly once through losses of 30 % and daily power cuts', () => {
    const result = runWeek({ seed: 1, days: 7, loss: 0.3, cuts: 2 });
    const { unreported, invented, counted } = compare(result, 400);
    expect(counted.length).toBeGreaterThan(20_000);
    expect(result.box.state().outbox.pending).toEqual([]);
    expect(unreported).toEqual([]);
    expect(invented).toEqual([]);
    expect(result.ledger.duplicates).toBeGreaterThan(1_000);
    // At each opening the stage itself takes up to 80 ms to its first frame.
    expect(blankOpenMs(result, START_MS + HOUR_MS)).toBeLessThanOrEqual(7 * 80);
  }, 60_000);

  it('holds the same for any seed, loss and number of cuts, over two days', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.double({ min: 0, max: 0.4, noNaN: true }),
        fc.integer({ min: 0, max: 6 }),
        (seed, loss, cuts) => {
          const result = runWeek({ seed, days: 2, loss, cuts });
          const { unreported, invented } = compare(result, 400);
          const pending = result.box.state().outbox.pending.length;
          expect(unreported.length).toBeLessThanOrEqual(pending);
          expect(invented).toEqual([]);
        },
      ),
      { numRuns: 12, seed: 20270205 },
    );
  }, 60_000);

  it('goes on by the last known loop of the hour for four days after its programme ran out', () => {
    const result = runWeek({ seed: 3, days: 7, loss: 0, cuts: 0, outages: [[0.5, 6.5]] });
    expect(blankOpenMs(result, START_MS + HOUR_MS)).toBeLessThanOrEqual(7 * 80);
    const { unreported, invented } = compare(result, 400);
    expect(unreported).toEqual([]);
    expect(invented).toEqual([]);
  }, 60_000);

  it('plays the right hour and reports right times with a calendar clock that is years off', () => {
    const result = runWeek({ seed: 4, days: 2, loss: 0.1, cuts: 2, wallErrorMs: () => -3 * 365 * DAY_MS });
    const { unreported, invented, counted } = compare(result, 400);
    expect(counted.length).toBeGreaterThan(5_000);
    expect(unreported).toEqual([]);
    expect(invented).toEqual([]);
    expect(blankOpenMs(result, START_MS + HOUR_MS)).toBeLessThanOrEqual(7 * 80);
  }, 60_000);

  it('restamps at the first contact what it played after a power cut with a clock that fell behind', () => {
    // After the cut the box wakes without network and with its clock back at the year 2000.
    const result = runWeek({
      seed: 5,
      days: 2,
      loss: 0,
      cuts: 1,
      outages: [[0.3, 1.2]],
      wallErrorMs: (boot) => (boot > 1 ? Date.parse('2000-01-01T00:00:00Z') - START_MS : 0),
    });
    const { unreported, invented } = compare(result, 2_000);
    expect(unreported).toEqual([]);
    expect(invented).toEqual([]);
  }, 60_000);

  it('sums up the oldest plays when its outbox is full, and says how many', () => {
    const result = runWeek({
      seed: 6,
      days: 2,
      loss: 0,
      cuts: 0,
      outages: [[0.35, 1.9]],
      config: { outboxCap: 1_000 },
    });
    const { summary, pending, lastSeq } = result.box.state().outbox;
    expect(pending).toEqual([]);
    expect(summary?.plays).toBeGreaterThan(3_000);
    expect(result.ledger.plays.length + (summary?.plays ?? 0)).toBe(lastSeq);
  }, 60_000);
});
