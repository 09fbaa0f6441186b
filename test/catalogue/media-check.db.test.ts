import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assetStore } from '../../src/catalogue/asset-store.ts';
import { type LyingObject, openBucket } from '../../src/catalogue/bucket-files.ts';
import { importFlow } from '../../src/catalogue/import-flow.ts';
import { checkedFolder } from '../../src/catalogue/media-check-files.ts';
import { removeOrphans } from '../../src/catalogue/media-check-flow.ts';
import { namedFiles } from '../../src/catalogue/media-check-store.ts';
import { type MediaFiles, mediaFiles } from '../../src/catalogue/media-files.ts';
import { uploadFiles } from '../../src/catalogue/upload-files.ts';
import { uploadStore } from '../../src/catalogue/upload-store.ts';
import { openDatabase } from '../../src/db/connect.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { bucketServer } from '../support/bucket-server.ts';
import { type StaffedPlace, staffedPlace } from '../support/staffed-place.ts';
import { worldOf } from '../support/world.ts';
import { still, streamOf, wav } from './sample-bytes.ts';

let place: StaffedPlace;
let files: MediaFiles;

beforeAll(async () => {
  place = await staffedPlace();
  files = await mediaFiles(place.dataDir);
});
afterAll(() => place.remove());

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Lets the program look through the store; the database is closed meanwhile. */
function run(...args: string[]): Promise<{ code: number; text: string }> {
  return runWith({}, ...args);
}

function runWith(
  settings: Record<string, string>,
  ...args: string[]
): Promise<{ code: number; text: string }> {
  const env = {
    PATH: process.env.PATH,
    DATA_DIR: place.dataDir,
    ...settings,
    ...('url' in place.options && { DATABASE_URL: place.options.url }),
  };
  return new Promise((resolve) => {
    execFile(process.execPath, ['src/catalogue/media-cli.ts', ...args], { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, text: out + err });
    });
  });
}

/** Puts a file where its hash says, as old as `days`. */
async function lay(bytes: Uint8Array, days: number): Promise<string> {
  const path = files.pathOf(sha256Of(bytes));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  await age(path, days);
  return path;
}
async function age(path: string, days: number): Promise<void> {
  const at = new Date(Date.now() - days * 86_400_000);
  await utimes(path, at, at);
}

