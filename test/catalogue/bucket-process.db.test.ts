import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBucket } from '../../src/catalogue/bucket-files.ts';
import { type BucketServer, bucketServer } from '../support/bucket-server.ts';
import { signIn } from '../support/editor-account.ts';
import { type ServerProcess, serverProcess } from '../support/server-process.ts';
import { type StaffedPlace, staffedPlace } from '../support/staffed-place.ts';
import { longWav } from './long-wav.ts';
import { outcomeOf, sendByTus } from './tus-client.ts';

let place: StaffedPlace;
let bucket: BucketServer;
let server: ServerProcess;
let token: string;

beforeAll(async () => {
  place = await staffedPlace();
  bucket = await bucketServer();
  const { config } = bucket;
  server = await serverProcess(place.options, place.dataDir, {
    ...{ S3_ENDPOINT: config.endpoint, S3_BUCKET: config.bucket, S3_PREFIX: config.prefix },
    ...{ S3_ACCESS_KEY_ID: config.accessKeyId, S3_SECRET_ACCESS_KEY: config.secretAccessKey },
  });
  await server.start();
  token = await signIn(server.url, place);
});
afterAll(async () => {
  await server.stop();
  await place.remove();
  await bucket.remove();
});

describe('the server program with its media in a bucket', () => {
  test('takes a file in, loses its own disk and gives the file all the same', async () => {
    const bytes = longWav(3_000_000, 7);
    const told = await outcomeOf(await sendByTus(server.url, token, bytes), token);
    expect(told).toMatchObject({ state: 'done' });
    const there = openBucket(bucket.config, () => {});
    expect(await there.bytesOf(told.asset.sha256)).toBe(bytes.length);
    there.close();
    await server.stop();
    await rm(join(place.dataDir, 'media'), { recursive: true });
    await server.start();
    const file = await fetch(`${server.url}/api/assets/${told.asset.id}/file`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(file.status).toBe(200);
    expect(Buffer.from(await file.arrayBuffer()).equals(bytes)).toBe(true);
  });

  test('holds an upload back while the bucket does not answer, and ends it once it does', {
    timeout: 120_000,
  }, async () => {
    await bucket.stop();
    const bytes = longWav(200_000, 8);
    const address = await sendByTus(server.url, token, bytes, { metadata: { fileName: 'late.wav' } });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    const told = await (await fetch(address, { headers: { authorization: `Bearer ${token}` } })).json();
    expect(told).toMatchObject({ state: 'examining' });
    await bucket.start();
    expect(await outcomeOf(address, token)).toMatchObject({ state: 'done', isNew: true });
  });
});
