import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Bucket, openBucket } from '../../src/catalogue/bucket-files.ts';
import { type BucketMedia, mediaInBucket } from '../../src/catalogue/bucket-media-files.ts';
import { checkedBucket, type LyingFile } from '../../src/catalogue/media-check-files.ts';
import { type MediaFiles, mediaFiles } from '../../src/catalogue/media-files.ts';
import { type BucketServer, bucketServer } from '../support/bucket-server.ts';
import { streamOf } from './sample-bytes.ts';

/* Against a real server of the protocol, on this machine. */

const MOST = { mostBytes: 100_000_000 };
const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let server: BucketServer;
let bucket: Bucket;
let dataDir: string;
let folder: MediaFiles;
let media: BucketMedia;
let troubles: unknown[];
let later = 0;

/** The same store as another server on the same bucket has it. */
async function onAnotherDisk(): Promise<{ media: BucketMedia; dataDir: string }> {
  const own = await mkdtemp(join(tmpdir(), 'beacon-cache-'));
  const other = await mediaFiles(own);
  return {
    dataDir: own,
    media: mediaInBucket({
      ...{ folder: other, root: join(own, 'media'), bucket, ...MOST },
      now: () => Date.now() + later,
      onTrouble: (error) => troubles.push(error),
    }),
  };
}

beforeEach(async () => {
  troubles = [];
  later = 0;
  server = await bucketServer();
  bucket = openBucket(server.config, (error) => troubles.push(error));
  ({ media, dataDir } = await onAnotherDisk());
  folder = await mediaFiles(dataDir);
});
afterEach(async () => {
  bucket.close();
  await server.remove();
  await rm(dataDir, { recursive: true, force: true });
});

async function keep(bytes: Uint8Array): Promise<string> {
  const incoming = await media.receive(streamOf(bytes), MOST);
  await incoming.keep();
  await incoming.discard();
  return incoming.sha256;
}

describe('a store of media in a bucket', () => {
  test('keeps a file there under its hash, and brings it to a server that never had it', async () => {
    const bytes = randomBytes(12_000_000);
    const sha256 = await keep(bytes);
    expect(sha256).toBe(sha256Of(bytes));
    expect(await bucket.bytesOf(sha256)).toBe(bytes.length);
    const other = await onAnotherDisk();
    expect(other.media.localAtOnce(sha256)).toBe(null);
    const [one, two] = await Promise.all([other.media.local(sha256), other.media.local(sha256)]);
    expect(one).toBe(two);
    expect(await readFile(one ?? '')).toEqual(bytes);
    expect(other.media.localAtOnce(sha256)).toBe(one);
    expect(await readdir(join(other.dataDir, 'media', 'incoming'))).toEqual([]);
    await rm(other.dataDir, { recursive: true });
    expect(troubles).toEqual([]);
  });

  test('has nothing of what was never kept, discarded or removed', async () => {
    const gone = randomBytes(1_000);
    const incoming = await media.receive(streamOf(gone), MOST);
    await incoming.discard();
    expect(await media.has(incoming.sha256)).toBe(false);
    expect(await media.local(incoming.sha256)).toBe(null);
    const sha256 = await keep(randomBytes(1_000));
    await media.remove(sha256);
    await media.remove(sha256);
    expect([await media.has(sha256), await media.local(sha256)]).toEqual([false, null]);
  });

  test('takes a file over that was made or has come whole on this disk', async () => {
    const bytes = randomBytes(50_000);
    const scratch = media.scratchFile();
    await writeFile(scratch.path, bytes);
    const made = await scratch.takeIn(MOST.mostBytes);
    await made.keep();
    await scratch.discard();
    expect(await bucket.bytesOf(sha256Of(bytes))).toBe(bytes.length);
    const whole = join(dataDir, 'whole');
    await writeFile(whole, bytes.subarray(1));
    const adopted = await media.adopt(whole);
    await adopted?.keep();
    expect(existsSync(whole)).toBe(false);
    expect(await media.has(sha256Of(bytes.subarray(1)))).toBe(true);
  });

  test('never uses bytes that do not have the hash of their name', async () => {
    const sha256 = await keep(randomBytes(2_000));
    await folder.remove(sha256);
    const { endpoint, region, accessKeyId, secretAccessKey } = server.config;
    const intruder = new S3Client({
      ...{ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } },
    });
    const Key = `county/${sha256.slice(0, 2)}/${sha256}`;
    await intruder.send(new PutObjectCommand({ Bucket: 'media', Key, Body: randomBytes(2_000) }));
    expect(await media.local(sha256)).toBe(null);
    expect(existsSync(folder.pathOf(sha256))).toBe(false);
    expect(String(troubles)).toContain(sha256);
    const lying: LyingFile[] = [];
    const checked = checkedBucket(bucket, dataDir);
    for await (const file of checked.lying()) lying.push(file);
    const [file] = lying;
    expect(lying).toMatchObject([{ sha256, kind: 'media', path: `s3://media/${Key}` }]);
    expect(file && (await checked.isIntact(file))).toBe(false);
    intruder.destroy();
  });

  test('says that the store does not answer, keeps nothing half, and goes on once it does', async () => {
    const kept = await keep(randomBytes(3_000));
    await server.stop();
    const bytes = randomBytes(3_000);
    const incoming = await media.receive(streamOf(bytes), MOST);
    await expect(incoming.keep()).rejects.toMatchObject({ code: 'storage.unreachable' });
    expect(existsSync(folder.pathOf(incoming.sha256))).toBe(false);
    // What is on this disk plays on.
    expect(await media.local(kept)).toBe(folder.pathOf(kept));
    await expect(media.local(incoming.sha256)).rejects.toMatchObject({ code: 'storage.unreachable' });
    await server.start();
    await incoming.keep();
    expect(await bucket.bytesOf(incoming.sha256)).toBe(bytes.length);
    expect(String(troubles)).toContain('ECONNREFUSED');
  });

  test('lets copies go that were read longest ago, never one that the bucket lacks', async () => {
    const [old, young, only] = [
      await keep(randomBytes(40_000)),
      await keep(randomBytes(40_000)),
      await keep(randomBytes(40_000)),
    ];
    await bucket.remove(only);
    expect(await media.trim(50_000)).toBe(0);
    later = 7_200_000;
    const before = new Date(Date.now() - 86_400_000);
    for (const sha256 of [old, only]) await utimes(folder.pathOf(sha256), before, before);
    expect(await media.trim(50_000)).toBe(1);
    expect([old, young, only].map((sha256) => existsSync(folder.pathOf(sha256)))).toEqual([
      false,
      true,
      true,
    ]);
    expect(await media.local(old)).toBe(folder.pathOf(old));
  });
});
