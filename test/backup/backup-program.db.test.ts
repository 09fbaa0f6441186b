import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type DatabaseOptions, openDatabase } from '../../src/db/connect.ts';
import { openPlain } from '../../src/db/open-plain.ts';
import { makeReport } from '../../src/impressions/report-flow.ts';
import { reportStore } from '../../src/impressions/report-store.ts';
import { NOW, playedHour } from '../impressions/a-played-hour.ts';
import { fillEmptyTables } from '../releases/fill-tables.ts';
import { type TestPlace, testPlace } from '../support/database.ts';
import { signIn } from '../support/editor-account.ts';
import { send } from '../support/server.ts';
import { type ServerProcess, serverProcess } from '../support/server-process.ts';
import { type StaffedPlace, staffedPlace } from '../support/staffed-place.ts';
import { worldOf } from '../support/world.ts';

const PROGRAM = fileURLToPath(new URL('../../src/backup/backup-cli.ts', import.meta.url));

let home: string;
let lost: StaffedPlace;
let bare: TestPlace;
let other: TestPlace;
let server: ServerProcess | undefined;
let again: ServerProcess | undefined;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'beacon-drill-'));
  lost = await staffedPlace();
  bare = await testPlace({ isBare: true });
  other = await testPlace({ isBare: true });
});
afterAll(async () => {
  await again?.stop();
  await server?.stop();
  await lost.remove();
  await bare.remove();
  await other.remove();
  await rm(home, { recursive: true, force: true });
});

/** The program itself goes from one kind to the other: on this run of the file there must be both. */
const HAS_BOTH = inject('database').kind === 'postgres';
const WITHOUT_POSTGRES = HAS_BOTH ? '' : ' (left out: TEST_DATABASE_URL names no PostgreSQL)';

/** How many rows each table has (but for sign-ins and what is asked at them, which do not move), with a sum over what they hold, and a report of the campaign by the hour. */
async function contentOf(sql: Sql, campaignId: number) {
  const tables = await sql.begin(async (tx) => {
    await tx`set local time zone 'UTC'`;
    const names = await tx<{ name: string }[]>`
      select relname as name from pg_class where relkind in ('r', 'p') and not relispartition
        and relnamespace = 'public'::regnamespace and relname not in ('staff_sessions', 'staff_verifications') order by 1`;
    const found: { name: string; rows: number; sum: string | null }[] = [];
    for (const { name } of names) {
      const [row] = await tx<[{ rows: number; sum: string | null }]>`
        select count(*)::int as rows, md5(string_agg(t::text, '' order by t::text)) as sum from ${tx(name)} as t`;
      found.push({ name, ...row });
    }
    return found;
  });
  const clock = () => NOW;
  const { rows, totals } = await makeReport(reportStore(sql, clock), clock, { by: 'hour', campaignId });
  return { tables, rows, totals };
}