describe('npm run media -- check', () => {
  test('finds what is missing, corrupt, in vain and half-written, and removes only what nothing names', {
    timeout: 180_000,
  }, async () => {
    const kept = [await still('png'), wav(1), wav(2)];
    const [onlyInManifest, orphan, fresh] = [randomBytes(500), randomBytes(600), randomBytes(700)];
    const database = await openDatabase(place.options);
    const assets = assetStore({ database, audit, now: Date.now });
    const imports = importFlow({ assets, files, onTrouble: () => {} });
    for (const bytes of kept) {
      const draft = { fileName: 'a', titleEn: '', category: 'psa', isFiller: false } as const;
      await imports.importFile({ source: streamOf(bytes), draft, actor: 'li' });
    }
    const world = worldOf(database);
    const endpoint = await world.endpoint();
    await database.sql`
      insert into manifests (endpoint_id, revision, serial, issued_at, valid_until, told)
      values (${endpoint}, 'r', 1, now() - interval '9 days', now() - interval '2 days',
        ${database.sql.json([[sha256Of(onlyInManifest), 1, null, 1000]])})`;
    const parts = await uploadFiles(place.dataDir);
    const uploads = uploadStore(database, Date.now);
    const draft = { fileName: 'x', titleEn: '', category: 'psa', isFiller: false } as const;
    const onItsWay = await uploads.add({ ownerId: 'li', draft, bytes: 100 }, 9);
    const empty = await uploads.add({ ownerId: 'li', draft, bytes: 100 }, 9);
    await parts.create(onItsWay?.id ?? '', 100);
    await parts.create('f'.repeat(32), 100);
    for (const id of [onItsWay?.id ?? '', 'f'.repeat(32)]) await age(parts.pathOf(id), 3);
    assets.close();
    await database.close();

    const named = await lay(onlyInManifest, 3);
    const vain = await lay(orphan, 3);
    await lay(fresh, 0.5);
    const foreign = join(place.dataDir, 'media', 'readme.txt');
    await mkdir(join(place.dataDir, 'media', 'zz'), { recursive: true });
    await writeFile(join(place.dataDir, 'media', 'zz', 'note.txt'), 'not ours');
    await writeFile(foreign, 'not ours');
    const part = join(place.dataDir, 'media', 'incoming', 'left.part');
    await writeFile(part, 'half');
    await age(part, 3);

    // Before anything is spoilt the orphans alone are amiss.
    const first = await run('check', '--quick');
    expect(first.code, first.text).toBe(1);
    for (const path of [vain, part, parts.pathOf('f'.repeat(32))])
      expect(first.text).toContain(`orphan: ${path}`);
    expect(first.text).toContain(`upload without bytes: ${empty?.id}`);
    expect(first.text).toContain('left alone');
    expect(first.text).toContain('4 files sound, 0 missing, 0 corrupt, 3 orphans, 2 uploads on their way.');
    expect(existsSync(vain)).toBe(true);

    const [missing, spoilt] = [
      files.pathOf(sha256Of(kept[0] ?? fresh)),
      files.pathOf(sha256Of(kept[1] ?? fresh)),
    ];
    await rm(missing);
    const bytes = await readFile(spoilt);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(spoilt, bytes);
    const second = await run('check', '--delete-orphans');
    expect(second.code).toBe(1);
    expect(second.text).toMatch(new RegExp(`missing: ${sha256Of(kept[0] ?? fresh)} of asset \\d+`));
    expect(second.text).toContain(`corrupt: ${spoilt}`);
    expect(second.text).toContain('2 files sound, 1 missing, 1 corrupt, 3 orphans');
    for (const path of [vain, part, parts.pathOf('f'.repeat(32))]) {
      expect(second.text).toContain(`removed: ${path}`);
      expect(existsSync(path)).toBe(false);
    }
    for (const path of [
      named,
      spoilt,
      files.pathOf(sha256Of(fresh)),
      parts.pathOf(onItsWay?.id ?? ''),
      foreign,
    ])
      expect(existsSync(path), path).toBe(true);

    await writeFile(missing, kept[0] ?? '');
    await writeFile(spoilt, kept[1] ?? '');
    const again = await openDatabase(place.options);
    await uploadStore(again, Date.now).remove(empty?.id ?? '');
    await again.close();
    expect(await run('check')).toMatchObject({ code: 0, text: expect.stringContaining('All is well.') });
  });

  test('brings the folder into a bucket that takes its place, and then looks through that', {
    timeout: 120_000,
  }, async () => {
    const server = await bucketServer();
    const { endpoint, bucket: name, prefix, accessKeyId, secretAccessKey } = server.config;
    const settings = {
      ...{ S3_ENDPOINT: endpoint, S3_BUCKET: name, S3_PREFIX: prefix },
      ...{ S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey },
    };
    const before = await runWith(settings, 'check', '--quick');
    expect(before.code).toBe(1);
    expect(before.text).toContain('0 files sound, 3 missing');
    expect(await runWith(settings, 'fill')).toMatchObject({
      code: 0,
      text: expect.stringMatching(/[45] files sent, 0 left out/),
    });
    expect((await runWith(settings, 'fill')).text).toContain('0 files sent');
    expect((await runWith(settings, 'check')).text).toContain('0 missing, 0 corrupt, 0 orphans');

    const bucket = openBucket(server.config, () => {});
    const objects: LyingObject[] = [];
    for await (const object of bucket.list()) objects.push(object);
    const [lost] = await openDatabase(place.options).then(async (database) => {
      const wanted = await namedFiles(database.sql).wanted();
      await database.close();
      return wanted;
    });
    await bucket.remove(lost?.sha256 ?? '');
    bucket.close();
    const after = await runWith(settings, 'check');
    expect(after.code).toBe(1);
    expect(after.text).toContain(`missing: ${lost?.sha256}`);
    expect(objects.length).toBeGreaterThanOrEqual(4);
    // The copy on this disk brings it back.
    expect((await runWith(settings, 'fill')).text).toContain('1 files sent');
    await server.remove();
  });

  test('lets an orphan live that somebody named or changed since it was found', async () => {
    const database = await openDatabase(place.options);
    const bytes = randomBytes(300);
    const path = await lay(bytes, 3);
    const { mtimeMs } = await stat(path);
    const file = {
      path,
      sha256: sha256Of(bytes),
      kind: 'media',
      name: '',
      bytes: 300,
      changedAt: mtimeMs,
    } as const;
    const names = namedFiles(database.sql);
    const gone = (isNamed: boolean) =>
      removeOrphans(
        {
          names: { ...names, isNamed: async () => isNamed },
          files: checkedFolder(place.dataDir),
        },
        [file],
      );
    expect(await gone(true)).toEqual([]);
    await age(path, 2);
    expect(await gone(false)).toEqual([]);
    await utimes(path, new Date(mtimeMs), new Date(mtimeMs));
    expect(await names.isNamed(file.sha256)).toBe(false);
    expect(await gone(false)).toEqual([file]);
    await database.close();
  });

  test('explains itself when it is called with nothing, and ends with 2', async () => {
    expect(await run()).toMatchObject({ code: 2, text: expect.stringContaining('npm run media -- check') });
  });
});
