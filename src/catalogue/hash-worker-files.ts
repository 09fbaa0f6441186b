import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { HashedFile, HashOrder } from './hash-files.ts';

const CHUNK_BYTES = 1_048_576;

function hashOf({ path, access }: HashOrder): HashedFile {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const file = openSync(path, access === 'sync' ? 'r+' : 'r');
  try {
    if (access === 'sync') fsyncSync(file);
    let bytes = 0;
    for (;;) {
      const length = readSync(file, chunk, 0, CHUNK_BYTES, bytes);
      if (length === 0) return { sha256: hash.digest('hex'), bytes };
      hash.update(chunk.subarray(0, length));
      bytes += length;
    }
  } finally {
    closeSync(file);
  }
}

// The body of the thread; imported by nobody but `new Worker`.
if (parentPort) parentPort.postMessage(hashOf(workerData as HashOrder));