describe.skipIf(!HAS_BOTH)(`the program move${WITHOUT_POSTGRES}`, () => {
  test('takes an embedded database to PostgreSQL and back with every row and the same report; broken off, it leaves the old one as it was', {
    timeout: 300_000,
  }, async () => {
    const here = { dataDir: join(home, 'here') };
    const back = { dataDir: join(home, 'back') };
    const there = other.options;
    if (!('url' in there)) throw new Error('move needs PostgreSQL');
    await mkdir(join(here.dataDir, 'keys'), { recursive: true });
    await writeFile(join(here.dataDir, 'keys', 'signing.json'), 'a key');
    const embedded = await openDatabase(here);
    const { campaignId } = await playedHour({ database: { ...embedded, options: here } });
    await worldOf(embedded).asset();
    await fillEmptyTables(embedded.sql);
    const before = await contentOf(embedded.sql, campaignId);
    await embedded.close();
    const contentAt = async (place: DatabaseOptions) => {
      const { sql, close } = await openDatabase(place);
      return contentOf(sql, campaignId).finally(close);
    };
    expect(before.tables.filter(({ rows }) => rows === 0)).toEqual([]);
    expect(before.totals.playsCounted).toBeGreaterThan(150);

    // A new database whose disk is full in the middle of the rows, which come by the names of their tables.
    const target = await openPlain(there, { beside: false });
    await target.sql.unsafe(`
      create schema of_a_test;
      create function of_a_test.fail() returns event_trigger language plpgsql as $$ begin
        if to_regclass('public.plays') is null then return; end if;
        if exists (select 1 from public.endpoints) then
          raise 'could not extend file: No space left on device' using errcode = 'disk_full';
        end if;
      end $$;
      create event trigger of_a_test on ddl_command_start when tag in ('CREATE TABLE') execute function of_a_test.fail()`);
    const broken = await run(here, here.dataDir, ['move', '--to', there.url]);
    expect(broken).toMatchObject({ code: 2, said: expect.stringMatching(/endpoints: [\s\S]*No space left/) });
    expect(broken.said).toMatch(/The old database was not changed|原数据库未作更改/);
    expect(broken.said).not.toMatch(/every row was read again|已逐行回读/);
    expect(await target.sql`select 1 from endpoints`).toEqual([]);
    await target.sql.unsafe('drop event trigger of_a_test; drop schema of_a_test cascade');
    await target.close();

    const moved = await run(here, here.dataDir, ['move', '--to', there.url]);
    expect(moved).toMatchObject({
      code: 0,
      said: expect.stringMatching(/every row was read again|已逐行回读/),
    });
    expect(await contentAt(there)).toEqual(before);
    expect(await run(there, here.dataDir, ['move', '--to', back.dataDir])).toMatchObject({ code: 0 });
    expect(await contentAt(back)).toEqual(before);
    expect(await readFile(join(back.dataDir, 'keys', 'signing.json'), 'utf8')).toBe('a key');
    expect(await contentAt(here)).toEqual(before);
  });
});

/** Runs the program as somebody at a terminal would; gives its exit code and what it said. */
function run(place: DatabaseOptions, dataDir: string, words: readonly string[]) {
  const { DATABASE_URL: _, ...environment } = process.env;
  const env = { ...environment, DATA_DIR: dataDir, ...('url' in place && { DATABASE_URL: place.url }) };
  return new Promise<{ code: number; said: string }>((resolve) => {
    execFile(process.execPath, [PROGRAM, ...words], { env, cwd: home }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), said: stdout + stderr }),
    );
  });
}

describe('the programs backup, restore and move', () => {
  test('bring a server that burnt down back elsewhere, with its people and the key that its players know', {
    timeout: 180_000,
  }, async () => {
    server = await serverProcess(lost.options, lost.dataDir);
    await server.start();
    const token = await signIn(server.url, lost);
    const campaign = { name: '防火', fromDate: '2027-01-01', toDate: '2027-12-31' };
    const made = await send(`${server.url}/api/campaigns`, { method: 'POST', token, body: campaign });
    expect(made.status).toBe(201);
    const copy = join(home, 'copy');
    expect(await run(lost.options, lost.dataDir, ['backup', '--folder', copy])).toMatchObject({ code: 0 });
    expect((await run(lost.options, lost.dataDir, ['backup', '--folder', copy])).said).toContain(copy);
    // A move would lose what the running server writes after it.
    const target = join(home, 'moved');
    expect(await run(lost.options, lost.dataDir, ['move', '--to', target])).toMatchObject({ code: 2 });
    await server.kill();

    const dataDir = 'dataDir' in bare.options ? bare.options.dataDir : join(home, 'again');
    const restored = await run(bare.options, dataDir, ['restore', '--from', copy]);
    expect(restored).toMatchObject({ code: 0 });
    expect(restored.said).toMatch(/every row was read again|已逐行回读/);
    again = await serverProcess(bare.options, dataDir);
    await again.start();
    const signedIn = await signIn(again.url, lost);
    const { body } = await send(`${again.url}/api/campaigns`, { token: signedIn });
    expect(JSON.stringify(body)).toContain('防火');
    const keyIn = (folder: string) => readFile(join(folder, 'keys', 'signing.json'), 'utf8');
    expect(await keyIn(dataDir)).toBe(await keyIn(lost.dataDir));
  });
});
