import { writeFile } from 'node:fs/promises';
import { READER_BOUNDS, READER_PROGRAM } from '../../src/catalogue/probe-files.ts';
import { openReaders, type ReaderEnd, ReaderEnded } from '../../src/catalogue/reader-process-files.ts';
import type { ReaderVerdict } from '../../src/catalogue/reader-program-files.ts';

/** What became of a look, and how long it took. */
export interface Looked {
  readonly verdict: ReaderVerdict | { readonly is: ReaderEnd };
  readonly tookMs: number;
}

/** Looks at many files in one process of the product's kind, made anew when a file ends it. */
export function manyLooks(limitMs: number) {
  const readers = openReaders(READER_PROGRAM, { ...READER_BOUNDS, atOnce: 1 });
  return {
    async look(path: string, bytes: Uint8Array): Promise<Looked> {
      await writeFile(path, bytes);
      const since = performance.now();
      const took = () => performance.now() - since;
      try {
        const verdict = (await readers.ask({ wanted: 'probe', path }, limitMs)) as ReaderVerdict;
        return { verdict, tookMs: took() };
      } catch (error) {
        if (!(error instanceof ReaderEnded)) throw error;
        return { verdict: { is: error.end }, tookMs: took() };
      }
    },
  };
}

/** What is wrong with a verdict, or null: it must be a sound description or a refusal in both languages. */
export function faultOf({ verdict }: Looked): string | null {
  if (verdict.is === 'time' || verdict.is === 'memory') return null;
  if (verdict.is === 'crash') return 'the reader crashed';
  if (verdict.is === 'bug') return verdict.message;
  if (verdict.is === 'refused') {
    const { code, sentence } = verdict;
    if (!/^asset\.(empty|notMedia|damaged|tooLarge)$/.test(code)) return `code ${code}`;
    return sentence.en.length > 10 && /\p{Script=Han}/u.test(sentence.zh) ? null : `words of ${code}`;
  }
  if (verdict.is !== 'media') return verdict.is;
  const { mediaClass, type, durationMs, widthPx, heightPx, hasSound } = verdict.probed;
  if (!type.startsWith(`${mediaClass}/`)) return `type ${type} of ${mediaClass}`;
  if ((mediaClass === 'image') !== (durationMs === null)) return `length of ${mediaClass}`;
  if (durationMs !== null && !(durationMs > 0 && durationMs <= 86_400_000)) return `length ${durationMs}`;
  if ((mediaClass === 'audio') !== (widthPx === null)) return `picture of ${mediaClass}`;
  if (widthPx !== null && !(widthPx > 0 && heightPx !== null && heightPx > 0))
    return `size ${widthPx}×${heightPx}`;
  return mediaClass === 'audio' && !hasSound ? 'sound without sound' : null;
}
