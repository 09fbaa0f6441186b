import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import type { z } from 'zod';
import { told } from '../base/csv-rows.ts';
import { Refusal } from '../base/refusal.ts';
import { languageOfTerminal } from '../base/sentence.ts';
import { openMedia } from '../compose-media.ts';
import { readConfig } from '../config.ts';
import { categorySchema } from '../contract/media-type.ts';
import { openDatabase } from '../db/connect.ts';
import { type ImportReport, importReportSchema } from '../endpoints/endpoint.ts';
import { endpointStore } from '../endpoints/endpoint-store.ts';
import { readFleetCsv } from '../endpoints/fleet-csv.ts';
import { signInAt } from '../server-account.ts';
import { audit } from '../staff/audit-store.ts';
import { type Asset, assetSchema } from './asset.ts';
import { assetStore } from './asset-store.ts';
import { importFlow } from './import-flow.ts';

/*
 * `npm run import -- <files or folders>`: takes material and lists of endpoints in, into the data folder
 * itself or, with --server, over HTTP. A program of its own, so it builds its parts like main does.
 */

const USAGE = `Usage: npm run import -- <files or folders> [--category psa|warning|notice]
  Films, pictures and sound become drafts; .csv files are lists of endpoints (see media/samples/fleet.csv).
  Without --server it opens the database itself (DATABASE_URL, or the folder DATA_DIR).
  --server URL --user NAME --password WORD   through a running server instead; the password may also come
                                             from the environment as BEACON_PASSWORD`;

/** In a folder only these are taken; a file that is named itself is always looked at. */
const ENDINGS = new Set(
  '.csv .mp4 .m4v .mov .webm .mkv .mp3 .m4a .aac .wav .ogg .oga .opus .flac .jpg .jpeg .png .webp .gif .avif'.split(
    ' ',
  ),
);
const language = languageOfTerminal(process.env);

type Category = z.infer<typeof categorySchema>;

/** Where the files go. */
interface Destination {
  media(path: string, category: Category): Promise<{ asset: Asset; isNew: boolean }>;
  fleet(path: string): Promise<ImportReport>;
  close(): Promise<void>;
}

interface Verdict {
  readonly file: string;
  readonly isFailure: boolean;
  readonly words: string;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.sentence[language]);
  return 1;
});

async function main(args: string[]): Promise<number> {
  const options = {
    category: { type: 'string', default: 'psa' },
    server: { type: 'string' },
    user: { type: 'string' },
    password: { type: 'string' },
    help: { type: 'boolean', default: false },
  } as const;
  let given: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>;
  try {
    given = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    return 2;
  }
  const { values, positionals } = given;
  const category = categorySchema.safeParse(values.category);
  if (values.help || positionals.length === 0 || !category.success) {
    console.error(USAGE);
    return values.help ? 0 : 2;
  }
  const files = (await Promise.all(positionals.map(filesIn))).flat();
  if (files.length === 0) {
    console.error('There are no films, pictures, sounds or .csv files in it.');
    return 1;
  }
  const { server, user, password = process.env.BEACON_PASSWORD } = values;
  const destination =
    server === undefined ? await ownDatabase() : await runningServer(server, user, password);
  const verdicts: Verdict[] = [];
  try {
    for (const path of files) verdicts.push(await take(destination, path, category.data));
  } finally {
    await destination.close();
  }
  const width = Math.max(...verdicts.map(({ file }) => columnsOf(file)));
  for (const { file, isFailure, words } of verdicts) {
    console.log(
      `${file}${' '.repeat(width - columnsOf(file))}  ${isFailure ? 'FAILED' : 'ok    '}  ${words}`,
    );
  }
  const failures = verdicts.filter((verdict) => verdict.isFailure).length;
  console.log(`${verdicts.length - failures} of ${verdicts.length} files taken in.`);
  return failures > 0 ? 1 : 0;
}

