import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesBelow } from '../support/source-tree.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What the console counts. */
const COUNTED = [
  ...[
    'areas',
    'bookings',
    'days',
    'differences',
    'endpoints',
    'entries',
    'figures',
    'hours',
    'lines',
    'minutes',
  ],
  ...['owners', 'people', 'pieces', 'players', 'plays', 'reports', 'rows', 'spots', 'stretches', 'times'],
  ...['troubles'],
];
/** Read by what the server answers, never by their names. */
const NAMED_BY_ANSWERS = ['promised', 'compiled'];

/** Every text below an object, as `path: text`; functions are asked with plain arguments. */
function textsOf(words: unknown, path: string, argument = '7'): [string, string][] {
  if (typeof words === 'string') return [[path, words]];
  if (typeof words === 'function') return [[path, String(words(...Array(words.length).fill(argument)))]];
  if (typeof words !== 'object' || words === null) return [[path, '']];
  return Object.entries(words).flatMap(([key, value]) => textsOf(value, `${path}.${key}`, argument));
}

describe('words of the console', () => {
  const files = filesBelow(['src/console/words'], /-words\.ts$/).filter(
    (path) => !path.endsWith('use-words.ts'),
  );

  const all = async () =>
    (
      await Promise.all(
        files.map(async (file) => {
          const module: Record<string, { zh: object; en: object }> = await import(
            /* @vite-ignore */ join(ROOT, file)
          );
          return Object.entries(module).map(([name, words]) => ({ file, name, words }));
        }),
      )
    ).flat();

  test('every text is there in Chinese and in English, and neither language borrows from the other', async () => {
    expect(files.length).toBeGreaterThan(1);
    for (const { file, words } of await all()) {
      const [chinese, english] = [textsOf(words.zh, file), textsOf(words.en, file)];
      expect(english.map(([path]) => path)).toEqual(chinese.map(([path]) => path));
      for (const [path, text] of [...chinese, ...english]) expect(text.trim(), path).not.toBe('');
      const foreign = english.filter(
        ([path, text]) => /\p{Script=Han}/u.test(text) && !/otherLanguage$/.test(path),
      );
      expect(foreign).toEqual([]);
    }
  });

  test('one of a thing is not told as several', async () => {
    // Every second day or week is the least of its kind, and “12:00 plays “…”” is about one play.
    const plural = new RegExp(`(?<!every )\\b1 (?:[a-z]+ )?(?:${COUNTED.join('|')})\\b(?! “)`);
    const wrong = (await all()).flatMap(({ file, words }) =>
      textsOf(words.en, file, '1').filter(([, text]) => plural.test(text)),
    );
    expect(wrong).toEqual([]);
  });

  test('every text is named where its words are used', async () => {
    const sources = filesBelow(['src/console'], /\.tsx?$/).map(
      (file) => [file, readFileSync(join(ROOT, file), 'utf8')] as const,
    );
    const unnamed = (await all()).flatMap(({ file, name, words }) => {
      const users = sources.filter(([path, text]) => path !== file && text.includes(name));
      const named = new Set(users.flatMap(([, text]) => text.match(/\w+/g) ?? []));
      return Object.keys(words.en)
        .filter((key) => !named.has(key) && !NAMED_BY_ANSWERS.includes(key))
        .map((key) => `${file}: ${key}`);
    });
    expect(unnamed).toEqual([]);
  });
});
