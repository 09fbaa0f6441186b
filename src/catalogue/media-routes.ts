import { Readable } from 'node:stream';
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type ApiEnv, answeredByHand, answers, apiRoutes, nodeBindings } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import type { Bytes } from '../base/units.ts';
import { sha256Schema } from '../contract/media-type.ts';
import type { AssetStore } from './asset-store.ts';
import { type ByteRange, readByteRange } from './byte-range.ts';
import { type MediaFiles, readPart } from './media-files.ts';
import { sendPart } from './send-files.ts';

/** A file to answer with. Its content never changes under its name. */
export interface FileAnswer {
  readonly path: string;
  readonly bytes: Bytes;
  /** MIME type. */
  readonly type: string;
  /** Strong entity tag, quotes included. */
  readonly etag: string;
  /** Where a proxy in front finds the file by itself, as its internal address; absent: it is sent from here. */
  readonly handOff?: string | undefined;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a route that answers with a file declares. */
export const fileResponses = {
  200: { description: 'The file', content: { 'application/octet-stream': { schema: binary() } } },
  206: { description: 'A part of it', content: { 'application/octet-stream': { schema: binary() } } },
  304: { description: 'Unchanged' },
  '4XX': answers(200, z.string(), '')['4XX'],
} as const;

/** Media files, for players. `handOff`: the internal address under which a proxy in front has the store of media. */
export function mediaRoutes(deps: { assets: AssetStore; files: MediaFiles; handOff?: string | undefined }) {
  const { assets, files, handOff } = deps;
  return apiRoutes().openapi(
    createRoute({
      method: 'get',
      path: '/api/player/v1/media/{sha256}',
      tags: ['Player protocol'],
      summary: 'A file by its hash',
      description:
        'GET and HEAD; single byte ranges. Only files of approved material. The content under a hash never ' +
        'changes: check the SHA-256 once, then keep it.',
      security: [{ playerToken: [] }],
      request: { params: z.object({ sha256: sha256Schema }), headers: rangeHeaders() },
      responses: fileResponses,
    }),
    async (c) => {
      const { sha256 } = c.req.valid('param');
      const file = await assets.approvedFile(sha256);
      const path = file && (await files.local(sha256));
      if (!file || !path) {
        throw new Refusal('media.unknown', {
          en: 'No approved material has this file.',
          zh: '没有已通过审核的素材使用此文件。',
        });
      }
      return sendFile(c, {
        ...{ path, ...file, etag: `"${sha256}"` },
        handOff: handOff && `${handOff}/${sha256.slice(0, 2)}/${sha256}`,
      });
    },
  );
}

/**
 * Answers with a file or a part of it (RFC 9110 §13, §14): strong ETag, one range at a time, never more than
 * a chunk in memory. Over a real server it is written to the node response itself, which costs half of what
 * a web stream does.
 * @throws Refusal media.badRange with Content-Range set, when the range lies behind the end.
 */
export function sendFile(c: Context<ApiEnv>, file: FileAnswer): Response {
  const fixed = fixedHeaders(file);
  if (namesTag(c.req.header('if-none-match'), file.etag))
    return new Response(null, { status: 304, headers: fixed });
  if (file.handOff !== undefined) {
    const headers = { ...fixed, 'Content-Type': file.type, 'X-Accel-Redirect': file.handOff };
    return new Response(null, { headers });
  }
  const ifRange = c.req.header('if-range');
  const asked = ifRange === undefined || ifRange === file.etag ? c.req.header('range') : undefined;
  const range = readByteRange(asked, file.bytes);
  if (range === 'unsatisfiable') {
    // On the response itself, so that the problem document that replaces it carries it too.
    c.res.headers.set('Content-Range', `bytes */${file.bytes}`);
    throw new Refusal('media.badRange', {
      en: `The file has ${file.bytes} bytes; the range begins behind its end.`,
      zh: `文件共 ${file.bytes} 字节，请求的范围超出了文件结尾。`,
    });
  }
  const { status, headers, part } = partOfFile(file, range);
  if (c.req.method === 'HEAD') return new Response(null, { status, headers });
  const { outgoing } = nodeBindings(c);
  if (!outgoing)
    return new Response(Readable.toWeb(readPart(file.path, part)) as ReadableStream, { status, headers });
  // What middleware has set so far would be lost with the response that it was set on.
  for (const [name, value] of c.res.headers) outgoing.setHeader(name, value);
  outgoing.writeHead(status, headers);
  sendPart(file.path, part, outgoing);
  return answeredByHand();
}

function fixedHeaders(file: Pick<FileAnswer, 'etag' | 'headers'>): Readonly<Record<string, string>> {
  return {
    'Accept-Ranges': 'bytes',
    ETag: file.etag,
    'Cache-Control': 'private, max-age=31536000, immutable',
    'X-Content-Type-Options': 'nosniff',
    ...file.headers,
  };
}

/** The head of the answer with a file or a part of it, and which bytes follow. */
export function partOfFile(file: Omit<FileAnswer, 'path'>, range: ByteRange | 'whole') {
  const part = range === 'whole' ? { from: 0, to: file.bytes - 1 } : range;
  const headers = {
    ...fixedHeaders(file),
    'Content-Type': file.type,
    'Content-Length': String(part.to - part.from + 1),
    ...(range !== 'whole' && { 'Content-Range': `bytes ${part.from}-${part.to}/${file.bytes}` }),
  };
  return { status: range === 'whole' ? 200 : 206, headers, part };
}

/** The headers of a ranged request, for the document. */
export function rangeHeaders() {
  return z.object({
    range: z.string().optional().openapi({ example: 'bytes=0-1048575' }),
    'if-none-match': z.string().optional(),
    'if-range': z.string().optional(),
  });
}

function namesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

function binary() {
  return z.string().openapi({ format: 'binary' });
}
