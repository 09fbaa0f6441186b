import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptManifest, type Programme } from '../../../players/core/accept-manifest.ts';
import { localHourOf } from '../../../players/core/local-hour.ts';
import { correctedMs, guessedTime, monoOf, withTrip } from '../../../players/core/server-time.ts';
import { spotAt, spotFrom } from '../../../players/core/timeline.ts';
import { EMPTY_WEEK, readWeek, remember, writeWeek } from '../../../players/core/week-memory.ts';
import { EIGHT, manifestOf } from './core-fixture.ts';

const HOUR = 3_600_000;

function accepted(manifest = manifestOf()): Programme {
  const programme = acceptManifest(JSON.stringify(manifest), {
    endpointId: 7,
    highestSerial: 0,
    nowMs: null,
    shelf: null,
  });
  if (typeof programme === 'string') throw new Error(programme);
  return programme;
}

describe('withTrip', () => {
  it('is never further from the truth than half the best round trip, whatever way the delay fell', () => {
    const trip = fc.record({
      out: fc.integer({ min: 0, max: 2_000 }),
      back: fc.integer({ min: 0, max: 2_000 }),
    });
    fc.assert(
      fc.property(fc.array(trip, { minLength: 1, maxLength: 8 }), fc.integer(), (trips, truth) => {
        let time = guessedTime(0, 0, 0, 0);
        let mono = 0;
        for (const { out, back } of trips) {
          const serverMs = mono + out + truth;
          time = withTrip(time, {
            sentMonoMs: mono,
            receivedMonoMs: mono + out + back,
            serverMs,
            grainMs: 1,
          });
          mono += out + back + 1;
        }
        const best = Math.min(...trips.map(({ out, back }) => out + back));
        expect(Math.abs(time.offsetMs - truth)).toBeLessThanOrEqual(best / 2 + 1);
        expect(monoOf(time, correctedMs(time, 123))).toBeCloseTo(123);
      }),
    );
  });

  it('trusts a stamp in milliseconds more than a Date header, and leaves an old trip for a newer one', () => {
    let time = withTrip(guessedTime(0, 0, 0, 0), {
      sentMonoMs: 0,
      receivedMonoMs: 10,
      serverMs: 5_000,
      grainMs: 1_000,
    });
    time = withTrip(time, { sentMonoMs: 20, receivedMonoMs: 60, serverMs: 5_040, grainMs: 1 });
    expect(time.offsetMs).toBe(5_000);
    const days = 86_400_000;
    time = withTrip(time, {
      sentMonoMs: days,
      receivedMonoMs: days + 100,
      serverMs: days + 6_050,
      grainMs: 1,
    });
    expect(time.offsetMs).toBe(6_000);
  });
});

describe('withTrip over a day', () => {
  const fine = (mono: number, truth: number) => ({
    ...{ sentMonoMs: mono, receivedMonoMs: mono + 10, serverMs: mono + 5 + truth, grainMs: 1 },
  });
  /** As by a Date header, cut to whole seconds. */
  const coarse = (mono: number, truth: number) => ({
    ...{ sentMonoMs: mono, receivedMonoMs: mono + 10, grainMs: 1_000 },
    serverMs: Math.floor((mono + 5 + truth) / 1_000) * 1_000,
  });

  it('is not moved by coarse stamps, however many come between two fine ones', () => {
    const truth = 1_800_000_000_377;
    let time = withTrip(guessedTime(0, 0, 0, 0), fine(0, truth));
    for (let mono = 700; mono < 3_600_000; mono += 700) {
      time = withTrip(time, coarse(mono, truth));
      expect(Math.abs(time.offsetMs - truth)).toBeLessThan(1);
    }
    expect(time.trips.length).toBeLessThanOrEqual(8);
    time = withTrip(time, fine(3_600_000, truth + 40));
    expect(Math.abs(time.offsetMs - truth - 40)).toBeLessThan(1);
  });

  it('follows a clock that leaps, forwards or back, with the first answer', () => {
    for (const leap of [3_600_000, -3_600_000]) {
      const before = withTrip(guessedTime(0, 0, 0, 0), fine(0, 0));
      expect(Math.abs(withTrip(before, coarse(60_000, leap)).offsetMs - leap)).toBeLessThanOrEqual(506);
      expect(Math.abs(withTrip(before, fine(60_000, leap)).offsetMs - leap)).toBeLessThan(1);
    }
  });
});

describe('localHourOf', () => {
  it.each([
    ['Asia/Shanghai', '2027-02-05T08:30:00+08:00', 24 + 8, '2027-02-05T08:00:00+08:00'],
    ['Asia/Kolkata', '2027-02-04T00:10:00+05:30', 0, '2027-02-04T00:00:00+05:30'],
    ['America/New_York', '2027-07-01T23:59:59-04:00', 23, '2027-07-01T23:00:00-04:00'],
  ])('counts hours of the week by the wall clock of %s', (zone, at, hourOfWeek, start) => {
    expect(localHourOf(Date.parse(at), zone)).toEqual({ hourOfWeek, startMs: Date.parse(start) });
  });
});

describe('spotAt', () => {
  it('agrees with a plain walk through all spots at any instant', () => {
    const programme = accepted();
    const line = { programme, week: EMPTY_WEEK };
    const all = programme.stretches.flatMap((stretch) =>
      (programme.loops.get(stretch.loopId)?.spots ?? []).map((spot) => stretch.fromMs + spot.atMs),
    );
    fc.assert(
      fc.property(fc.integer({ min: -HOUR, max: 3 * HOUR }), (offset) => {
        const at = EIGHT + offset;
        expect(spotAt(line, at)?.startMs).toBe(all.findLast((start) => start <= at && at < start + 10_000));
        expect(spotFrom(line, at)?.startMs).toBe(all.find((start) => start >= at));
      }),
    );
  });
});

describe('remember', () => {
  it('plays the same hour of the week, then the same hour of an earlier day, once the programme ran out', () => {
    const programme = accepted();
    const line = { programme, week: remember(EMPTY_WEEK, programme) };
    for (const days of [1, 3, 7]) {
      const then = EIGHT + days * 24 * HOUR;
      expect(spotAt(line, then + 25_000)).toMatchObject({ startMs: then + 20_000, spot: { assetId: 3 } });
      expect(spotAt(line, then + 3 * HOUR)).toBe(null);
    }
  });

  it('keeps what a later manifest says nothing of, and forgets loops that no hour names', () => {
    const friday = remember(EMPTY_WEEK, accepted());
    const tomorrow = (ms: number) => new Date(ms + 24 * HOUR).toISOString();
    const saturday = accepted(
      manifestOf({
        issuedAt: tomorrow(EIGHT),
        validUntil: tomorrow(EIGHT + 24 * HOUR),
        loops: manifestOf().loops.map((loop) => ({ ...loop, id: 'loop-other' })),
        programme: [{ from: tomorrow(EIGHT), to: tomorrow(EIGHT + HOUR), loop: 'loop-other' }],
      }),
    );
    const both = remember(friday, saturday);
    expect([...both.loops.keys()].toSorted()).toEqual(['loop-full', 'loop-other']);
    expect(readWeek(writeWeek(both))).toEqual(both);
  });

  it('reads damaged text as knowing nothing', () => {
    for (const text of [undefined, '', '{', '{"hours":[]}', 'null']) expect(readWeek(text)).toBe(EMPTY_WEEK);
  });
});