async function take(destination: Destination, path: string, category: Category): Promise<Verdict> {
  const file = basename(path);
  try {
    if (extname(path).toLowerCase() === '.csv') {
      const { created, updated, unchanged, failed } = await destination.fleet(path);
      const rows = failed.map(({ line, id, message }) => `\n    line ${line} ${id}: ${message}`).join('');
      const words = `endpoints: ${created} new, ${updated} changed, ${unchanged} unchanged, ${failed.length} failed${rows}`;
      return { file, isFailure: failed.length > 0, words };
    }
    const { asset, isNew } = await destination.media(path, category);
    return { file, isFailure: false, words: `${isNew ? 'new' : 'was there'}: ${describe(asset)}` };
  } catch (error) {
    if (error instanceof Refusal)
      return { file, isFailure: true, words: `${error.code}: ${error.sentence[language]}` };
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!/^E[A-Z]+$/.test(code)) throw error;
    return { file, isFailure: true, words: `cannot be read (${code})` };
  }
}

function describe(asset: Asset): string {
  const { id, titleZh, mediaClass, durationMs, widthPx, heightPx, state, unplayable } = asset;
  const size = widthPx === null ? '' : ` ${widthPx}×${heightPx}`;
  const time = durationMs === null ? '' : ` ${(durationMs / 1_000).toFixed(1)} s`;
  const catchWords = unplayable === null ? '' : ` – no player can play this ${unplayable} as it is`;
  return `asset ${id} “${titleZh}”, ${mediaClass}${size}${time}, ${state}${catchWords}`;
}

async function ownDatabase(): Promise<Destination> {
  const config = readConfig(process.env);
  const { dataDir, databaseUrl } = config;
  const database = await openDatabase(databaseUrl === undefined ? { dataDir } : { url: databaseUrl }).catch(
    (error: unknown) => {
      if (!(error instanceof Refusal) || error.code !== 'database.inUse') throw error;
      const through = `  npm run import -- --server ${config.publicUrl} --user NAME <files>`;
      throw new Refusal('database.inUse', {
        en: `${error.sentence.en}\nA server is running on this folder. Import through it:\n${through}`,
        zh: `${error.sentence.zh}\n此文件夹上正运行着服务器，请通过它导入：\n${through}`,
      });
    },
  );
  const now = Date.now;
  const assets = assetStore({ database, audit, now });
  const endpoints = endpointStore({ database, audit, now });
  const { files } = await openMedia(config, now, (error) => console.warn(error));
  const imports = importFlow({ assets, files, onTrouble: (error) => console.warn(error) });
  return {
    async media(path, category) {
      const { size } = await stat(path);
      return imports.importFile({
        source: createReadStream(path),
        declaredBytes: size,
        draft: { fileName: basename(path), titleEn: '', category, isFiller: false },
        actor: 'system',
      });
    },
    async fleet(path) {
      const report = await endpoints.importFleet(readFleetCsv(await readFile(path)), 'system');
      return { ...report, failed: told(report.failed, language) };
    },
    async close() {
      assets.close();
      await database.close();
    },
  };
}

async function runningServer(
  server: string,
  user: string | undefined,
  password: string | undefined,
): Promise<Destination> {
  const account = await signInAt({ server, user, password, language });
  return {
    async media(path, category) {
      const { size } = await stat(path);
      const query = new URLSearchParams({ fileName: basename(path), category });
      const { content, status } = await account.ask(`/api/assets?${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) },
        body: Readable.toWeb(createReadStream(path)) as ReadableStream,
        duplex: 'half',
      } as RequestInit);
      return { asset: assetSchema.parse(content), isNew: status === 201 };
    },
    async fleet(path) {
      const { content } = await account.ask('/api/endpoints/import', {
        method: 'POST',
        headers: { 'content-type': 'text/csv' },
        body: await readFile(path),
      });
      return importReportSchema.parse(content);
    },
    close: async () => {},
  };
}

async function filesIn(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => null);
  if (!found?.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && ENDINGS.has(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.split('/').some((part) => part.startsWith('.') && part.length > 2))
    .sort();
}

/** How many columns of a terminal a text takes; Chinese characters take two. */
function columnsOf(text: string): number {
  return [...text].reduce(
    (sum, letter) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/.test(
        letter,
      )
        ? 2
        : 1),
    0,
  );
}
