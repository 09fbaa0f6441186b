import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** An import of one module by another. */
interface Imported {
  /** As written. */
  readonly request: string;
  /** Path from the top of the repository when it is our own file, else the package or built-in as written. */
  readonly target: string;
  readonly isType: boolean;
  readonly line: number;
}

/** One TypeScript file, read and parsed. */
export interface SourceFile {
  /** From the top of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  /** The text with comments, strings and regular expressions blanked out; same length, same lines. */
  readonly code: string;
  readonly imports: readonly Imported[];
  readonly body: readonly Node[];
  readonly comments: readonly Node[];
  /** The line, from 1, of an offset. */
  lineOf(offset: number): number;
}

/** A node of the syntax tree, as loosely as a rule needs it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly value?: unknown;
  readonly [key: string]: unknown;
}

/** All files below the given folders, from the top of the repository, sorted. */
export function filesBelow(folders: readonly string[], ending: RegExp): string[] {
  const found = folders.flatMap((folder) => {
    const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && ending.test(entry.name))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'));
  });
  return found.filter((path) => !path.includes('node_modules/')).sort();
}

/** The text of a file. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Reads and parses one file. */
export function readSource(path: string): SourceFile {
  return sourceOf(path, textOf(path));
}

/** Parses a text as the file of that name. */
export function sourceOf(path: string, text: string): SourceFile {
  const parsed = parseSync(path, text);
  const starts = [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)];
  const lineOf = (offset: number): number => starts.findLastIndex((start) => start <= offset) + 1;
  const body = parsed.program.body as unknown as Node[];
  const comments = parsed.comments as unknown as Node[];
  return {
    path,
    text,
    code: codeOf(text, body, comments),
    imports: importsOf(path, body, lineOf),
    body,
    comments,
    lineOf,
  };
}

/** Calls `visit` with every node, parents first. */
export function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (isNode(value)) visit(value);
  for (const inner of Object.values(value)) if (typeof inner === 'object') walk(inner, visit);
}

/** The text of a string literal or of a template, its holes as …; null for anything else. */
export function literalText(node: unknown): string | null {
  if (!isNode(node)) return null;
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type !== 'TemplateLiteral' || !Array.isArray(node.quasis)) return null;
  return node.quasis.map((quasi: { value: { raw: string } }) => quasi.value.raw).join('…');
}

/** Whether the value is a node. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function codeOf(text: string, body: readonly Node[], comments: readonly Node[]): string {
  const blanks: Node[] = [...comments];
  walk(body, (node) => {
    if (node.type === 'Literal' && typeof node.value !== 'number') blanks.push(node);
    if (node.type === 'TemplateElement') blanks.push(node);
  });
  const letters = text.split('');
  for (const { start, end } of blanks) {
    for (let i = start; i < end; i++) if (letters[i] !== '\n') letters[i] = ' ';
  }
  return letters.join('');
}

function importsOf(path: string, body: readonly Node[], lineOf: (offset: number) => number): Imported[] {
  const found: Imported[] = [];
  walk(body, (node) => {
    if (!isImport(node)) return;
    const request = literalText(node.source);
    if (request === null) return;
    const target = request.startsWith('.') ? join(dirname(path), request).split(sep).join('/') : request;
    found.push({ request, target, isType: isTypeOnly(node), line: lineOf(node.start) });
  });
  return found;
}

function isImport(node: Node): boolean {
  const { type } = node;
  const names = ['ImportDeclaration', 'ImportExpression', 'ExportAllDeclaration', 'ExportNamedDeclaration'];
  return names.includes(type) && isNode(node.source);
}

function isTypeOnly(node: Node): boolean {
  if (node.importKind === 'type' || node.exportKind === 'type') return true;
  const { specifiers } = node;
  return (
    Array.isArray(specifiers) &&
    specifiers.length > 0 &&
    specifiers.every((specifier: Node) => specifier.importKind === 'type')
  );
}
