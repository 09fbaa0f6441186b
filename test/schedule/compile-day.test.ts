import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/base/units.ts';
import { compileDay, openAfter } from '../../src/schedule/compile-day.ts';
import { compileLoop } from '../../src/schedule/compile-loop.ts';
import { START } from '../../src/schedule/compiled-hour.ts';
import { bookingOf, clipOf, openHour, randomMixed } from '../bench/demand-sets.ts';
import { airings, countErrors, worstGapRatio } from '../bench/loop-facts.ts';

describe('compileDay', () => {
  it('gives the same bytes hour by hour as in one batch, and every time', () => {
    for (let seed = 0; seed < 50; seed++) {
      const day = Array.from({ length: 6 }, (_, i) => randomMixed(i < 3 ? seed : seed + 1_000));
      const batch = compileDay(day);
      const after = openAfter(day);
      let carried = START;
      const single = day.map((hour, i) => {
        const loop = compileLoop({ ...hour, openAfterMs: after[i] ?? 0 }, carried);
        carried = loop.carried;
        return loop;
      });
      expect(JSON.stringify(single)).toBe(JSON.stringify(batch));
    }
  });

  it('starts exactly the asked plays in every hour of days of 23, 24 and 25 hours', () => {
    const hour = openHour([
      bookingOf(1, { kind: 'perHour', plays: 7 }, 20 * SECOND_MS),
      bookingOf(2, { kind: 'perHour', plays: 11 }, 13 * SECOND_MS),
    ]);
    for (const hours of [23, 24, 25]) {
      const day = Array.from({ length: hours }, () => hour);
      const compiled = compileDay(day);
      expect(countErrors(hour, compiled)).toBe(0);
      expect(worstGapRatio(hour, airings(day, compiled))).toBeLessThanOrEqual(1.25);
    }
  });

  it('prorates an hour that a change of offset makes half an hour longer', () => {
    const demand = bookingOf(1, { kind: 'perHour', plays: 12 }, 20 * SECOND_MS, {
      windows: [{ fromMs: 0, toMs: 90 * MINUTE_MS }],
    });
    const long = openHour([demand], {
      lengthMs: 90 * MINUTE_MS,
      open: [{ fromMs: 0, toMs: 90 * MINUTE_MS }],
    });
    const [first] = compileDay([long]);
    expect(first?.verdicts[0]).toMatchObject({ asked: 18, granted: 18 });
  });

  it('starts afresh with each call, so that equal days share equal loops', () => {
    const hour = randomMixed(5);
    expect(compileDay([hour, hour])).toEqual(compileDay([hour, hour]));
    expect(compileDay([hour, hour])[0]).toEqual(compileDay([hour, hour, hour])[0]);
  });
});

describe('openAfter', () => {
  it('adds up open hours without a break, and nothing past the day', () => {
    const open = openHour([]);
    const half = openHour([], { open: [{ fromMs: 0, toMs: 30 * MINUTE_MS }] });
    const shut = openHour([], { open: [{ fromMs: 10, toMs: HOUR_MS }] });
    expect(openAfter([open, open, half, shut, open])).toEqual([
      HOUR_MS + 30 * MINUTE_MS,
      30 * MINUTE_MS,
      0,
      HOUR_MS,
      0,
    ]);
  });

  it('goes on through a playlist where hours without the booking lie between its plays', () => {
    const clips = [11, 12, 13].map((assetId) => clipOf(assetId, 10_000));
    const booked = openHour([bookingOf(1, { kind: 'perHour', plays: 1 }, 0, { clips })]);
    const without = openHour([]);
    const played = compileDay([booked, without, without, booked, without, booked]).flatMap((loop) =>
      loop.spots.filter((spot) => spot.bookingId === 1).map((spot) => spot.assetId),
    );
    expect(new Set(played)).toEqual(new Set([11, 12, 13]));
  });
});
