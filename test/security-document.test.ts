import { describe, expect, test } from 'vitest';
import { isNode, literalText, type Node, readSource, sourceOf, textOf, walk } from './support/source-tree.ts';

/** Lines of the threat model: `file`: words of a title, several with a semicolon between. */
const lines = [...textOf('docs/security.md').matchAll(/^\|(.+)\|$/gm)]
  .map(([, row = '']) => row.split('|').map((cell) => cell.trim()))
  .filter(([first = '']) => !/^(who, and how|advisory|-+)$/.test(first));

/** The advisories of existing signage systems that were studied, and where nobody wrote one, the system. */
const STUDIED = [
  ...[
    'CVE-2013-4888',
    'CVE-2013-4889',
    'CVE-2023-33177',
    'CVE-2023-33178',
    'CVE-2023-33179',
    'CVE-2023-33180',
  ],
  ...[
    'CVE-2023-33181',
    'CVE-2024-29022',
    'CVE-2024-29023',
    'CVE-2024-41802',
    'CVE-2024-41803',
    'CVE-2024-41804',
  ],
  ...[
    'CVE-2024-43412',
    'CVE-2024-43413',
    'CVE-2025-62369',
    'CVE-2026-31952',
    'CVE-2026-31955',
    'CVE-2026-31956',
  ],
  ...['CVE-2026-42141', 'CVE-2026-42558', 'CVE-2026-52730', 'CVE-2019-20354', 'pisignage-server'],
  ...[
    'CVE-2017-17737',
    'CVE-2017-17738',
    'CVE-2017-17739',
    'CVE-2025-3925',
    'CVE-2024-7399',
    'CVE-2025-52664',
  ],
  ...['CVE-2026-34912', 'CVE-2026-44956', 'CVE-2026-50739', 'Anthias #1254', 'Anthias, fixes of May 2026'],
  ...['ScreenTinker #8', 'ScreenTinker #28', 'ScreenTinker, fingerprints', 'Concerto, Garlic, Screenlite'],
];

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

  test('has a line for each advisory that was studied', () => {
    const firsts = lines.map(([first = '']) => first).join('\n');
    expect(STUDIED.filter((one) => !firsts.includes(one))).toEqual([]);
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
