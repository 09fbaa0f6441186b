import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ACCESS_RULES } from '../src/http/access-rules.ts';
import {
  filesBelow,
  isNode,
  literalText,
  readSource,
  type SourceFile,
  textOf,
  walk,
} from './support/source-tree.ts';

/** Rooms from low to high; a room imports its own floor or lower. */
const FLOORS = [
  'base',
  'contract',
  'endpoints',
  'catalogue',
  'renditions',
  'notices',
  'campaigns',
  'review',
  'override',
  'schedule',
  'plays',
  'outreach',
  'audience',
  'impressions',
  'dispatch',
];
/** What stands on the rooms; no room imports it. */
const ROOF = ['http', 'jobs', 'staff', 'telemetry', 'backup', 'console', 'demo'];
const CELLAR = 'db';
const ROLES = /-(store|files|flow|routes)\.tsx?$/;
const LONGEST = 300;

/** Files that break one rule for a reason that will last. A line here needs a reason beside it. */
const EXEMPT = {
  ambient: [
    'src/contract/signing.ts', // makes keys; server and players share the file
    'players/core/system-clock.ts', // the one real clock that all bodies hand to the core
  ],
} as const;

const sources = filesBelow(['src', 'players'], /\.tsx?$/).map(readSource);
const tests = filesBelow(['test'], /\.tsx?$/).map(readSource);
const inRooms = sources.filter(({ path }) => FLOORS.includes(roomOf(path) ?? ''));

function roomOf(path: string): string | null {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? null;
}

/** Composition roots: they may reach everything. */
function isRoot(path: string): boolean {
  return /^src\/[^/]+\.ts$/.test(path) || path.startsWith('src/demo/') || /-cli\.ts$/.test(path);
}

/** A name without a role promises no I/O. The cellar, the roots and the bodies of players are I/O by nature. */
function isBare({ path }: SourceFile): boolean {
  if (isRoot(path) || ROLES.test(path)) return false;
  const room = roomOf(path);
  if (room) return room !== CELLAR && room !== 'jobs' && room !== 'console';
  return path.startsWith('players/core/');
}

function importBreaches(
  files: readonly SourceFile[],
  isAllowed: (from: string, to: string, isType: boolean) => boolean,
) {
  return files.flatMap(({ path, imports }) =>
    imports
      .filter(({ target, isType }) => !isAllowed(path, target, isType))
      .map(({ target, line }) => `${path}:${line} imports ${target}`),
  );
}

function codeBreaches(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    [...file.code.matchAll(new RegExp(pattern, 'g'))].map(
      (match) => `${file.path}:${file.lineOf(match.index)} ${match[0].trim()}`,
    ),
  );
}

describe('floors', () => {
  test('a room imports its own floor or a lower one, never up and never the roof', () => {
    const breaches = importBreaches(
      inRooms.filter(({ path }) => !isRoot(path)),
      (from, to) => {
        const target = roomOf(to);
        if (/^src\/[^/]+\.ts$/.test(to) || to.startsWith('players/')) return false;
        if (!target || target === CELLAR) return true;
        return FLOORS.indexOf(target) >= 0 && FLOORS.indexOf(target) <= FLOORS.indexOf(roomOf(from) ?? '');
      },
    );
    expect(breaches).toEqual([]);
  });

  test('every folder of src is a floor, the roof or the cellar', () => {
    const rooms = new Set(sources.map(({ path }) => roomOf(path)).filter((room) => room !== null));
    expect([...rooms].filter((room) => ![...FLOORS, ...ROOF, CELLAR].includes(room))).toEqual([]);
  });

  test('the cellar is entered by stores and composition roots alone; flows may name its types', () => {
    const breaches = importBreaches(
      sources.filter(
        ({ path }) => !path.startsWith('src/db/') && !isRoot(path) && !path.endsWith('-store.ts'),
      ),
      (from, to, isType) => !to.startsWith('src/db/') || (isType && from.endsWith('-flow.ts')),
    );
    expect(breaches).toEqual([]);
  });

  test('the cellar imports nothing of the rooms but base', () => {
    const breaches = importBreaches(
      sources.filter(({ path }) => path.startsWith('src/db/')),
      (_, to) => roomOf(to) === null || roomOf(to) === CELLAR || roomOf(to) === 'base',
    );
    expect(breaches).toEqual([]);
  });

  test('players import base, contract, the core and their own body, nothing else of ours', () => {
    const breaches = importBreaches(
      sources.filter(({ path }) => path.startsWith('players/')),
      (from, to) => {
        if (!to.startsWith('src/') && !to.startsWith('players/')) return true;
        const body = from.split('/').slice(0, 2).join('/');
        // What the bodies on Node share lies in players/node.
        const onNode = ['players/headless', 'players/fleet', 'players/node'];
        const isOnNode = onNode.includes(body) || from === 'players/kiosk/launch.ts';
        const shared = isOnNode ? ['players/node/'] : [];
        return ['src/base/', 'src/contract/', 'players/core/', `${body}/`, ...shared].some((start) =>
          to.startsWith(start),
        );
      },
    );
    expect(breaches).toEqual([]);
  });
});

