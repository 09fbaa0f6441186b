import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesBelow } from '../support/source-tree.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Every text below an object, as `path: text`; functions are asked with plain arguments. */
function textsOf(words: unknown, path: string): [string, string][] {
  if (typeof words === 'string') return [[path, words]];
  if (typeof words === 'function') return [[path, String(words(...Array(words.length).fill('7')))]];
  if (typeof words !== 'object' || words === null) return [[path, '']];
  return Object.entries(words).flatMap(([key, value]) => textsOf(value, `${path}.${key}`));
}

describe('words of the console', () => {
  const files = filesBelow(['src/console/words'], /-words\.ts$/).filter(
    (path) => !path.endsWith('use-words.ts'),
  );

  test('every text is there in Chinese and in English, and neither language borrows from the other', async () => {
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) {
      const module: Record<string, { zh: unknown; en: unknown }> = await import(
        /* @vite-ignore */ join(ROOT, file)
      );
      for (const { zh, en } of Object.values(module)) {
        const [chinese, english] = [textsOf(zh, file), textsOf(en, file)];
        expect(english.map(([path]) => path)).toEqual(chinese.map(([path]) => path));
        for (const [path, text] of [...chinese, ...english]) expect(text.trim(), path).not.toBe('');
        const foreign = english.filter(
          ([path, text]) => /\p{Script=Han}/u.test(text) && !/otherLanguage$/.test(path),
        );
        expect(foreign).toEqual([]);
      }
    }
  });
});
