import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** One static file, held in memory, ready to be sent. */
export interface Page {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Present where it is worth it. */
  readonly gzipped: Uint8Array<ArrayBuffer> | null;
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
}

/** Static files by their path below the folder, with `/` between the parts. */
export type Pages = ReadonlyMap<string, Page>;

/** The folder of the server's own small pages. */
export const OWN_PAGES: string = fileURLToPath(new URL('./pages', import.meta.url));
/** The folder into which the browser player is built. */
export const KIOSK_PAGES: string = fileURLToPath(new URL('../../dist/kiosk', import.meta.url));
/** The folder into which the console is built. */
const CONSOLE_PAGES: string = fileURLToPath(new URL('../../dist/console', import.meta.url));

/** All that the server has to give: its own pages, the browser player and the console. */
export async function readPageSets(): Promise<{ ownPages: Pages; kioskPages: Pages; consolePages: Pages }> {
  return {
    ownPages: await readPages(OWN_PAGES),
    kioskPages: await readPages(KIOSK_PAGES),
    consolePages: await readPages(CONSOLE_PAGES),
  };
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};
const WORTH_ZIPPING = 1_024;
/** A name that the bundler made from the content: its bytes never change. */
const HASHED = /(^|\/)assets\/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;

/**
 * Reads a folder of static files into memory; a request can then only ever reach what was read, whatever
 * its path says. Empty when the folder does not exist. Source maps and files of unknown types are left out.
 */
export async function readPages(folder: string): Promise<Pages> {
  const pages = new Map<string, Page>();
  for (const path of await filesBelow(folder)) {
    const type = TYPES[extname(path)];
    if (!type) continue;
    const name = relative(folder, path).split(sep).join('/');
    pages.set(name, pageOf(name, type, new Uint8Array(await readFile(path))));
  }
  return pages;
}

function pageOf(name: string, type: string, bytes: Uint8Array<ArrayBuffer>): Page {
  const isText = /^text|json|javascript|svg|wasm/.test(type);
  const gzipped = isText && bytes.length >= WORTH_ZIPPING ? new Uint8Array(gzipSync(bytes)) : null;
  return {
    bytes,
    gzipped: gzipped && gzipped.length < bytes.length ? gzipped : null,
    type,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`,
    cacheControl: HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
}

async function filesBelow(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
