import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Sql } from 'postgres';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Backup } from '../../src/backup/backup.ts';
import { readBackup, tableLines } from '../../src/backup/backup-files.ts';
import { restoreBackup } from '../../src/backup/backup-flow.ts';
import { linesOf, plainTexts } from '../../src/backup/dump-store.ts';
import { withLoading } from '../../src/backup/load-store.ts';
import { type DatabaseOptions, openDatabase } from '../../src/db/connect.ts';
import { seedDemo } from '../../src/demo/seed-flow.ts';
import { type TestPlace, testDatabase, testPlace } from '../support/database.ts';
import { deskOf, send, testServer } from '../support/server.ts';
import { serverProcess } from '../support/server-process.ts';
import { raiseEmergency } from './raise-emergency.ts';

/* Each folder here is what a release left behind; see cut-release.ts. */

const releases = readdirSync(import.meta.dirname).filter((name) => /^\d/.test(name));
const scratch = await mkdtemp(join(tmpdir(), 'beacon-releases-'));
const places: TestPlace[] = [];
let box: ChildProcess | undefined;

afterEach(() => void box?.kill('SIGKILL'));
afterAll(async () => {
  for (const place of places) await place.remove();
  await rm(scratch, { recursive: true, force: true });
});

/** Rows of a backup that are not in a database any more, each with its table. */
async function lostRows(folder: string, backup: Backup, options: DatabaseOptions): Promise<string[]> {
  const database = await openDatabase(options);
  const lost: string[] = [];
  await database.sql.begin(async (tx) => {
    await plainTexts(tx);
    for (const table of backup.tables) {
      const here = new Set<string>();
      for await (const lines of linesOf(tx, table)) for (const line of lines) here.add(line);
      for await (const lines of tableLines(folder, table.name))
        for (const line of lines) if (!here.has(line)) lost.push(`${table.name} ${line}`);
    }
  });
  await database.close();
  return lost;
}

test('every released version of the changelog left something behind, and nothing else did', async () => {
  const changelog = await readFile(new URL('../../CHANGELOG.md', import.meta.url), 'utf8');
  const told = [...changelog.matchAll(/^## (\d\S*)/gm)].map(([, version]) => version);
  expect(releases.toSorted()).toEqual(told.toSorted());
});

/** Those of the statements that the database does not plan, with why: a name, a type or a key that they count on is gone. */
async function refusedOf(sql: Sql, statements: readonly string[]): Promise<string[]> {
  const refused: string[] = [];
  const session = await sql.reserve();
  // Planned without values, so that no value need be made up.
  await session`set plan_cache_mode = force_generic_plan`;
  for (const [place, statement] of statements.entries()) {
    const count = Math.max(0, ...[...statement.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)));
    const values = count === 0 ? '' : `(${Array(count).fill('null').join(', ')})`;
    const ask = `prepare recorded_${place} as ${statement}; explain execute recorded_${place}${values}`;
    await session
      .unsafe(ask)
      .simple()
      .catch((error: unknown) => refused.push(`${error}: ${statement}`));
  }
  session.release();
  return refused;
}

describe.each(releases)('what version %s left behind', (version) => {
  const folder = join(import.meta.dirname, version, 'backup');

  test('is a database that today’s server brings up to date without a lost row, and serves', async () => {
    const place = await testPlace({ isBare: true });
    places.push(place);
    const dataDir = 'dataDir' in place.options ? place.options.dataDir : join(scratch, version);
    const placeOf = (path: string) => join(dataDir, path);
    const backup = await restoreBackup({ folder, place: place.options, placeOf });
    expect(backup.tables.filter(({ rows }) => rows === 0).map(({ name }) => name)).toEqual([]);
    expect(await lostRows(folder, backup, place.options)).toEqual([]);
    let said = '';
    const server = await serverProcess(place.options, dataDir, { LOG_LEVEL: 'error' }, (text) => {
      said += text;
    });
    try {
      await server.start();
      expect((await send(`${server.url}/readyz`)).status).toBe(200);
      const endpoints = backup.tables.find(({ name }) => name === 'endpoints')?.rows;
      expect((await send(`${server.url}/api/status`)).body).toMatchObject({ endpoints });
    } finally {
      await server.stop();
    }
    expect(said).not.toContain('"level":"error"');
  });

  test('is a server whose rows fit into today’s tables, and whose statements today’s schema takes', async () => {
    const backup = await readBackup(folder);
    const database = await testDatabase();
    try {
      // It knows no column that came later, and no rule.
      await withLoading(database.sql, async (loading) => {
        await loading.clear();
        for (const table of backup.tables) {
          await loading.makeParts(table);
          for await (const lines of tableLines(folder, table.name)) await loading.add(table, lines);
        }
      });
      const packed = await readFile(join(folder, '..', 'statements.json.gz'));
      const statements = z.array(z.string()).parse(JSON.parse(gunzipSync(packed).toString()));
      expect(statements.length).toBeGreaterThan(100);
      expect(await refusedOf(database.sql, statements)).toEqual([]);
      const wrong = [
        'select gone from endpoints',
        'insert into areas (name) values ($1) on conflict (id, name) do nothing',
      ];
      expect(await refusedOf(database.sql, wrong)).toHaveLength(2);
    } finally {
      await database.close();
    }
  });

  test('is a player that pairs with today’s server, plays, shows an emergency, and is counted', async () => {
    const program = join(scratch, 'speaker.mjs');
    await writeFile(program, gunzipSync(await readFile(join(folder, '..', 'speaker.js.gz'))));
    const running = await testServer();
    try {
      const { server, database } = running;
      const seeded = await seedDemo(server, Date.now(), () => {});
      await server.board.refresh();
      const speaker = seeded.endpoints.find(({ kind }) => kind === 'loudspeaker');
      const [offer] = await server.players.offerEnrolments(speaker ? [speaker.id] : [], 'system');
      const where = ['--server', running.url, '--data', join(scratch, `box-${version}`), '--sink', 'null'];
      box = spawn(process.execPath, [program, ...where, '--enrolment', offer?.token ?? ''], {
        stdio: 'inherit',
      });
      await expect.poll(() => server.streams.open, { timeout: 20_000 }).toBe(1);
      const operator = await deskOf(running, 'operator');
      const [siren] = await database.sql<{ id: number }[]>`
        select id from assets where media_class = 'audio' order by id limit 1`;
      await raiseEmergency(operator.ask, siren?.id ?? 0);
      await expect
        .poll(
          async () => (await database.sql`select 1 from override_receipts where shown_at is not null`).length,
          {
            timeout: 20_000,
          },
        )
        .toBeGreaterThan(0);
      const gone = once(box, 'exit');
      box.kill('SIGTERM');
      await gone;
      const [row] = await database.sql<[{ plays: number; doubted: number }]>`
        select (select count(*) from plays)::int as plays,
          (select count(*) from quarantined_plays)::int as doubted`;
      expect(row.plays).toBeGreaterThan(0);
      expect(row.doubted).toBe(0);
    } finally {
      await running.stop();
    }
  });
});
