import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { campaignRoutes } from '../../src/campaigns/campaign-routes.ts';
import { campaignStore } from '../../src/campaigns/campaign-store.ts';
import { usualHolidays } from '../../src/campaigns/holiday.ts';
import { playlistStore } from '../../src/campaigns/playlist-store.ts';
import { schedulingRuleRoutes } from '../../src/campaigns/scheduling-rule-routes.ts';
import { schedulingRuleStore } from '../../src/campaigns/scheduling-rule-store.ts';
import { campaignPaces, holidays } from '../../src/db/campaign-tables.ts';
import { settledPlayHours } from '../../src/db/play-tables.ts';
import { bookingFits } from '../../src/schedule/booking-fit-flow.ts';
import { bookingFitRoutes } from '../../src/schedule/booking-fit-routes.ts';
import { programmeRoutes } from '../../src/schedule/programme-routes.ts';
import { programmeStore } from '../../src/schedule/programme-store.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { roomApp } from '../support/room-app.ts';
import { worldOf } from '../support/world.ts';
import { SEVEN_TO_NINE } from '../support/world-facts.ts';

let database: TestDatabase;
let world: ReturnType<typeof worldOf>;
let room: ReturnType<typeof roomApp>;
let now = Date.parse('2027-02-01T00:00:00Z');

beforeAll(async () => {
  database = await testDatabase();
  world = worldOf(database);
  const clock = () => now;
  const campaigns = campaignStore({ database, audit, now: clock });
  const fits = bookingFits({ store: programmeStore(database), campaigns, now: clock });
  room = roomApp([
    campaignRoutes({
      campaigns,
      playlists: playlistStore({ database, audit, now: clock }),
      fitOf: fits.fitOf,
    }),
    bookingFitRoutes({ fits }),
    schedulingRuleRoutes({ rules: schedulingRuleStore({ database, audit, now: clock }) }),
    programmeRoutes({ board: { current: () => undefined }, dayOf: fits.dayOf }),
  ]);
});
afterAll(() => database.close());

const call: typeof room.call = (...request) => room.call(...request);

/** An endpoint open from 07:00 to 21:00 and a draft of ten plays an hour on it alone. */
async function setting(over: Record<string, unknown> = {}, durationMs = 60_000) {
  const endpointId = await world.endpoint({ openingHours: SEVEN_TO_NINE });
  const film = await world.asset({ durationMs });
  const campaignId = await world.campaign();
  const playlistId = await world.playlist(film.id);
  const draft: Record<string, unknown> = {
    campaignId,
    playlistId,
    name: '冬季防火',
    endpoints: { endpointIds: [endpointId] },
    fromDate: '2027-02-01',
    toDate: '2027-02-28',
    rate: { kind: 'perHour', plays: 10 },
    ...over,
  };
  return { endpointId, film, campaignId, playlistId, draft };
}

