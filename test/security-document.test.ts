import { describe, expect, test } from 'vitest';
import { isNode, literalText, type Node, readSource, sourceOf, textOf, walk } from './support/source-tree.ts';

/** Lines of the threat model: `file`: words of a title, several with a semicolon between. */
const lines = [...textOf('docs/security.md').matchAll(/^\|(.+)\|$/gm)]
  .map(([, row = '']) => row.split('|').map((cell) => cell.trim()))
  .filter(([first = '']) => !/^(who, and how|advisory|-+)$/.test(first));

/** The names in `test`, `describe.skipIf(…)` or `it.skip.each(…)`, outermost last. */
function namesIn(callee: unknown): readonly unknown[] {
  if (!isNode(callee)) return [];
  if (callee.type === 'Identifier') return [callee.name];
  if (callee.type === 'MemberExpression') return [...namesIn(callee.object), ...namesIn(callee.property)];
  return namesIn(callee.type === 'TaggedTemplateExpression' ? callee.tag : callee.callee);
}

/** The titles of the tests and their groups in a program. */
function titlesOf(body: readonly Node[]): string[] {
  const titles: string[] = [];
  walk(body, (node) => {
    if (node.type !== 'CallExpression' || !Array.isArray(node.arguments)) return;
    const [root, ...turns] = namesIn(node.callee);
    if (!['test', 'it', 'describe'].includes(String(root))) return;
    if (turns.includes('skip') || turns.includes('todo')) return;
    const title = literalText(node.arguments[0]);
    if (title !== null && node.arguments.length > 1) titles.push(title);
  });
  return titles;
}

const titlesIn = new Map<string, readonly string[]>();
function titlesInFile(file: string): readonly string[] {
  const known = titlesIn.get(file) ?? titlesOf(readSource(file).body);
  titlesIn.set(file, known);
  return known;
}

describe('docs/security.md', () => {
  test('names for each threat tests that exist, by words of their titles', () => {
    expect(lines.length).toBeGreaterThan(40);
    const without = lines.flatMap(([who = '', ...cells]) =>
      (cells.at(-1) ?? '').split(/; (?=`)/).flatMap((cell) => {
        const [, file, words] = /^`(test\/[\w./-]+)`: (.+)$/.exec(cell) ?? [];
        if (file === undefined || words === undefined) return [who];
        return titlesInFile(file).some((title) => title.includes(words)) ? [] : [`${who} → ${cell}`];
      }),
    );
    expect(without).toEqual([]);
  });

  test('takes no comment, text, other call or skipped test for a test', () => {
    const titles = (text: string) => titlesOf(sourceOf('test/odd.ts', text).body);
    const none = ["// test('a', f);", "/* it('b', f) */", 'const c = "test(\'c\', f)";', "log('d', f);"];
    expect(titles([...none, "test.skip('e', f);", "it.skip.each([1])('f', f);"].join('\n'))).toEqual([]);
    const some = ["test('one', f);", "it.each([1])('two %s', f);", "describe.skipIf(no)('three', f);"];
    expect(titles([...some, "it.skipIf(no).each`x`('four\\'s', f);"].join('\n'))).toEqual([
      ...['one', 'two %s', 'three', "four's"],
    ]);
  });
});
