import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeBackup, restoreBackup } from '../../src/backup/backup-flow.ts';
import { openDatabase } from '../../src/db/connect.ts';
import { archiveMonth } from '../../src/plays/play-archive-flow.ts';
import { playArchiveStore } from '../../src/plays/play-archive-store.ts';
import { NOW, type PlayedHour, playedHour } from '../impressions/a-played-hour.ts';
import { type TestPlace, testPlace } from '../support/database.ts';

const folder = mkdtempSync(join(tmpdir(), 'beacon-aside-'));
/** Of the plays, in UTC. */
const MONTH = '2027-02';
const START = Date.UTC(2027, 1, 1);
/** When that month is old. */
const LATER = Date.UTC(2027, 8, 1);

let played: PlayedHour;
const places: TestPlace[] = [];

beforeAll(async () => {
  played = await playedHour();
});
afterEach(async () => {
  for (const place of places.splice(0)) await place.remove();
});
afterAll(async () => {
  await played.database.close();
  await rm(folder, { recursive: true, force: true });
});

function backupInto(name: string, onTable = (_: { readonly name: string }) => {}) {
  const { options } = played.database;
  const wish = { place: options, version: '1', now: () => NOW, isQuiet: false, onTable };
  return makeBackup({ ...wish, folder: join(folder, name) });
}

async function restored(name: string) {
  const place = await testPlace({ isBare: true });
  places.push(place);
  await restoreBackup({ folder: join(folder, name), place: place.options, placeOf: (path) => path });
  return openDatabase(place.options);
}

describe('a backup beside the archive', () => {
  test('lets no month go into the archive while it looks', async () => {
    const store = playArchiveStore(played.database.sql);
    const [before] = await played.database.sql<{ n: number }[]>`select count(*)::int as n from plays`;
    let leaving: Promise<void> | null = null;
    let isAside = false;
    const backup = await backupInto('meanwhile', () => {
      leaving ??= store.setAside(START).then(() => {
        isAside = true;
      });
      expect(isAside).toBe(false);
    });
    await leaving;
    expect(backup.tables.find(({ name }) => name === 'plays')?.rows).toBe(before?.n);
  });

  test('holds the plays of a month whose way into the archive broke off, and brings them back as plays', async () => {
    const { sql } = played.database;
    const aside = await sql`select * from archiving_2027_02`;
    // Late plays make the month anew beside it; a month that was coming back is in its file all the same.
    await played.reportLate();
    await playArchiveStore(sql).beginReturn(Date.UTC(2026, 0, 1));
    await backupInto('broken off');
    const again = await restored('broken off');
    const [plays] = await again.sql`select count(*)::int as n from plays_2027_02`;
    expect(plays).toEqual({ n: aside.length + 1 });
    // What was broken off is done there as it is here.
    const done = await archiveMonth(playArchiveStore(again.sql), MONTH, join(folder, 'archive'), LATER);
    expect(done.plays).toBe(aside.length + 1);
    await again.close();
  });

  test('of a database with tables that are not of its version is refused instead of kept in vain', async () => {
    const { sql } = played.database;
    await sql`create table of_somebody_else (id integer)`;
    await expect(backupInto('in vain')).rejects.toMatchObject({
      code: 'config.invalid',
      message: /of_somebody_else/,
    });
    await sql`drop table of_somebody_else`;
  });
});
