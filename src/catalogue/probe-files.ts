import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { Refusal } from '../base/refusal.ts';
import { type Bytes, type Ms, SECOND_MS } from '../base/units.ts';
import type { ProbeVerdict } from './probe-worker-files.ts';
import { damaged, type Probed } from './probed.ts';

/** No honest file needs longer to be looked at: a small one, and the more for each byte of one of 4 GiB. */
const PROBE_TIMEOUT_MS: Ms = 8 * SECOND_MS;
const MORE_FOR_LARGEST_MS: Ms = 12 * SECOND_MS;
const LARGEST_BYTES: Bytes = 4_294_967_296;
/** Memory of the probing thread; an index that needs more is not one of a spot. */
const PROBE_HEAP_MB = 256;

/** So many files are looked at at once: one that keeps its reader busy to the end of its time holds up few others. */
const AT_ONCE = 3;

/** The probes under way, each place the end of the queue behind it. */
const places = Array.from({ length: AT_ONCE }, () => ({ waiting: 0, last: Promise.resolve() }));

/**
 * Finds out what a file is by its content alone; its name plays no part. A few files are looked at at a time,
 * each in a thread of its own with bounds of time and memory: whatever the content does to the
 * libraries that read it, the server goes on.
 * @throws Refusal asset.empty, asset.notMedia (also SVG, HEIC and documents), asset.tooLarge (pixels, length),
 * asset.damaged (cut off, unreadable, or beyond the bounds).
 */
export async function probeFile(path: string, timeoutMs?: Ms, heapMb = PROBE_HEAP_MB): Promise<Probed> {
  const place = places.reduce((best, one) => (one.waiting < best.waiting ? one : best));
  const probed = place.last.then(async () =>
    probeInThread(path, timeoutMs ?? (await timeoutFor(path)), heapMb),
  );
  const ended = () => {
    place.waiting -= 1;
  };
  place.waiting += 1;
  place.last = probed.then(ended, ended);
  return probed;
}

async function timeoutFor(path: string): Promise<Ms> {
  const { size } = await stat(path);
  return PROBE_TIMEOUT_MS + Math.round(MORE_FOR_LARGEST_MS * Math.min(1, size / LARGEST_BYTES));
}

async function probeInThread(path: string, timeoutMs: Ms, heapMb: number): Promise<Probed> {
  const worker = new Worker(new URL('./probe-worker-files.ts', import.meta.url), {
    workerData: path,
    // What libraries grumble about hostile content is nobody's news.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  });
  try {
    const [verdict] = (await once(worker, 'message', { signal: AbortSignal.timeout(timeoutMs) })) as [
      ProbeVerdict,
    ];
    if (verdict.is === 'media') return verdict.probed;
    if (verdict.is === 'refused') throw new Refusal(verdict.code, verdict.sentence);
    throw new Error(`probing failed: ${verdict.message}`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ABORT_ERR') throw damaged({ en: 'takes too long to read', zh: '读取时间过长' });
    if (code === 'ERR_WORKER_OUT_OF_MEMORY')
      throw damaged({ en: 'is built so that reading it needs too much memory', zh: '读取时占用内存过多' });
    throw error;
  } finally {
    await worker.terminate();
  }
}