describe('the console', () => {
  test('takes files of the server that bring no library along: it would be sent to every browser', () => {
    const isConsole = (path: string) => path.startsWith('src/console/');
    const next = sources.filter(({ path }) => isConsole(path)).flatMap(valueImports);
    const reached = new Set(next.filter((path) => path.startsWith('src/') && !isConsole(path)));
    const breaches: string[] = [];
    // A set that grows while it is walked is walked to its end.
    for (const path of reached) {
      for (const target of sources.filter((file) => file.path === path).flatMap(valueImports)) {
        if (target.startsWith('src/')) reached.add(target);
        else breaches.push(`${path} imports ${target}`);
      }
    }
    expect(reached.size).toBeGreaterThan(1);
    expect(breaches).toEqual([]);
  });
});

function valueImports({ imports }: SourceFile): string[] {
  return imports.filter(({ isType }) => !isType).map(({ target }) => target);
}

describe('roles', () => {
  const bare = sources.filter(isBare);
  const bareImports =
    // crypto and zlib compute; they touch nothing outside.
    /^(node:(?!crypto$|zlib$)|drizzle-orm|postgres$|hono|@hono\/(?!zod-openapi)|sharp|mediabunny|better-auth|csv-parse$|idb)/;

  test('a bare file imports no I/O', () => {
    const breaches = importBreaches(bare, (from, to, isType) => {
      if (isType) return true;
      // The HTTP room is HTTP through and through, and mounts what has roles.
      if (roomOf(from) === 'http' && (/^@?hono/.test(to) || ROLES.test(to))) return true;
      return !bareImports.test(to) && !ROLES.test(to);
    });
    expect(breaches).toEqual([]);
  });

  test('a bare file reads no clock, no randomness, no environment and no network', () => {
    const files = bare.filter(({ path }) => !EXEMPT.ambient.some((exempt) => exempt === path));
    const io =
      /\b(Date\.now|performance\.now|Temporal\.Now|Math\.random|getRandomValues|randomUUID|randomBytes|randomInt|generateKeyPair|setTimeout|setInterval|localStorage|indexedDB)\b|\bnew Date\(\)|\bprocess\.|\bconsole\./;
    expect([...codeBreaches(files, io), ...files.flatMap(fetchCalls)]).toEqual([]);
  });

  test('no text becomes code or markup: nothing is evaluated, and pages are made of nodes', () => {
    const made =
      /\beval\(|\bnew Function\b|dangerouslySetInnerHTML|\b(inner|outer)HTML\b|insertAdjacentHTML|document\.write|createContextualFragment|srcdoc/i;
    expect(codeBreaches(sources, made)).toEqual([]);
  });

  test('SQL and the libraries that send it stay in stores, the cellar and composition roots', () => {
    const breaches = importBreaches(
      sources.filter(
        ({ path }) => !path.startsWith('src/db/') && !isRoot(path) && !path.endsWith('-store.ts'),
      ),
      (_, to) => !/^(drizzle-orm|postgres$|better-auth|@electric-sql)/.test(to),
    );
    expect(breaches).toEqual([]);
  });

  test('pictures and external programs are touched by files of that role and composition roots alone', () => {
    const breaches = importBreaches(
      inRooms.filter(({ path }) => !isRoot(path) && !path.endsWith('-files.ts')),
      (_, to) => !/^(sharp|node:child_process|node:fs)/.test(to),
    );
    expect(breaches).toEqual([]);
  });
});

/** Calls of the global fetch; a port may well have a method of that name. */
function fetchCalls(file: SourceFile): string[] {
  const found: string[] = [];
  walk(file.body, (node) => {
    if (node.type !== 'CallExpression' || !isNode(node.callee)) return;
    const { type, name } = node.callee;
    if (type === 'Identifier' && name === 'fetch')
      found.push(`${file.path}:${file.lineOf(node.start)} fetch`);
  });
  return found;
}

describe('names and forms', () => {
  const all = [...sources, ...tests];

  test('files and folders are written in kebab-case', () => {
    const word = '[a-z0-9]+(-[a-z0-9]+)*';
    const name = new RegExp(`^(${word}/)*${word}(\\.(db|browser))?(\\.test|\\.config|\\.d)?\\.tsx?$`);
    expect(all.map(({ path }) => path).filter((path) => !name.test(path))).toEqual([]);
  });

  test('no file or folder is a drawer for everything', () => {
    const drawer = /(^|[/-])(utils?|helpers?|common|managers?|misc|index)(-|\.|\/)/;
    expect(all.map(({ path }) => path).filter((path) => drawer.test(path))).toEqual([]);
  });

  test(`a file has at most ${LONGEST} lines`, () => {
    const long = sources
      .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > LONGEST);
    expect(long.map(({ path, lines }) => `${path}:${lines} lines`)).toEqual([]);
  });

  test('exports are named, made where they are, and no barrel passes others on', () => {
    const breaches = sources.flatMap((file) =>
      file.body
        .filter((node) => {
          const isPassing = node.type === 'ExportAllDeclaration' || isNode(node.source);
          return node.type === 'ExportDefaultDeclaration' || (node.type.startsWith('Export') && isPassing);
        })
        .map((node) => `${file.path}:${file.lineOf(node.start)}`),
    );
    expect(breaches.filter((where) => !where.includes('.config.ts'))).toEqual([]);
  });

  test('relative imports say .ts', () => {
    const breaches = importBreaches(
      all,
      (_, to) => !/^(src|players|test)\//.test(to) || /\.[a-z]+$/.test(to),
    );
    expect(breaches).toEqual([]);
  });

  test('every export carries a doc comment', () => {
    expect(sources.flatMap(undocumented)).toEqual([]);
  });
});

