import { Refusal, type RefusalCode } from '../base/refusal.ts';
import type { Sentence } from '../base/sentence.ts';
import { readContent } from './content-files.ts';
import type { Probed } from './probed.ts';
import { shrinkPicture } from './thumbnail-picture-files.ts';

/** What the reading process is asked: what a file is, or a small copy of a picture. */
export interface ReaderOrder {
  readonly wanted: 'probe' | 'thumbnail';
  readonly path: string;
}

/** What the reading process tells of one file. */
export type ReaderVerdict =
  | { readonly is: 'media'; readonly probed: Probed }
  | { readonly is: 'thumbnail'; readonly webp: Uint8Array }
  | { readonly is: 'refused'; readonly code: RefusalCode; readonly sentence: Sentence }
  | { readonly is: 'bug'; readonly message: string };

async function verdictOn({ wanted, path }: ReaderOrder): Promise<ReaderVerdict> {
  try {
    return wanted === 'probe'
      ? { is: 'media', probed: await readContent(path) }
      : { is: 'thumbnail', webp: await shrinkPicture(path) };
  } catch (error) {
    if (error instanceof Refusal) return { is: 'refused', code: error.code, sentence: error.sentence };
    return { is: 'bug', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

// The body of the process; started by probe-files.ts with a channel, which ends it when the server is gone.
process.on('disconnect', () => process.exit(0));
process.on('message', async (order: ReaderOrder) => process.send?.(await verdictOn(order)));
process.send?.('ready');
