import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesBetween, hoursOfWeek } from '../../src/impressions/whole-report.ts';
import { aWholeReport, figuresFor } from './a-whole-report.ts';

describe('hoursOfWeek', () => {
  test('keeps every play of every hour, on its own weekday', () => {
    const row = (key: string, n: number) => ({ key, label: key, ...figuresFor(n) });
    const hour = fc.record({
      day: fc.integer({ min: 1, max: 7 }),
      hour: fc.integer({ min: 0, max: 23 }),
      n: fc.integer({ min: 0, max: 5_000 }),
    });
    fc.assert(
      fc.property(fc.array(hour, { maxLength: 60 }), (hours) => {
        const rows = hours.map((one) => row(`${one.day} ${String(one.hour).padStart(2, '0')}:00`, one.n));
        const cells = hoursOfWeek(rows);
        expect(cells).toHaveLength(168);
        for (const what of ['promised', 'counted'] as const) {
          const of = what === 'promised' ? 'playsPromised' : 'playsCounted';
          expect(cells.reduce((sum, cell) => sum + cell[what], 0)).toBe(
            rows.reduce((sum, one) => sum + one[of], 0),
          );
        }
      }),
    );
    expect(hoursOfWeek([row('7 19:00', 100)]).find((cell) => cell.promised > 0)).toMatchObject({
      weekday: 7,
      hour: 19,
    });
  });
});

describe('changesBetween', () => {
  test('finds nothing between a report and itself', () => {
    expect(changesBetween(aWholeReport(), aWholeReport({ generatedAt: '2027-04-01T00:00:00Z' }))).toEqual([]);
  });

  test('says when another audience model holds now', () => {
    const issued = aWholeReport();
    const audience = { version: 3, population: null, endpoints: { counted: 1, placeClass: 0, endpoint: 0 } };
    const now = aWholeReport({ formula: { ...issued.formula, audience } });
    expect(changesBetween(issued, now)).toEqual([
      { where: 'formula.audience.version', label: '', issued: null, now: 3 },
    ]);
  });

  test('names what grew, what is new and what is gone', () => {
    const issued = aWholeReport();
    const [first, second, ...rest] = issued.areas;
    if (!first || !second || !issued.otherChannels) throw new Error('no areas');
    const now = aWholeReport({
      totals: { ...issued.totals, playsCounted: issued.totals.playsCounted + 5 },
      areas: [{ ...second, playsUnknown: 0 }, ...rest, { key: '99', label: '新街', ...figuresFor(10) }],
      otherChannels: {
        ...issued.otherChannels,
        sums: issued.otherChannels.sums.map((sum) => (sum.channel === 'sms' ? { ...sum, count: 1 } : sum)),
      },
    });
    const changes = changesBetween(issued, now);
    const at = (where: string) => changes.find((change) => change.where === where);
    expect(at('totals.playsCounted')).toMatchObject({
      issued: issued.totals.playsCounted,
      now: issued.totals.playsCounted + 5,
    });
    expect(at('areas.1.playsPromised')).toMatchObject({ label: first.label, issued: 42_000, now: null });
    expect(at('areas.2.playsUnknown')).toMatchObject({ now: 0 });
    expect(at('areas.99.playsPromised')).toMatchObject({ label: '新街', issued: null, now: 10 });
    expect(at('otherChannels.sms')).toMatchObject({ issued: 120_000, now: 1 });
    expect(changes.filter(({ where }) => where.startsWith('days'))).toEqual([]);
  });
});
