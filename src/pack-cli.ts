import { cp, glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, matchesGlob } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * `npm pack` calls this before it packs: lays the program out as plain JavaScript in dist/server, with all that it reads
 * at the same places beside it. Node strips no types of files below node_modules, where an installed program lies.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'dist', 'server');

/** What belongs to the browser is built by vite and copied as built. */
const OF_BROWSERS = ['src/console/**', '**/vite.config.ts'];
const COPIED = [
  'package.json',
  'drizzle',
  'dist/kiosk',
  'dist/console',
  'dist/headless',
  ...['samples.json', 'fleet.csv', 'README.md'].map((name) => `media/samples/${name}`),
];
/** A relative address of a source file, in an import or as the program of a worker. */
const SOURCE_ADDRESS = /(['"])(\.{1,2}\/[^'"\n]+)\.ts\1/g;

await rm(target, { recursive: true, force: true });
for await (const path of glob('{src,players}/**/*.ts', { cwd: root })) {
  if (!OF_BROWSERS.some((pattern) => matchesGlob(path, pattern))) await layOut(path);
}
for (const path of COPIED) await copy(path);
for await (const path of glob('{src/http/pages/*,src/**/*.json,media/samples/*.{mp4,png,m4a}}', {
  cwd: root,
}))
  await copy(path);

/** Types become blanks, so that lines and columns of an error are those of the source. */
async function layOut(path: string): Promise<void> {
  const stripped = stripTypeScriptTypes(await readFile(join(root, path), 'utf8'));
  const file = join(target, path.replace(/\.ts$/, '.js'));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, stripped.replace(SOURCE_ADDRESS, '$1$2.js$1'), { mode: 0o755 });
}

async function copy(path: string): Promise<void> {
  await cp(join(root, path), join(target, path), { recursive: true });
}
