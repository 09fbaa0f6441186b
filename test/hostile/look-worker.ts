import { parentPort } from 'node:worker_threads';
import { Refusal } from '../../src/base/refusal.ts';
import { readContent } from '../../src/catalogue/content-files.ts';
import type { ProbeVerdict } from '../../src/catalogue/probe-worker-files.ts';

async function verdictOf(path: string): Promise<ProbeVerdict> {
  try {
    return { is: 'media', probed: await readContent(path) };
  } catch (error) {
    if (error instanceof Refusal) return { is: 'refused', code: error.code, sentence: error.sentence };
    return { is: 'bug', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort?.on('message', async (path: string) => parentPort?.postMessage(await verdictOf(path)));
