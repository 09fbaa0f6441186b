import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import type { BucketConfig } from '../../src/catalogue/bucket-files.ts';

/** A server that speaks the protocol of S3, on this machine, with an empty bucket. */
export interface BucketServer {
  readonly config: BucketConfig & { readonly endpoint: string };
  /** Nobody answers any more. */
  stop(): Promise<void>;
  /** Answers again, at the same address, with what was there. */
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** Starts one. */
export async function bucketServer(): Promise<BucketServer> {
  const directory = await mkdtemp(join(tmpdir(), 'beacon-bucket-'));
  let port = 0;
  let running: S3rver | undefined;
  const start = async () => {
    running = new S3rver({
      ...{ address: '127.0.0.1', port, directory, silent: true },
      configureBuckets: [{ name: 'media' }],
    });
    ({ port } = await running.run());
  };
  const stop = async () => {
    await running?.close();
    running = undefined;
  };
  await start();
  return {
    config: {
      ...{ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', bucket: 'media', prefix: 'county/' },
      ...{ accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    },
    start,
    stop,
    async remove() {
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
