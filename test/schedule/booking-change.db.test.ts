import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeBookings } from '../../src/compose-bookings.ts';
import { programmeStore } from '../../src/schedule/programme-store.ts';
import { audit, listAudit } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { roomApp } from '../support/room-app.ts';
import { worldOf } from '../support/world.ts';
import { SEVEN_TO_NINE } from '../support/world-facts.ts';

let database: TestDatabase;
let world: ReturnType<typeof worldOf>;
let room: ReturnType<typeof roomApp>;
const now = () => Date.parse('2027-02-01T00:00:00Z');

beforeAll(async () => {
  database = await testDatabase();
  world = worldOf(database);
  const { rooms } = composeBookings({ database, audit, now, programmes: programmeStore(database) });
  room = roomApp(rooms);
});
afterAll(() => database.close());

const call: typeof room.call = (...request) => room.call(...request);

/** A booking of ten one-minute plays an hour on an endpoint of its own, open from 07:00 to 21:00. */
async function booked() {
  const endpointId = await world.endpoint({ openingHours: SEVEN_TO_NINE });
  const film = await world.asset({ durationMs: 60_000 });
  const campaignId = await world.campaign();
  const playlistId = await world.playlist(film.id);
  const draft = {
    campaignId,
    playlistId,
    name: '冬季防火',
    endpoints: { endpointIds: [endpointId] },
    fromDate: '2027-02-05',
    toDate: '2027-02-10',
    rate: { kind: 'perHour', plays: 10 },
  };
  const { body } = await call('POST', '/api/bookings', draft);
  return { endpointId, film, campaignId, playlistId, draft, booking: body };
}

describe('PUT /api/bookings/{id}', () => {
  test('changes a booking from the version that was read, and refuses a change made from an older one', async () => {
    const { draft, booking } = await booked();
    expect(booking).toMatchObject({ version: 1, changedBy: null });
    const at = `/api/bookings/${booking.id}`;
    const first = await call('PUT', at, { ...draft, toDate: '2027-02-12', version: 1 });
    expect(first).toMatchObject({
      status: 200,
      body: { toDate: '2027-02-12', version: 2, changedBy: 'li', changedAt: '2027-02-01T00:00:00.000Z' },
    });
    const second = await call('PUT', at, { ...draft, toDate: '2027-02-06', version: 1 }, 'wang.editor');
    expect(second).toMatchObject({ status: 409, body: { code: 'booking.changed' } });
    expect((await call('GET', at)).body).toMatchObject({ toDate: '2027-02-12', version: 2 });
    const [entry] = await listAudit(database.db, { limit: 1 });
    expect(entry).toMatchObject({ action: 'booking.change', subject: `booking ${booking.id}`, actor: 'li' });
  });

  test('leaves the dates of a campaign only where it is told to make the campaign longer', async () => {
    const { draft, booking, campaignId } = await booked();
    const at = `/api/bookings/${booking.id}`;
    const before = (await call('GET', `/api/campaigns/${campaignId}`)).body;
    const change = { ...draft, toDate: '2028-01-31', version: 1 };
    expect((await call('PUT', at, change)).body.code).toBe('booking.contradictory');
    expect((await call('GET', at)).body.version).toBe(1);
    expect((await call('PUT', at, { ...change, stretchCampaign: true })).status).toBe(200);
    const after = (await call('GET', `/api/campaigns/${campaignId}`)).body;
    expect(after).toEqual({ ...before, toDate: '2028-01-31' });
  });

  test('does not bring a withdrawn booking back', async () => {
    const { draft, booking } = await booked();
    await call('DELETE', `/api/bookings/${booking.id}`);
    const answer = await call('PUT', `/api/bookings/${booking.id}`, { ...draft, version: 1 });
    expect(answer).toMatchObject({ status: 404, body: { code: 'booking.unknown' } });
  });
});

test('a preview of a change counts the booking once, and marks its plays', async () => {
  const { draft, booking, endpointId } = await booked();
  const asked = { ...draft, rate: { kind: 'perHour', plays: 40 }, show: { endpointId, hour: 9 } };
  const alone = await call('POST', '/api/bookings/preview', { ...asked, replaces: booking.id });
  expect(alone.body.fit).toMatchObject({ fits: true });
  const marked = alone.body.shown.hours[0].after.filter(({ isThis }: { isThis: boolean }) => isThis);
  expect(marked).toHaveLength(40);
  const beside = await call('POST', '/api/bookings/preview', {
    ...asked,
    rate: { kind: 'perHour', plays: 55 },
  });
  expect(beside.body.fit).toMatchObject({ fits: false });
});

