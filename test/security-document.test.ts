import { describe, expect, test } from 'vitest';
import { textOf } from './support/source-tree.ts';

/** Lines of the threat model: `file`: words of a title. */
const lines = [...textOf('docs/security.md').matchAll(/^\|(.+)\|$/gm)]
  .map(([, row = '']) => row.split('|').map((cell) => cell.trim()))
  .filter(([first = '']) => !/^(who, and how|advisory|-+)$/.test(first));

describe('docs/security.md', () => {
  test('names for each threat a test that exists, by words of its title', () => {
    expect(lines.length).toBeGreaterThan(40);
    const without = lines.flatMap((cells) => {
      const [, file, title] = /^`(test\/[\w./-]+)`: (.+)$/.exec(cells.at(-1) ?? '') ?? [];
      if (file === undefined || title === undefined) return [cells[0]];
      // Titles are literals, so that their apostrophes may be escaped in the source.
      const isThere = textOf(file).replaceAll("\\'", "'").includes(title);
      return isThere ? [] : [`${cells[0]} → ${file}: ${title}`];
    });
    expect(without).toEqual([]);
  });
});