describe('POST /api/bookings/preview', () => {
  test('answers an unsaved booking with its fit and the spots before and after, and stores nothing', async () => {
    const { draft, endpointId, film } = await setting();
    const show = { endpointId, hour: 9 };
    const { status, body } = await call('POST', '/api/bookings/preview', { ...draft, show }, 'wang.viewer');
    expect(status).toBe(200);
    expect(body.fit).toMatchObject({ fits: true, asked: 980, granted: 980 });
    expect(body.shown.hours).toHaveLength(1);
    const [hour] = body.shown.hours;
    expect(hour).toMatchObject({ added: 10, from: '2027-02-01T01:00:00.000Z' });
    const own = hour.after.filter((spot: { isThis: boolean }) => spot.isThis);
    expect(own).toHaveLength(10);
    expect(own[0]).toMatchObject({ bookingId: null, assetId: film.id });
    expect(own[0].sentence.en).toMatch(/due by its rate/);
    expect(hour.takers).toMatchObject([{ bookingId: null, isThis: true, name: '冬季防火', tier: 0 }]);
    expect(hour.takers[0].sentence.en).toBe('takes part; gets 10 of 10 plays this hour');
    expect((await call('GET', '/api/bookings')).body.bookings).toEqual([]);
  });

  test('tells the dates that recurrence, holidays and dates left out leave, and none where they leave none', async () => {
    const { draft } = await setting();
    const times = { fromDate: '2027-09-25', toDate: '2027-10-10', rrule: 'FREQ=WEEKLY;BYDAY=FR,SA' };
    const whole = { from: '00:00', to: '24:00' };
    const dates = async (more: object) =>
      (await call('POST', '/api/bookings/dates', { ...times, ...more }, 'wang.viewer')).body.dates;
    expect(await dates({ exdates: ['2027-10-08'], dayparts: [{ ...whole, on: 'notHolidays' }] })).toEqual([
      '2027-09-25',
      '2027-10-09',
    ]);
    expect(await dates({ dayparts: [{ ...whole, on: 'holidays' }] })).toEqual(['2027-10-01', '2027-10-02']);
    expect(await dates({ dayparts: [{ ...whole, days: [1] }] })).toEqual([]);
    const { body } = await call('POST', '/api/bookings/preview', {
      ...draft,
      dayparts: [{ ...whole, on: 'notHolidays' }],
    });
    expect(body.fit.dates).toEqual(
      [1, 2, 3, 4, 9, 10, 11].map((day) => `2027-02-${`${day}`.padStart(2, '0')}`),
    );
  });

  test('looks at the dates asked for', async () => {
    const { draft } = await setting();
    const dates = ['2027-02-20', '2027-02-21'];
    const { body } = await call('POST', '/api/bookings/preview', { ...draft, dates });
    expect(body.fit).toMatchObject({ dates, asked: 280 });
  });

  test.each([
    ['booking.badRecurrence', { rrule: 'FREQ=SECONDLY' }],
    ['booking.badRecurrence', { rrule: 'every second' }],
    ['booking.contradictory', { rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' }],
    [
      'booking.contradictory',
      { dayparts: [{ days: [1], from: '07:00', to: '09:00' }], toDate: '2027-02-07', fromDate: '2027-02-02' },
    ],
    ['booking.contradictory', { rate: { kind: 'target' } }],
    ['request.invalid', { dayparts: [{ from: '07:00', to: '07:00' }] }],
    ['request.invalid', { rate: { kind: 'share', weight: 0 } }],
    ['request.invalid', { rate: { kind: 'share', weight: -1 } }],
    ['request.invalid', { rate: { kind: 'share', weight: 1e308 } }],
    ['request.invalid', { rate: { kind: 'share', weight: Number.NaN } }],
    ['request.invalid', { rate: { kind: 'everyMinutes', minutes: 0 } }],
    ['request.invalid', { maxPerDay: 0 }],
    ['request.invalid', { exdates: ['2027-02-30'] }],
    ['booking.endsBeforeStart', { fromDate: '2027-02-03', toDate: '2027-02-02' }],
  ])('refuses with %s what booking would refuse: %j', async (code, over) => {
    const { draft } = await setting(over);
    for (const path of ['/api/bookings/preview', '/api/bookings']) {
      const { status, body } = await call('POST', path, draft);
      expect({ status, code: body.code }).toEqual({ status: 422, code });
    }
  });

  test('gives a verdict for a film longer than the open day and for material nobody approved', async () => {
    const { draft } = await setting({}, 15 * 3_600_000);
    const long = await call('POST', '/api/bookings/preview', draft);
    expect(long.body.fit.cannotPlay).toMatchObject([{ code: 'clipTooLong', endpoints: 1 }]);
    const waiting = await world.asset({ state: 'submitted', decidedBy: null });
    const playlistId = await world.playlist(waiting.id);
    const { body } = await call('POST', '/api/bookings/preview', { ...draft, playlistId });
    expect(body.fit).toMatchObject({ fits: false, granted: 0, cannotPlay: [{ code: 'nothingApproved' }] });
  });
});

describe('POST /api/bookings', () => {
  test('tells in fit which booking loses how many plays at which hours, with alternatives', async () => {
    const { draft, endpointId } = await setting();
    const rate = { kind: 'perHour', plays: 40 };
    const first = await call('POST', '/api/bookings', { ...draft, rate });
    expect(first.body.fit).toMatchObject({ fits: true, losses: [] });
    const { status, body } = await call('POST', '/api/bookings', { ...draft, rate });
    expect(status).toBe(201);
    expect(body.fit.fits).toBe(false);
    const loss = body.fit.losses.find((one: { isThis: boolean }) => !one.isThis);
    expect(loss).toMatchObject({
      bookingId: first.body.id,
      plays: 980,
      endpoints: [{ endpointId, plays: 980 }],
    });
    expect(body.fit.alternatives.length).toBeGreaterThanOrEqual(3);
    expect(body.fit.losses.find((one: { isThis: boolean }) => one.isThis).bookingId).toBe(body.id);
  });

  test('answers later what a stored booking does now, and nothing for one that there is not', async () => {
    const { draft } = await setting({ rate: { kind: 'perHour', plays: 40 } });
    const first = await call('POST', '/api/bookings', draft);
    const second = await call('POST', '/api/bookings', draft);
    const { status, body } = await call('GET', `/api/bookings/${first.body.id}/fit`);
    expect(status).toBe(200);
    expect(body.fits).toBe(false);
    expect(body.losses.map((loss: { bookingId: number }) => loss.bookingId)).toContain(second.body.id);
    expect((await call('GET', '/api/bookings/999999/fit')).body.code).toBe('booking.unknown');
  });

  test('stores recurrence, exceptions, caps and dayparts on holidays, and gives them back', async () => {
    const { draft } = await setting({
      rrule: 'rrule:FREQ=WEEKLY;BYDAY=SA,SU',
      exdates: ['2027-02-14', '2027-02-13'],
      maxPerHour: 6,
      maxPerDay: 50,
      dayparts: [{ days: [6, 7], from: '08:00', to: '10:00', on: 'holidays' }],
      rate: { kind: 'everyMinutes', minutes: 5 },
    });
    const { body } = await call('POST', '/api/bookings', draft);
    const { body: again } = await call('GET', `/api/bookings/${body.id}`);
    expect(again).toMatchObject({
      rrule: 'FREQ=WEEKLY;BYDAY=SA,SU',
      exdates: ['2027-02-13', '2027-02-14'],
      maxPerHour: 6,
      maxPerDay: 50,
      dayparts: draft.dayparts,
      rate: draft.rate,
    });
    expect(body.fit.dates).toEqual(['2027-02-06', '2027-02-07']);
    expect(body.fit.asked).toBe(2 * 2 * 6);
  });
});

describe('GET /api/endpoints/{id}/programme', () => {
  test('compiles any date that no manifest reaches yet', async () => {
    const { draft, endpointId, campaignId } = await setting();
    const booking = await call('POST', '/api/bookings', { ...draft, toDate: '2027-09-30', campaignId });
    const { status, body } = await call('GET', `/api/endpoints/${endpointId}/programme?date=2027-09-01`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ endpointId, revision: null, serial: null });
    expect(body.hours).toHaveLength(14);
    for (const hour of body.hours) {
      const own = hour.spots.filter((spot: { bookingId: number }) => spot.bookingId === booking.body.id);
      expect(own).toHaveLength(10);
    }
  });

  test('refuses a date that does not exist and an endpoint that does not', async () => {
    const { endpointId } = await setting();
    const bad = await call('GET', `/api/endpoints/${endpointId}/programme?date=2027-02-30`);
    expect(bad.body.code).toBe('request.invalid');
    const gone = await call('GET', '/api/endpoints/999999/programme?date=2027-02-20');
    expect(gone.body.code).toBe('endpoint.unknown');
  });
});

describe('holidays and separation rules', () => {
  test('the migration seeds the days of 2026 and 2027 that the library knows', async () => {
    const stored = await database.db.select().from(holidays).orderBy(holidays.date);
    expect(stored).toEqual([...usualHolidays(2026), ...usualHolidays(2027)]);
  });

  test('PUT /api/holidays/{year} replaces that year alone and programmes follow it', async () => {
    const day = { date: '2027-02-20', kind: 'holiday', nameZh: '消防日', nameEn: 'Fire day' };
    const { status, body } = await call('PUT', '/api/holidays/2027', { holidays: [day] });
    expect([status, body.holidays]).toEqual([200, [day]]);
    expect(body.usual).toHaveLength(13);
    expect((await call('GET', '/api/holidays/2026')).body.holidays.length).toBeGreaterThan(13);
    const { draft } = await setting({ dayparts: [{ from: '08:00', to: '09:00', on: 'holidays' }] });
    const { body: preview } = await call('POST', '/api/bookings/preview', {
      ...draft,
      dates: ['2027-02-06', '2027-02-20'],
    });
    expect(preview.fit.asked).toBe(10);
    await call('PUT', '/api/holidays/2027', { holidays: body.usual });
  });

  test('PUT /api/holidays/{year} refuses a day of another year and a day given twice', async () => {
    const day = { date: '2027-02-20', kind: 'holiday', nameZh: '日', nameEn: 'day' };
    expect((await call('PUT', '/api/holidays/2026', { holidays: [day] })).body.code).toBe('request.invalid');
    expect((await call('PUT', '/api/holidays/2027', { holidays: [day, day] })).status).toBe(422);
    expect((await call('PUT', '/api/holidays/1850', { holidays: [] })).status).toBe(422);
    expect((await call('PUT', '/api/holidays/2027', { holidays: [] }, 'wang.viewer')).status).toBe(403);
  });

  test('PUT /api/separation-rules keeps two clips of a category apart in the compiled programme', async () => {
    const { draft, endpointId, campaignId } = await setting({ rate: { kind: 'perHour', plays: 30 } }, 30_000);
    const other = await world.asset({ durationMs: 30_000 });
    await call('POST', '/api/bookings', draft);
    await call('POST', '/api/bookings', { ...draft, playlistId: await world.playlist(other.id) });
    const rules = [{ by: 'campaign', value: campaignId, gapSeconds: 20, hard: true }];
    expect((await call('PUT', '/api/separation-rules', { rules })).body).toEqual({ rules });
    const { body } = await call('GET', `/api/endpoints/${endpointId}/programme?date=2027-02-10`);
    const starts = body.hours.flatMap((hour: { spots: { bookingId: number | null; startsAt: string }[] }) =>
      hour.spots.filter((spot) => spot.bookingId !== null).map((spot) => Date.parse(spot.startsAt)),
    );
    expect(starts.length).toBeGreaterThan(14 * 30);
    for (let i = 1; i < starts.length; i++) expect(starts[i] - starts[i - 1]).toBeGreaterThanOrEqual(50_000);
    await call('PUT', '/api/separation-rules', { rules: [] });
  });

  test('a programme by date tells each gap that a soft rule wants and does not get, by how much and why', async () => {
    const { draft, endpointId } = await setting({ rate: { kind: 'perHour', plays: 50 } }, 60_000);
    await call('POST', '/api/bookings', draft);
    await call('PUT', '/api/separation-rules', { rules: [{ by: 'category', value: 'psa', gapSeconds: 30 }] });
    const { body } = await call('GET', `/api/endpoints/${endpointId}/programme?date=2027-02-10`);
    for (const hour of body.hours) {
      const tight = hour.spots.filter(
        (spot: { startsAt: string; durationMs: number }, i: number) =>
          i > 0 &&
          Date.parse(spot.startsAt) <
            Date.parse(hour.spots[i - 1].startsAt) + hour.spots[i - 1].durationMs + 30_000,
      );
      const told = hour.missed.filter((one: { bound: string }) => one.bound === 'separation');
      expect(told.length).toBeGreaterThanOrEqual(Math.min(1, tight.length));
      for (const { off, allowed, sentence } of told) {
        expect([off > 0, off <= allowed, allowed]).toEqual([true, true, 30_000]);
        expect(sentence.zh).toContain('30.0 秒');
      }
    }
    expect(body.hours.some((hour: { missed: unknown[] }) => hour.missed.length > 0)).toBe(true);
    await call('PUT', '/api/separation-rules', { rules: [] });
  });

  test('PUT /api/separation-rules refuses an unknown campaign and two rules for one', async () => {
    const rule = { by: 'campaign', value: 999_999, gapSeconds: 20 };
    expect((await call('PUT', '/api/separation-rules', { rules: [rule] })).body.code).toBe(
      'campaign.unknown',
    );
    const twice = { by: 'category', value: 'psa', gapSeconds: 20 };
    expect((await call('PUT', '/api/separation-rules', { rules: [twice, twice] })).status).toBe(422);
  });
});

describe('a campaign with a target', () => {
  test('is paced by what was really played, and keeps one pace through a day', async () => {
    const { draft, endpointId, film } = await setting();
    const { body: campaign } = await call('POST', '/api/campaigns', {
      name: '四万次',
      fromDate: '2027-02-01',
      toDate: '2027-02-28',
      targetPlays: 2_800,
    });
    const { body: booking } = await call('POST', '/api/bookings', {
      ...draft,
      campaignId: campaign.id,
      rate: { kind: 'target' },
    });
    expect(booking.fit).toMatchObject({ fits: true, hourlyPlays: null });
    expect(Math.abs(booking.fit.asked - 700)).toBeLessThanOrEqual(7);
    const played = async (hour: string, completed: number) =>
      database.db.insert(settledPlayHours).values({
        endpointId,
        bookingId: booking.id,
        assetId: film.id,
        hourStartsAt: new Date(hour),
        completed,
        cut: 5,
        failed: 5,
        airtimeMs: 1,
      });
    const asked = async (date: string) => {
      const { body } = await call('GET', `/api/endpoints/${endpointId}/programme?date=${date}`);
      return body.hours.flatMap((hour: { spots: { bookingId: number }[] }) =>
        hour.spots.filter((spot) => spot.bookingId === booking.id),
      ).length;
    };
    await played('2027-02-01T02:00:00Z', 40);
    expect(await asked('2027-02-02')).toBe(100);
    now = Date.parse('2027-02-02T00:00:00Z');
    expect(Math.abs((await asked('2027-02-02')) - 2_760 / 27)).toBeLessThanOrEqual(1);
    await played('2027-02-01T03:00:00Z', 700);
    expect(Math.abs((await asked('2027-02-02')) - 2_760 / 27)).toBeLessThanOrEqual(1);
    now = Date.parse('2027-02-03T00:00:00Z');
    expect(Math.abs((await asked('2027-02-03')) - 2_060 / 26)).toBeLessThanOrEqual(1);
    const paces = await database.db.select().from(campaignPaces);
    expect(paces.map(({ date, played: counted }) => [date, counted])).toEqual([
      ['2027-02-01', 0],
      ['2027-02-02', 40],
      ['2027-02-03', 740],
    ]);
  });
});