describe('GET /api/endpoints/{id}/airtime', () => {
  test('tells who has how much of each day, and of a single day by the hour', async () => {
    const { booking, endpointId } = await booked();
    const path = `/api/endpoints/${endpointId}/airtime`;
    const { body } = await call('GET', `${path}?from=2027-02-04&to=2027-02-05`, undefined, 'wang.viewer');
    const [before, on] = body.days;
    expect(before).toMatchObject({ date: '2027-02-04', openMs: 14 * 3_600_000, hours: [] });
    expect(before.takers.some(({ bookingId }: { bookingId: number }) => bookingId === booking.id)).toBe(
      false,
    );
    const own = { bookingId: booking.id, plays: 140, airtimeMs: 140 * 60_000, missing: 0 };
    expect(on.takers).toContainEqual(own);
    const day = (await call('GET', `${path}?from=2027-02-05&to=2027-02-05`)).body.days[0];
    expect(day.hours).toHaveLength(24);
    expect(day.hours[6]).toEqual({ hour: 6, openMs: 0, takers: [] });
    expect(day.hours[9].takers).toContainEqual({ ...own, plays: 10, airtimeMs: 600_000 });
  });

  test.each([
    ['from=2027-02-05&to=2027-02-04'],
    ['from=2027-02-05&to=2028-02-04'],
    ['from=soon&to=2028-02-04'],
  ])('refuses a stretch that is no stretch or too long: %s', async (query) => {
    const { endpointId } = await booked();
    const answer = await call('GET', `/api/endpoints/${endpointId}/airtime?${query}`);
    expect(answer).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
  });
});

test('an endpoint is told which file of an asset it would play, before the asset is approved', async () => {
  const { endpointId, film } = await booked();
  const draft = await world.asset({ state: 'draft' });
  const path = `/api/endpoints/${endpointId}/files`;
  const { body } = await call('GET', `${path}?assets=${draft.id},${film.id}`);
  expect(body.files.map(({ assetId }: { assetId: number }) => assetId)).toEqual([draft.id, film.id]);
  expect(body.files.every(({ file }: { file: unknown }) => file !== null)).toBe(true);
  expect((await call('GET', `${path}?assets=x`)).body.code).toBe('request.invalid');
});

describe('drafts of playlists', () => {
  test('are kept one for each editor, seen by all who edit the playlist, and forgotten alone', async () => {
    const { playlistId, film } = await booked();
    const keep = (name: string, who: string) =>
      call(
        'PUT',
        '/api/playlist-drafts',
        { playlistId, basedOn: 1, name, items: [{ assetId: film.id }] },
        who,
      );
    await keep('first', 'li.editor');
    await keep('second', 'li.editor');
    await keep('theirs', 'wang.editor');
    const drafts = async () =>
      (await call('GET', `/api/playlist-drafts?playlistId=${playlistId}`)).body.drafts;
    expect(await drafts()).toMatchObject([
      { editor: 'li', name: 'second', items: [{ assetId: film.id, durationMs: 60_000, weight: 1 }] },
      { editor: 'wang', name: 'theirs' },
    ]);
    await call('DELETE', `/api/playlist-drafts?playlistId=${playlistId}`);
    expect(await drafts()).toMatchObject([{ editor: 'wang' }]);
    expect((await call('GET', `/api/playlists/${playlistId}`)).body.version).toBe(1);
  });

  test('of a playlist that is not stored yet are seen by their editor alone, and may be empty', async () => {
    const empty = { playlistId: null, basedOn: 0, name: '', items: [] };
    expect((await call('PUT', '/api/playlist-drafts', empty)).status).toBe(200);
    expect((await call('GET', '/api/playlist-drafts')).body.drafts).toHaveLength(1);
    expect((await call('GET', '/api/playlist-drafts', undefined, 'wang.editor')).body.drafts).toEqual([]);
    const nowhere = await call('PUT', '/api/playlist-drafts', { ...empty, playlistId: 9_999 });
    expect(nowhere.body.code).toBe('playlist.unknown');
  });
});

test('a playlist is not replaced from a version that is no longer the newest', async () => {
  const { playlistId, film } = await booked();
  const put = (name: string, version?: number) =>
    call('PUT', `/api/playlists/${playlistId}`, { name, items: [{ assetId: film.id }], version });
  expect((await put('mine', 1)).body).toMatchObject({ version: 2, changedBy: 'li' });
  expect(await put('late', 1)).toMatchObject({ status: 409, body: { code: 'playlist.changed' } });
  const uncounted = await put('by a program that does not count');
  expect(uncounted).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
  expect(JSON.stringify(uncounted.body)).toContain('version');
});
