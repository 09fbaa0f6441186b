import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { ProbeVerdict } from '../../src/catalogue/probe-worker-files.ts';

/** What became of a look, and how long it took. */
export interface Looked {
  readonly verdict: ProbeVerdict | { readonly is: 'timeLimit' } | { readonly is: 'memoryLimit' };
  readonly tookMs: number;
}

/** Looks at many files in one thread, which is made anew when a file keeps it busy or fills its memory. */
export function manyLooks(limitMs: number) {
  let worker: Worker | null = null;

  function open(): Worker {
    const opened = new Worker(new URL('./look-worker.ts', import.meta.url), {
      ...{ stdout: true, stderr: true },
      // The same bound as the product's.
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    opened.setMaxListeners(0);
    return opened;
  }

  return {
    async look(path: string, bytes: Uint8Array): Promise<Looked> {
      await writeFile(path, bytes);
      worker ??= open();
      const since = performance.now();
      const took = () => performance.now() - since;
      worker.postMessage(path);
      try {
        const [verdict] = (await once(worker, 'message', { signal: AbortSignal.timeout(limitMs) })) as [
          ProbeVerdict,
        ];
        return { verdict, tookMs: took() };
      } catch (error) {
        const dead = worker;
        worker = null;
        await dead.terminate();
        const code = error instanceof Error && 'code' in error ? error.code : '';
        if (code === 'ABORT_ERR') return { verdict: { is: 'timeLimit' }, tookMs: took() };
        if (code === 'ERR_WORKER_OUT_OF_MEMORY') return { verdict: { is: 'memoryLimit' }, tookMs: took() };
        throw error;
      }
    },
    async close(): Promise<void> {
      await worker?.terminate();
    },
  };
}

/** What is wrong with a verdict, or null: it must be a sound description or a refusal in both languages. */
export function faultOf({ verdict }: Looked): string | null {
  if (verdict.is === 'timeLimit' || verdict.is === 'memoryLimit') return null;
  if (verdict.is === 'bug') return verdict.message;
  if (verdict.is === 'refused') {
    const { code, sentence } = verdict;
    if (!/^asset\.(empty|notMedia|damaged|tooLarge)$/.test(code)) return `code ${code}`;
    return sentence.en.length > 10 && /\p{Script=Han}/u.test(sentence.zh) ? null : `words of ${code}`;
  }
  const { mediaClass, type, durationMs, widthPx, heightPx, hasSound } = verdict.probed;
  if (!type.startsWith(`${mediaClass}/`)) return `type ${type} of ${mediaClass}`;
  if ((mediaClass === 'image') !== (durationMs === null)) return `length of ${mediaClass}`;
  if (durationMs !== null && !(durationMs > 0 && durationMs <= 86_400_000)) return `length ${durationMs}`;
  if ((mediaClass === 'audio') !== (widthPx === null)) return `picture of ${mediaClass}`;
  if (widthPx !== null && !(widthPx > 0 && heightPx !== null && heightPx > 0))
    return `size ${widthPx}×${heightPx}`;
  return mediaClass === 'audio' && !hasSound ? 'sound without sound' : null;
}
