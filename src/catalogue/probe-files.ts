import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Refusal } from '../base/refusal.ts';
import { type Ms, SECOND_MS } from '../base/units.ts';
import type { ProbeVerdict } from './probe-worker-files.ts';
import { damaged, type Probed } from './probed.ts';

/** No honest file needs longer to be looked at. */
const PROBE_TIMEOUT_MS: Ms = 20 * SECOND_MS;
/** Memory of the probing thread; an index that needs more is not one of a spot. */
const PROBE_HEAP_MB = 256;

let lastProbe: Promise<unknown> = Promise.resolve();

/**
 * Finds out what a file is by its content alone; its name plays no part. Files are looked at one after
 * another, each in a thread of its own with bounds of time and memory: whatever the content does to the
 * libraries that read it, the server goes on.
 * @throws Refusal asset.empty, asset.notMedia (also SVG, HEIC and documents), asset.tooLarge (pixels, length),
 * asset.damaged (cut off, unreadable, or beyond the bounds).
 */
export function probeFile(path: string, timeoutMs: Ms = PROBE_TIMEOUT_MS): Promise<Probed> {
  const probed = lastProbe.then(() => probeInThread(path, timeoutMs));
  lastProbe = probed.catch(() => {});
  return probed;
}

async function probeInThread(path: string, timeoutMs: Ms): Promise<Probed> {
  const worker = new Worker(new URL('./probe-worker-files.ts', import.meta.url), {
    workerData: path,
    // What libraries grumble about hostile content is nobody's news.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: PROBE_HEAP_MB },
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
