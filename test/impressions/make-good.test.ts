import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookingDraftSchema } from '../../src/campaigns/booking.ts';
import type { Booking } from '../../src/campaigns/campaign.ts';
import { makeGoodsFor } from '../../src/impressions/make-good.ts';
import { type Causes, owedOf } from '../../src/impressions/shortfall.ts';

const booking: Booking = {
  id: 7,
  campaignId: 1,
  playlistId: 2,
  name: '冬防',
  endpoints: {},
  fromDate: '2027-01-01',
  toDate: '2027-01-31',
  dayparts: [],
  rrule: 'FREQ=WEEKLY;BYDAY=MO',
  exdates: ['2027-01-04'],
  rate: { kind: 'everyMinutes', minutes: 10 },
  maxPerHour: 3,
  maxPerDay: null,
  tier: 4,
  version: 1,
  changedBy: null,
  changedAt: null,
  withdrawnAt: null,
};

describe('makeGoodsFor', () => {
  it('spreads what is owed over the days left, with playlist and tier of the booking', () => {
    const [one, ...more] = makeGoodsFor(booking, [{ endpointId: 5, owed: 25 }], '2027-02-01', '2027-02-10');
    expect(more).toEqual([]);
    expect(one?.draft).toMatchObject({
      campaignId: 1,
      playlistId: 2,
      name: '补播 冬防',
      endpoints: { endpointIds: [5] },
      fromDate: '2027-02-01',
      toDate: '2027-02-09',
      rrule: null,
      rate: { kind: 'perHour', plays: 1 },
      maxPerDay: 3,
      tier: 4,
    });
    expect(one?.plays).toEqual(new Map([[5, 25]]));
  });

  it('asks enough of a short daypart', () => {
    const evening = { ...booking, dayparts: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '19:00', to: '20:00' }] };
    const [one] = makeGoodsFor(evening, [{ endpointId: 5, owed: 40 }], '2027-02-01', '2027-02-04');
    expect(one?.draft).toMatchObject({ rate: { plays: 10 }, maxPerDay: 10 });
  });

  it('has nothing to propose when nothing is owed or no day is left', () => {
    expect(makeGoodsFor(booking, [{ endpointId: 5, owed: 0 }], '2027-02-01', '2027-02-10')).toEqual([]);
    expect(makeGoodsFor(booking, [{ endpointId: 5, owed: 9 }], '2027-02-11', '2027-02-10')).toEqual([]);
  });

  it('covers every endpoint once with at least what it is owed, in few bookings that are in form', () => {
    const owed = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 60 });
    fc.assert(
      fc.property(owed, fc.integer({ min: 1, max: 28 }), (plays, days) => {
        const rows = plays.map((one, endpointId) => ({ endpointId: endpointId + 1, owed: one }));
        const last = `2027-02-${String(days).padStart(2, '0')}`;
        const made = makeGoodsFor(booking, rows, '2027-02-01', last);
        expect(made.length).toBeLessThanOrEqual(7);
        const given = new Map<number, number>();
        for (const { draft, plays: good } of made) {
          const { id: _, withdrawnAt: __, ...form } = { id: 0, withdrawnAt: null, ...draft };
          expect(bookingDraftSchema.safeParse(form).success).toBe(true);
          expect(draft.toDate <= last).toBe(true);
          const length = (Date.parse(draft.toDate) - Date.parse(draft.fromDate)) / 86_400_000 + 1;
          for (const endpointId of good.keys()) given.set(endpointId, length * (draft.maxPerDay ?? 0));
        }
        for (const { endpointId, owed: asked } of rows) {
          if (asked === 0) expect(given.has(endpointId)).toBe(false);
          else expect(given.get(endpointId)).toBeGreaterThanOrEqual(asked);
        }
      }),
    );
  });
});

describe('owedOf', () => {
  it('waits for what may still be reported, and leaves out what was taken over', () => {
    const causes: Causes = {
      ...{ overFull: 0, closed: 0, separation: 0 },
      cut: 1,
      failed: 2,
      noPlayer: 0,
      silent: 5,
      reportsMissing: 4,
      override: 0,
      programmeChanged: 0,
      notPlayed: 8,
    };
    expect(owedOf(20, causes, 3)).toBe(8);
    expect(owedOf(20, causes, 30)).toBe(0);
  });
});
