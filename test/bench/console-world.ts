import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Sql } from 'postgres';
import sharp from 'sharp';
import { sha256Hex } from '../../src/base/digest.ts';
import { mediaFiles } from '../../src/catalogue/media-files.ts';

/** How large a desk is. */
export interface DeskSize {
  readonly endpoints: number;
  readonly assets: number;
  readonly playlists: number;
  readonly bookings: number;
}

/** So many endpoints make an area. */
const AN_AREA = 50;
const OPEN = [{ days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 0, toMinute: 1_440 }];
/** Every tenth booking is on the air today; the others are over or still to come. */
const LIVE_OF = 10;

/**
 * Adds what is missing for a desk of that size to a database, and the files of its material to the folder. Nearly all
 * endpoints have a player that was heard of, so that nearly all of them play something.
 */
export async function fillDesk(sql: Sql, dataDir: string, size: DeskSize): Promise<void> {
  const { endpoints, playlists, bookings } = size;
  const areas = Math.ceil(endpoints / AN_AREA);
  await sql`insert into areas (name) select '街道 ' || n from generate_series(1, ${areas}) as n`;
  const [first] = await sql<{ id: number }[]>`select min(id) as id from areas where name like '街道 %'`;
  const areaId = first?.id ?? 1;
  await sql`
    insert into endpoints (code, name, kind, area_id, owner, longitude, latitude, time_zone, opening_hours,
      quiet_hours, place_class, audience_per_hour, dwell_seconds, tags, created_at)
    select 'DS-' || lpad(n::text, 5, '0'), '社区服务中心 ' || n, (array['screen', 'tv', 'loudspeaker'])[n % 3 + 1],
      ${areaId} + (n - 1) / ${AN_AREA}, '消防救援大队', 119 + ((n - 1) / ${AN_AREA} % 10) * 0.05 + (n * 7919 % 1000) * 4e-5,
      30 + ((n - 1) / ${AN_AREA} / 10) * 0.05 + (n * 104729 % 1000) * 4e-5, 'Asia/Shanghai', ${sql.json(OPEN)}, '[]',
      'lobby', 60, 30, array['标签' || n % 40], now()
    from generate_series(1, ${endpoints} - (select count(*)::int from endpoints)) as n`;
  await sql`
    insert into players (endpoint_id, token_hash, hardware_id, capabilities, paired_at, last_seen_at)
    select id, 'hash ' || id, 'box ' || id, '{}', now(), now() + interval '1 hour' from endpoints where id % 40 <> 0`;
  await addAssets(sql, dataDir, size.assets);
  await sql`
    insert into campaigns (name, from_date, to_date, created_by, created_at)
    select '活动 ' || n, current_date - 200, current_date + 200, '', now() from generate_series(1, 200) as n`;
  const [campaign] = await sql<
    { id: number }[]
  >`select min(id) as id from campaigns where name like '活动 %'`;
  await sql`
    insert into playlists (name, created_by, created_at)
    select '列表 ' || n, '', now() from generate_series(1, ${playlists}) as n`;
  const [list] = await sql<{ id: number }[]>`select min(id) as id from playlists where name like '列表 %'`;
  await sql`
    insert into playlist_items (playlist_id, position, asset_id, still_ms, weight)
    select ${list?.id ?? 1} + n, p, (n * 31 + p * 7) % ${Math.min(size.assets, 500)} + 1, 10000, 1
    from generate_series(0, ${playlists - 1}) as n, generate_series(0, 5) as p`;
  await sql`
    insert into bookings (campaign_id, playlist_id, name, selection, from_date, to_date, dayparts, rate_kind,
      rate_value, created_by, created_at)
    select ${campaign?.id ?? 1} + n % 200, ${list?.id ?? 1} + n % ${playlists}, '排期 ' || n,
      jsonb_build_object('areaIds', jsonb_build_array(${areaId} + n / ${LIVE_OF} % ${areas})),
      current_date + case when n % ${LIVE_OF} = 0 then -10 else 20 + n % 30 end,
      current_date + case when n % ${LIVE_OF} = 0 then 10 else 60 + n % 30 end, '[]', 'perHour', 12, '', now()
    from generate_series(0, ${bookings - 1}) as n`;
  // What a server that runs for weeks does by itself, and what its index over the times of plays needs.
  await sql`vacuum analyze`;
}

/** Real pictures, all different and all tiny, each with its thumbnail; nearly all approved. */
async function addAssets(sql: Sql, dataDir: string, count: number): Promise<void> {
  const files = await mediaFiles(dataDir);
  const picture = await sharp({ create: { width: 320, height: 180, channels: 3, background: '#c33' } })
    .png()
    .toBuffer();
  const thumbnail = await sharp(picture).webp().toBuffer();
  const hashes: string[] = [];
  const folders = new Set<string>();
  for (let n = 1; n <= count; n += 1) {
    // A reader of PNG stops at its last chunk; what follows makes the file another one.
    const bytes = Buffer.concat([picture, Buffer.from(`picture ${n}`)]);
    const sha256 = sha256Hex(bytes);
    const path = files.pathOf(sha256);
    if (!folders.has(dirname(path))) await mkdir(dirname(path), { recursive: true });
    folders.add(dirname(path));
    await writeFile(path, bytes);
    await writeFile(files.thumbnailPathOf(sha256), thumbnail);
    hashes.push(sha256);
  }
  await sql`
    insert into assets (title_zh, title_en, category, media_class, sha256, file_name, type, bytes, width_px, height_px,
      has_sound, state, created_by, created_at, submitted_by, submitted_at, decided_by, decided_at, is_sample)
    select '消防宣传 ' || n, 'Fire safety ' || n, (array['psa', 'warning', 'notice'])[n % 3 + 1], 'image', hash,
      'poster-' || n || '.png', 'image/png', ${picture.length + 12}, 320, 180, false,
      case when n % 200 = 0 then 'submitted' when n % 50 = 1 and n > 500 then 'draft' else 'approved' end, 'editor', now(),
      'editor', now(), case when n % 200 = 0 then null else 'reviewer' end, now(), true
    from unnest(${hashes}::text[]) with ordinality as one (hash, n)`;
  await sql`
    insert into renditions (asset_id, sha256, type, media_class, bytes, width_px, height_px, has_sound)
    select id, sha256, type, media_class, bytes, width_px, height_px, false from assets`;
}
