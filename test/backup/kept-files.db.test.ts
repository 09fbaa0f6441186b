import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BackupWish, makeBackup, restoreBackup } from '../../src/backup/backup-flow.ts';
import { sha256Hex } from '../../src/base/digest.ts';
import { evidenceFiles } from '../../src/outreach/evidence-files.ts';
import { type TestDatabase, type TestPlace, testDatabase, testPlace } from '../support/database.ts';
import { worldOf } from '../support/world.ts';

const MONTH = 'plays-2027-01.csv.gz';
let database: TestDatabase;
let target: TestPlace;
let home: string;
let dataDir: string;

beforeAll(async () => {
  database = await testDatabase();
  target = await testPlace({ isBare: true });
  home = await mkdtemp(join(tmpdir(), 'beacon-kept-'));
  dataDir = join(home, 'data');
  await put(join('keys', 'signing.json'), '{}');
});
afterAll(async () => {
  await database.close();
  await target.remove();
  await rm(home, { recursive: true, force: true });
});

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(dataDir, path)), { recursive: true });
  await writeFile(join(dataDir, path), text);
}

async function handIn(text: string): Promise<string> {
  const { sha256 } = await (await evidenceFiles(dataDir)).keep(Buffer.from(text));
  await database.sql`
    insert into evidence_files (sha256, file_name, type, bytes, added_by, added_at)
    values (${sha256}, 'a.txt', 'text/plain', ${text.length}, 'test', now())`;
  return join('evidence', sha256.slice(0, 2), sha256);
}

async function archived(text: string): Promise<void> {
  await put(join('archive', MONTH), text);
  await database.sql`
    insert into archived_months (month, plays, file_name, sha256, archived_at)
    values ('2027-01-01', 1, ${MONTH}, ${sha256Hex(Buffer.from(text))}, now())
    on conflict (month) do update set sha256 = excluded.sha256`;
}

function backupInto(name: string, onTable?: BackupWish['onTable']) {
  const signingKeyFile = join(dataDir, 'keys', 'signing.json');
  return makeBackup({
    ...{ place: database.options, folder: join(home, 'backups', name), version: '1', now: Date.now },
    ...{ home: { dataDir, signingKeyFile, secretFile: 'session-secret' }, isQuiet: false },
    ...(onTable && { onTable }),
  });
}

const shared = () => readdir(join(home, 'backups', 'archive'));

describe('the files of a backup', () => {
  test('are those that its rows name, whatever comes and goes in the folders meanwhile', async () => {
    const before = await handIn('before');
    const underWay = join('evidence', '3e1f.part');
    await put(underWay, 'half of');
    let handedIn: Promise<string> | null = null;
    const backup = await backupInto('one', () => {
      handedIn ??= rm(join(dataDir, underWay)).then(() => handIn('after'));
    });
    const after = (await handedIn) ?? '';
    const paths = backup.files.map(({ path }) => path);
    expect(paths).toContain(before);
    expect(paths).not.toContain(after);
    expect(backup.missing).toEqual([]);
    await rm(join(dataDir, after));
    expect((await backupInto('two')).missing).toEqual([after]);
    await (await evidenceFiles(dataDir)).keep(Buffer.from('after'));
  });

  test('name as media what must be there, and nothing else that has a hash', async () => {
    await worldOf(database).asset();
    const { media } = await backupInto('three');
    const rows = await database.sql<{ sha256: string }[]>`select sha256 from assets`;
    expect(media).toEqual(rows.map(({ sha256 }) => sha256));
  });

  test('share the archive of plays beside them, where each month lies once, and bring it back', async () => {
    await archived('a month');
    expect((await backupInto('four')).missing).toEqual([]);
    await backupInto('five');
    expect(await shared()).toHaveLength(1);
    // Put back, joined by late plays and taken out again: the older backups still mean the former file.
    await archived('the month with late plays');
    await backupInto('six');
    expect(await shared()).toHaveLength(2);

    const again = join(home, 'again');
    const folder = join(home, 'backups', 'four');
    const placeOf = (path: string) => join(again, path);
    const done = await restoreBackup({ folder, place: target.options, placeOf });
    expect(done.missing).toEqual([]);
    expect(await readdir(join(again, 'archive'))).toEqual([MONTH]);
    expect(await readdir(again)).toContain('evidence');
  });
});
