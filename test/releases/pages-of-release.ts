import { once } from 'node:events';
import { glob, readFile } from 'node:fs/promises';
import { createServer, request as ask, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';

/** The browser player of a release: its files by their path below `/player/`, in base64. */
const storedPagesSchema = z.record(z.string(), z.base64());

/** Packs what `npm run build` made of the browser player. */
export async function packPages(folder: string): Promise<Uint8Array> {
  const pages: Record<string, string> = {};
  for await (const path of glob('**/*.*', { cwd: folder }))
    pages[path.replaceAll('\\', '/')] = await readFile(join(folder, path), 'base64');
  return gzipSync(JSON.stringify(pages), { level: 9 });
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  webmanifest: 'application/manifest+json',
};

/** An address at which the browser player of a release lies before today's server, which answers everything else. */
export interface PagesOfRelease {
  readonly url: string;
  close(): Promise<void>;
}

/** Puts the packed player before the server at `server`. */
export async function servePages(packed: Uint8Array, server: string): Promise<PagesOfRelease> {
  const pages = new Map(
    Object.entries(storedPagesSchema.parse(JSON.parse(gunzipSync(packed).toString('utf8')))).map(
      ([path, base64]) => [path, Buffer.from(base64, 'base64')],
    ),
  );
  const front: Server = createServer((asked, answer) => {
    const { pathname } = new URL(asked.url ?? '/', server);
    const path = pathname === '/player/' ? 'index.html' : pathname.replace(/^\/player\//, '');
    const page = pages.get(path);
    if (page !== undefined) {
      const type = TYPES[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
      answer.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' }).end(page);
      return;
    }
    const passed = ask(`${server}${asked.url}`, { method: asked.method, headers: asked.headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  const { port } = front.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      front.close();
      front.closeAllConnections();
      await once(front, 'close');
    },
  };
}
