import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Refusal } from '../base/refusal.ts';
import { type Backup, backupSchema } from './backup.ts';
import { copyDurably, isThere, sha256OfFile, sync, syncFolders } from './durable-files.ts';

const LIST = 'backup.json';
/** Rows are handed on in one go that make about so many characters. */
const LINES_TEXT = 1_000_000;

/** A backup that is being written. It has its name only once it is whole. */
export interface BackupDraft {
  /** Writes the rows of a table, packed. */
  writeTable(name: string, lines: AsyncIterable<readonly string[]>): Promise<void>;
  /** Takes the files along that are no media: keys, the secret of sessions, evidence. */
  takeAlong(sources: readonly { readonly from: string; readonly to: string }[]): Promise<void>;
  /** Writes the list of contents and gives the folder its name. */
  finish(list: Omit<Backup, 'files'>): Promise<Backup>;
  discard(): Promise<void>;
}

/** Where a table's rows lie in the folder of a backup. */
function tablePath(name: string): string {
  return `tables/${name}.jsonl.gz`;
}

/**
 * Begins a backup in a folder beside `folder`.
 * @throws Refusal config.invalid when there is a folder of that name
 */
export async function draftBackup(folder: string): Promise<BackupDraft> {
  if (await isThere(folder)) {
    throw new Refusal('config.invalid', {
      en: `${folder} is there already. Name a folder that is not.`,
      zh: `文件夹 ${folder} 已存在，请另取名称。`,
    });
  }
  const draft = `${folder}.part`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(join(draft, 'tables'), { recursive: true, mode: 0o700 });
  return {
    async writeTable(name, lines) {
      const packed = createGzip({ level: 5 });
      const written = pipeline(
        packed,
        createWriteStream(join(draft, tablePath(name)), { mode: 0o600, flush: true }),
      );
      for await (const some of lines) {
        if (!packed.write(`${some.join('\n')}\n`)) await Promise.race([once(packed, 'drain'), written]);
      }
      packed.end();
      await written;
    },
    async takeAlong(sources) {
      for (const { from, to } of sources) {
        await copyDurably(from, join(draft, to));
      }
    },
    async finish(list) {
      const paths = await filesBelow(draft, '');
      const files = [];
      for (const path of paths) {
        const { size } = await stat(join(draft, path));
        files.push({ path, sha256: await hashOf(join(draft, path)), bytes: size });
      }
      // What could not be read again is no backup.
      const backup = backupSchema.parse({ ...list, files } satisfies Backup);
      await writeFile(join(draft, LIST), JSON.stringify(backup, null, 1), { mode: 0o600, flush: true });
      await syncFolders(draft);
      await rename(draft, folder);
      await sync(dirname(folder));
      return backup;
    },
    discard: () => rm(draft, { recursive: true, force: true }),
  };
}

/**
 * Reads a backup's list of contents and looks at every file that it names.
 * @throws Refusal config.invalid when it is no backup, or a file of it is missing or changed
 */
export async function readBackup(folder: string): Promise<Backup> {
  const text = await readFile(join(folder, LIST), 'utf8').catch(() => null);
  const parsed = backupSchema.safeParse(text === null ? null : jsonOf(text));
  if (!parsed.success) {
    throw new Refusal('config.invalid', {
      en: `${folder} is no backup that this version can read.`,
      zh: `${folder} 不是本版本可以读取的备份。`,
    });
  }
  for (const { path, sha256 } of parsed.data.files) {
    const found = isInside(path) ? await sha256OfFile(join(folder, path)) : null;
    if (found !== sha256) {
      throw new Refusal('config.invalid', {
        en: `The backup is damaged: ${path} is ${found === null ? 'missing' : 'not what was written'}.`,
        zh: `备份已损坏：${path} ${found === null ? '缺失' : '内容与备份时不符'}。`,
      });
    }
  }
  return parsed.data;
}

/** The rows of a table of a backup, some at a time. */
export async function* tableLines(folder: string, name: string): AsyncGenerator<readonly string[]> {
  const unpacked = createReadStream(join(folder, tablePath(name)))
    .pipe(createGunzip())
    .setEncoding('utf8');
  // Not by readline, which also ends a line at U+2028, and that may stand in a text.
  let rest = '';
  for await (const text of unpacked as AsyncIterable<string>) {
    rest += text;
    if (rest.length < LINES_TEXT) continue;
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines;
  }
  if (rest !== '') yield rest.slice(0, -1).split('\n');
}

/**
 * Puts the files of a backup that are no tables back into a data folder.
 * @throws Refusal config.invalid when one is there with other bytes: nothing is written over
 */
export async function putBack(
  folder: string,
  files: Backup['files'],
  placeOf: (path: string) => string,
): Promise<void> {
  const wanted = files.filter(({ path }) => !path.startsWith('tables/'));
  for (const { path, sha256 } of wanted) await requireSameOrFree(placeOf(path), sha256);
  for (const { path } of wanted) {
    if (await isThere(placeOf(path))) continue;
    await copyDurably(join(folder, path), placeOf(path));
    // Whatever a backup went through on its way, a disk without rights or a checkout: these are secrets.
    await chmod(placeOf(path), 0o600);
    await sync(placeOf(path));
  }
}

/**
 * Whether the file is there already; false when its place is free.
 * @throws Refusal config.invalid when another file has its place
 */
export async function requireSameOrFree(path: string, sha256: string): Promise<boolean> {
  if (!(await isThere(path))) return false;
  if ((await sha256OfFile(path)) === sha256) return true;
  throw new Refusal('config.invalid', {
    en: `${path} is there and is another file than the backup's. Move it away first.`,
    zh: `${path} 已存在且与备份中的文件不同，请先将其移走。`,
  });
}

async function filesBelow(root: string, part: string): Promise<string[]> {
  const entries = await readdir(join(root, part), { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .toSorted();
}

function isInside(path: string): boolean {
  return !path.startsWith('/') && !path.split(/[\\/]/).includes('..');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function hashOf(path: string): Promise<string> {
  const sha256 = await sha256OfFile(path);
  if (sha256 === null) throw new Error(`${path} cannot be read again`);
  return sha256;
}