/** Exports right before which no doc comment stands; of overloads only the first needs one. */
function undocumented(file: SourceFile): string[] {
  const seen = new Set<string>();
  return file.body.flatMap((node) => {
    if (node.type !== 'ExportNamedDeclaration' || !isNode(node.declaration)) return [];
    const declaration = node.declaration;
    const name = isNode(declaration.id) ? String(declaration.id.name) : '';
    if (name !== '' && seen.has(name)) return [];
    seen.add(name);
    const before = file.comments.findLast((comment) => comment.end <= node.start);
    const isDoc = before?.type === 'Block' && String(before.value).startsWith('*');
    const isNear = before !== undefined && file.text.slice(before.end, node.start).trim() === '';
    return isDoc && isNear ? [] : [`${file.path}:${file.lineOf(node.start)} ${name}`];
  });
}

describe('words', () => {
  test('a check of a schema brings its words in both languages, or leaves them to the common ones', () => {
    const files = sources.filter(({ path }) => !path.startsWith('src/console/'));
    expect(files.flatMap(wordedChecks)).toEqual([]);
  });
});

/** Checks of schemas that are given a text, which could be in one language only, instead of `otherwise(…)`. */
function wordedChecks(file: SourceFile): string[] {
  const found: string[] = [];
  walk(file.body, (node) => {
    if (node.type !== 'CallExpression' || !Array.isArray(node.arguments)) return;
    const { callee, arguments: given } = node;
    if (!isNode(callee) || callee.type !== 'MemberExpression' || !isNode(callee.property)) return;
    const name = String(callee.property.name);
    const isOfZ = isNode(callee.object) && callee.object.name === 'z';
    const isWorded =
      name === 'refine' || name === 'addIssue'
        ? given.some((one) => literalText(one) !== null || (isNode(one) && one.type === 'ObjectExpression'))
        : isOfZ && /^(string|number|int|boolean|url|email)$/.test(name)
          ? literalText(given[0]) !== null
          : /^(regex|min|max|length|gte?|lte?|multipleOf|positive|int)$/.test(name) &&
            literalText(given.at(-1)) !== null;
    if (isWorded) found.push(`${file.path}:${file.lineOf(node.start)} ${name}`);
  });
  return found;
}

