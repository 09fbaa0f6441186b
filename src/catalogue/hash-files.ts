import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Bytes } from '../base/units.ts';

/** What a file is by its bytes. */
export interface HashedFile {
  /** SHA-256 in lower-case hex. */
  readonly sha256: string;
  readonly bytes: Bytes;
}

/** What the hashing thread is told to do. */
export interface HashOrder {
  readonly path: string;
  readonly access: 'sync' | 'readOnly';
}

let lastHash: Promise<unknown> = Promise.resolve();

/**
 * Hashes a file that lies on the disk, in a thread of its own: 4 GiB would cost the server's own thread seconds. One
 * file after another, since two at once read no faster. Syncs it to the disk on the way,
 * unless it is `readOnly`.
 * @throws Error of the disk
 */
export function hashFile(path: string, access: HashOrder['access'] = 'sync'): Promise<HashedFile> {
  const hashed = lastHash.then(() => hashInThread({ path, access }));
  lastHash = hashed.catch(() => {});
  return hashed;
}

async function hashInThread(order: HashOrder): Promise<HashedFile> {
  const worker = new Worker(new URL('./hash-worker-files.ts', import.meta.url), { workerData: order });
  try {
    const [hashed] = (await once(worker, 'message')) as [HashedFile];
    return hashed;
  } finally {
    await worker.terminate();
  }
}
