import { parentPort, workerData } from 'node:worker_threads';
import { Refusal, type RefusalCode } from '../base/refusal.ts';
import type { Sentence } from '../base/sentence.ts';
import { readContent } from './content-files.ts';
import type { Probed } from './probed.ts';

/** What the probing thread tells of one file. */
export type ProbeVerdict =
  | { readonly is: 'media'; readonly probed: Probed }
  | { readonly is: 'refused'; readonly code: RefusalCode; readonly sentence: Sentence }
  | { readonly is: 'bug'; readonly message: string };

async function verdictOf(path: string): Promise<ProbeVerdict> {
  try {
    return { is: 'media', probed: await readContent(path) };
  } catch (error) {
    if (error instanceof Refusal) return { is: 'refused', code: error.code, sentence: error.sentence };
    return { is: 'bug', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

// The body of the thread; imported by nobody but `new Worker`.
if (parentPort && typeof workerData === 'string') parentPort.postMessage(await verdictOf(workerData));