describe('tests', () => {
  const titles = tests.flatMap(titlesOf);

  test('titles are unique in the repository', () => {
    const first = new Map<string, string>();
    const breaches = titles.flatMap(({ title, where }) => {
      const earlier = first.get(title);
      first.set(title, earlier ?? where);
      return earlier === undefined ? [] : [`${where} repeats ${earlier}: ${title}`];
    });
    expect(titles.length).toBeGreaterThan(20);
    expect(breaches).toEqual([]);
  });

  test('titles state what is, not what ought to be', () => {
    const breaches = titles.filter(({ title }) => /\bshould\b/i.test(title) || /^works\b/i.test(title));
    expect(breaches.map(({ title, where }) => `${where} ${title}`)).toEqual([]);
  });
});

/** The titles of the tests in a file; `test.each(...)('title')` counts once. */
function titlesOf(file: SourceFile): { title: string; where: string }[] {
  const found: { title: string; where: string }[] = [];
  walk(file.body, (node) => {
    if (node.type !== 'CallExpression' || !Array.isArray(node.arguments)) return;
    const title = literalText(node.arguments[0]);
    const callee = isNode(node.callee) ? file.text.slice(node.callee.start, node.callee.end) : '';
    if (title === null || node.arguments.length < 2 || !/^(test|it)\b/.test(callee)) return;
    found.push({ title, where: `${file.path}:${file.lineOf(node.start)}` });
  });
  return found;
}

describe('routes', () => {
  test('every route that a room declares has an access rule', () => {
    const declared = sources.filter(({ path }) => path.endsWith('-routes.ts')).flatMap(routesOf);
    expect(declared.length).toBeGreaterThan(5);
    expect(
      declared
        .filter(({ key }) => !Object.hasOwn(ACCESS_RULES, key))
        .map(({ where, key }) => `${where} ${key}`),
    ).toEqual([]);
  });
});

/** Routes written as `{ method: 'get', path: '/api/things/{id}' }`, as keys of the access table. */
function routesOf(file: SourceFile): { key: string; where: string }[] {
  const found: { key: string; where: string }[] = [];
  walk(file.body, (node) => {
    const { properties } = node;
    if (node.type !== 'ObjectExpression' || !Array.isArray(properties)) return;
    const text = (name: string): string | null => {
      const property: unknown = properties.find(
        (candidate: unknown) => isNode(candidate) && isNode(candidate.key) && candidate.key.name === name,
      );
      return isNode(property) ? literalText(property.value) : null;
    };
    const [method, path] = [text('method'), text('path')];
    if (method === null || !path?.startsWith('/')) return;
    const key = `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`;
    found.push({ key, where: `${file.path}:${file.lineOf(node.start)}` });
  });
  return found;
}

describe('documents', () => {
  test('cite only paths that exist', () => {
    const top = join(import.meta.dirname, '..');
    const pages = filesBelow(['docs'], /\.md$/).concat(
      ['README.md', 'CONTRIBUTING.md'].filter((name) => existsSync(join(top, name))),
    );
    const cited = pages.flatMap((page) =>
      textOf(page)
        .split('\n')
        .flatMap((line, i) =>
          [...line.matchAll(/(?<![\w/.-])(?:src|players|test|docs|drizzle|media|\.ci)\/[\w./-]*\w/g)].map(
            ([path]) => ({ path, where: `${page}:${i + 1}` }),
          ),
        ),
    );
    expect(
      cited.filter(({ path }) => !existsSync(join(top, path))).map(({ path, where }) => `${where} ${path}`),
    ).toEqual([]);
  });
});
