import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Ms } from '../../src/base/units.ts';

const run = promisify(execFile);
/** A program that takes longer has hung. */
const LONGEST_MS: Ms = 20_000;
/** Words a minute: slower than reading aloud, for a village square with an echo. */
const PACE = 140;

/** Says texts that staff typed. */
export interface Speech {
  /** Speaks a text into a sound file and gives its path. @throws Error when the program cannot */
  speak(text: { readonly title: string; readonly body: string; readonly lang: string }): Promise<string>;
}

/** Speech by espeak-ng; null where the program is not installed. Files go to `folder`, one at a time. */
export async function speechFiles(folder: string, program = 'espeak-ng'): Promise<Speech | null> {
  try {
    await run(program, ['--version'], { timeout: LONGEST_MS });
  } catch {
    return null;
  }
  return {
    async speak({ title, body, lang }) {
      await mkdir(folder, { recursive: true });
      const path = join(folder, 'speech.wav');
      const words = `${title}。\n${body}`;
      // The text goes in by standard input: nothing of it can be read as an option.
      const speaking = run(program, ['-v', voiceOf(lang), '-s', String(PACE), '-w', path, '--stdin'], {
        timeout: LONGEST_MS,
      });
      speaking.child.stdin?.end(words);
      await speaking;
      return path;
    },
  };
}

/** espeak-ng's name for a language tag (BCP 47): Mandarin for Chinese, Cantonese where it is asked for. */
export function voiceOf(lang: string): string {
  const tag = lang.toLowerCase();
  if (/^(yue|zh-hk|zh-mo)\b/.test(tag)) return 'yue';
  if (/^(zh|cmn)\b/.test(tag)) return 'cmn';
  return /^[a-z]{2,3}\b/.exec(tag)?.[0] ?? 'cmn';
}
