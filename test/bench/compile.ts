import type { Sql } from 'postgres';
import { MANIFEST_TYP } from '../../src/contract/manifest.ts';
import { makeSigningKey, signStatement } from '../../src/contract/signing.ts';
import type { Database } from '../../src/db/connect.ts';
import { manifestText } from '../../src/schedule/build-manifest.ts';
import { manifestSigner } from '../../src/schedule/manifest-signer.ts';
import { programmeBoard } from '../../src/schedule/programme-flow.ts';
import { programmeStore } from '../../src/schedule/programme-store.ts';
import { type BenchResult, rounded } from './bench-result.ts';
import { median, withScratchDatabase } from './scratch-database.ts';

const SETS = 50;
const BOOKINGS_A_SET = 10;
const RATES = [4, 6, 12, 20, 30];
const NOW = Date.parse('2027-02-05T02:00:00Z');
const ROUNDS = 5;

/** `endpoints` endpoints in 50 sets by tag, ten bookings each of 5 to 14 s clips: an hour about 75 % booked. */
async function fill(sql: Sql, endpoints: number): Promise<void> {
  await sql`insert into areas (name) values ('area')`;
  await sql`
    insert into endpoints (code, name, kind, area_id, owner, time_zone, opening_hours, quiet_hours, place_class,
      audience_per_hour, dwell_seconds, tags, created_at)
    select n, n, 'screen', 1, '', 'Asia/Shanghai',
      '[{"days":[1,2,3,4,5,6,7],"fromMinute":420,"toMinute":1320}]', '[]', 'plaza', 100, 10,
      array['set-' || n % ${SETS}], now()
    from generate_series(1, ${endpoints}) as n`;
  await sql`insert into campaigns (name, from_date, to_date, created_by, created_at)
    values ('campaign', '2027-01-01', '2027-12-31', '', now())`;
  const count = SETS * BOOKINGS_A_SET;
  await sql`
    insert into assets (title_zh, category, media_class, sha256, file_name, type, bytes, duration_ms, has_sound,
      is_filler, state, created_by, created_at, submitted_by, decided_by)
    select n, 'psa', 'video', encode(sha256(n::text::bytea), 'hex'), n, 'video/mp4', 1000000, 5000 + n % 10 * 1000,
      true, n > ${count}, 'approved', 'a', now(), 'a', 'b'
    from generate_series(1, ${count + 2}) as n`;
  await sql`
    insert into renditions (asset_id, sha256, type, media_class, bytes, duration_ms, has_sound)
    select id, sha256, type, media_class, bytes, duration_ms, true from assets`;
  await sql`insert into playlists (name, created_by, created_at) select n, '', now() from generate_series(1, ${count}) n`;
  await sql`insert into playlist_items (playlist_id, position, asset_id, weight) select n, 0, n, 1 from generate_series(1, ${count}) n`;
  await sql`
    insert into bookings (campaign_id, playlist_id, name, selection, from_date, to_date, dayparts, rate_kind,
      rate_value, created_by, created_at)
    select 1, n, n, jsonb_build_object('tags', jsonb_build_array('set-' || n % ${SETS})), '2027-01-01', '2027-12-31',
      '[]', 'perHour', (${RATES}::int[])[1 + (n / ${SETS}) % ${RATES.length}], '', now()
    from generate_series(1, ${count}) n`;
}

interface Times {
  readonly compileMs: number;
  readonly totalMs: number;
  readonly bytes: number;
  readonly signMs: number;
}

/** From the database to signed manifests; a new board each time, as at a start of the server. */
async function measure(database: Database, sign: boolean): Promise<Times> {
  const store = programmeStore(database);
  const startedAt = performance.now();
  let loadMs = 0;
  const board = programmeBoard({
    store: {
      ...store,
      load: async (at) => {
        const from = performance.now();
        const loaded = await store.load(at);
        loadMs = performance.now() - from;
        return loaded;
      },
      publish: async (publications, at) => {
        published = performance.now();
        return store.publish(publications, at);
      },
    },
    bell: database.bell,
    now: () => NOW,
    onPublished: (endpointId) => ids.push(endpointId),
    onTrouble: (error) => console.error(error),
  });
  let published = 0;
  const ids: number[] = [];
  await board.start();
  const compileMs = published - startedAt - loadMs;
  const key = await makeSigningKey();
  const signed = manifestSigner(() => key);
  let bytes = 0;
  for (const id of sign ? ids : []) {
    const current = board.current(id);
    if (current) bytes += (await signed(current)).jws.length;
  }
  const totalMs = performance.now() - startedAt;
  board.stop();
  const from = performance.now();
  for (const id of sign ? ids : []) {
    const current = board.current(id);
    if (current) await signStatement(manifestText(current.content, current), MANIFEST_TYP, key);
  }
  return { compileMs, totalMs, bytes, signMs: performance.now() - from };
}

/**
 * Milliseconds from the database to signed manifests for 138 endpoints × 72 h (96 hours are compiled), 50
 * distinct demand sets. Yardstick: writing out and signing the same manifests alone. `growth`: compile time
 * of 10,000 endpoints with 50 sets over that of 138.
 */
export async function run(): Promise<BenchResult> {
  const small = await withScratchDatabase(async (database) => {
    await fill(database.sql, 138);
    const first = await measure(database, true);
    const rounds: Times[] = [];
    for (let i = 0; i < ROUNDS; i++) rounds.push(await measure(database, true));
    return { first, rounds };
  });
  const large = await withScratchDatabase(async (database) => {
    await fill(database.sql, 10_000);
    const times: number[] = [];
    for (let i = 0; i < 3; i++) times.push((await measure(database, false)).compileMs);
    return median(times);
  });
  const total = median(small.rounds.map((round) => round.totalMs));
  const sign = median(small.rounds.map((round) => round.signMs));
  const compile = median(small.rounds.map((round) => round.compileMs));
  return {
    name: 'compile',
    value: rounded(total),
    unit: 'ms for 138 endpoints x 72 h, database to signed manifests',
    yardstick: rounded(sign),
    ratio: rounded(total / sign),
    n: ROUNDS,
    coldMs: rounded(small.first.totalMs),
    compileMs: rounded(compile),
    manifestMegabytes: rounded(small.first.bytes / 138 / 1e6),
    compileMs10000: rounded(large),
    growth: rounded(large / compile),
  };
}
