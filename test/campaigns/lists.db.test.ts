import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { campaignRoutes } from '../../src/campaigns/campaign-routes.ts';
import { campaignStore } from '../../src/campaigns/campaign-store.ts';
import { playlistStore } from '../../src/campaigns/playlist-store.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { roomApp } from '../support/room-app.ts';

let database: TestDatabase;
let call: ReturnType<typeof roomApp>['call'];

/** Seven playlists, ten bookings of two areas: an odd booking is for the area of endpoint 1, an even one for a tag. */
beforeAll(async () => {
  database = await testDatabase();
  const { sql } = database;
  await sql`insert into areas (name) values ('East'), ('West')`;
  await sql`
    insert into endpoints (code, name, kind, area_id, owner, time_zone, opening_hours, quiet_hours, place_class,
      audience_per_hour, dwell_seconds, tags, created_at)
    select 'E-' || n, 'Lobby ' || n, 'screen', n, '', 'Asia/Shanghai', '[]', '[]', '', 0, 0,
      case n when 2 then array['lift', 'lobby'] else '{}' end, now() from generate_series(1, 2) as n`;
  await sql`
    insert into campaigns (name, from_date, to_date, created_by, created_at)
    values ('Winter', '2027-01-01', '2027-12-31', '', now())`;
  await sql`
    insert into playlists (name, created_by, created_at)
    select case n % 2 when 0 then 'Fire ' else 'Flood ' end || n, '', now() from generate_series(1, 7) as n`;
  await sql`
    insert into assets (title_zh, title_en, category, media_class, sha256, file_name, type, bytes, has_sound, state,
      created_by, created_at)
    values ('片', 'Film', 'psa', 'image', repeat('a', 64), 'a.png', 'image/png', 1, false, 'draft', '', now())`;
  await sql`insert into playlist_items (playlist_id, position, asset_id, still_ms, weight) values (3, 0, 1, 10000, 1)`;
  await sql`
    insert into bookings (campaign_id, playlist_id, name, selection, from_date, to_date, dayparts, rate_kind, rate_value,
      created_by, created_at, withdrawn_at)
    select 1, n % 7 + 1, 'Booking ' || n,
      case n % 2 when 1 then '{"areaIds": [1]}'::jsonb else '{"kinds": ["screen"], "tags": ["lift", "roof"]}'::jsonb end,
      '2027-01-01', '2027-02-01', '[]', 'perHour', 1, '', now(), case n when 10 then now() end
    from generate_series(1, 10) as n`;
  const room = roomApp([
    campaignRoutes({
      campaigns: campaignStore({ database, audit, now: Date.now }),
      playlists: playlistStore({ database, audit, now: Date.now }),
    }),
  ]);
  call = room.call;
});
afterAll(() => database.close());

async function idsOf(path: string): Promise<number[]> {
  const { status, body } = await call('GET', path);
  expect(status, path).toBe(200);
  const [list] = Object.values(body as Record<string, { id: number }[]>);
  return list?.map(({ id }) => id) ?? [];
}

describe('GET /api/playlists with a limit', () => {
  test('gives pages newest first that have every playlist once, whatever comes in meanwhile', async () => {
    const first = await idsOf('/api/playlists?limit=3');
    await call('POST', '/api/playlists', { name: 'Newer', items: [] });
    const second = await idsOf(`/api/playlists?limit=3&before=${first.at(-1)}`);
    const third = await idsOf(`/api/playlists?limit=3&before=${second.at(-1)}`);
    expect([first, second, third]).toEqual([[7, 6, 5], [4, 3, 2], [1]]);
    expect(await idsOf('/api/playlists?limit=3&before=1')).toEqual([]);
  });

  test('narrows by a part of the name before it cuts the page', async () => {
    expect(await idsOf('/api/playlists?limit=2&q=fire')).toEqual([6, 4]);
    expect(await idsOf('/api/playlists?limit=2&q=fire&before=4')).toEqual([2]);
    // Signs of a pattern are letters like others.
    expect(await idsOf('/api/playlists?limit=9&q=%25')).toEqual([]);
  });
});

describe('GET /api/bookings', () => {
  test('gives pages newest first without what was withdrawn', async () => {
    expect(await idsOf('/api/bookings?limit=4')).toEqual([9, 8, 7, 6]);
    expect(await idsOf('/api/bookings?limit=4&before=6')).toEqual([5, 4, 3, 2]);
    expect(await idsOf('/api/bookings?limit=4&before=2')).toEqual([1]);
    expect(await idsOf('/api/bookings')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('finds those that are meant for an endpoint as programmes do: by area, kind and any of the tags', async () => {
    expect(await idsOf('/api/bookings?endpointId=1')).toEqual([1, 3, 5, 7, 9]);
    expect(await idsOf('/api/bookings?endpointId=2')).toEqual([2, 4, 6, 8]);
    expect(await idsOf('/api/bookings?endpointId=3')).toEqual([]);
  });

  test('finds those of a playlist, of a piece of material, and by words of the name', async () => {
    expect(await idsOf('/api/bookings?playlistId=4')).toEqual([3]);
    expect(await idsOf('/api/bookings?assetId=1&limit=1')).toEqual([9]);
    expect(await idsOf('/api/bookings?q=7%20booking')).toEqual([7]);
  });

  test.each(['limit=0', 'limit=201', 'before=x', 'endpointId=-1'])('refuses to list by %s', async (query) => {
    expect((await call('GET', `/api/bookings?${query}`)).status).toBe(422);
  });
});

describe('GET /api/campaigns', () => {
  test('gives pages newest first, by a part of the name, and those of a list of ids', async () => {
    await database.sql`
      insert into campaigns (name, from_date, to_date, created_by, created_at)
      select case n % 2 when 0 then 'Fire ' else 'Flood ' end || n, '2027-01-01', '2027-12-31', '', now()
      from generate_series(2, 7) as n`;
    expect(await idsOf('/api/campaigns')).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await idsOf('/api/campaigns?limit=3')).toEqual([7, 6, 5]);
    expect(await idsOf('/api/campaigns?limit=3&before=5')).toEqual([4, 3, 2]);
    expect(await idsOf('/api/campaigns?limit=2&q=fire')).toEqual([6, 4]);
    expect(await idsOf('/api/campaigns?limit=9&q=%25')).toEqual([]);
    expect(await idsOf('/api/campaigns?ids=2,5,99')).toEqual([2, 5]);
  });
});
