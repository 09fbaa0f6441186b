import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type ApiEnv, answers, apiRoutes, idParam, nodeBindings } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import type { Bytes } from '../base/units.ts';
import { categorySchema, sha256Schema } from '../contract/media-type.ts';
import { assetDraftSchema, assetSchema, assetStateSchema } from './asset.ts';
import type { AssetStore } from './asset-store.ts';
import type { ImportFlow } from './import-flow.ts';
import { fileFacts, type MediaFiles } from './media-files.ts';
import { fileResponses, rangeHeaders, sendFile } from './media-routes.ts';

const tags = ['Material 素材'];
const binary = z.string().openapi({ format: 'binary', description: 'The bytes of the file' });

const uploadQuery = assetDraftSchema.extend({
  isFiller: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
});
const listQuery = z.object({ state: assetStateSchema.optional(), category: categorySchema.optional() });

/** Material over HTTP; for signed-in staff. */
export function assetRoutes(deps: { assets: AssetStore; files: MediaFiles; imports: ImportFlow }) {
  const { assets, files, imports } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/assets',
        tags,
        summary: 'All material',
        request: { query: listQuery },
        responses: answers(200, z.object({ assets: z.array(assetSchema) }), 'The assets, oldest first'),
      }),
      async (c) => c.json({ assets: await assets.list(c.req.valid('query')) }, 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/assets',
        tags,
        summary: 'Hand in a file',
        description:
          'The body is the file itself, streamed (at most 4 GiB); what it is, is found out by its content, whatever ' +
          'the Content-Type says or without any. ' +
          'MP4, MOV, WebM, MP3, M4A, WAV, Ogg, FLAC, JPEG, PNG, WebP, GIF, AVIF. ' +
          'The new asset is a draft. The same content again answers 200 with the asset that is there.',
        request: {
          query: uploadQuery,
          body: {
            required: true,
            content: {
              'application/octet-stream': { schema: binary },
              'video/*': { schema: binary },
              'audio/*': { schema: binary },
              'image/*': { schema: binary },
            },
          },
        },
        responses: {
          ...answers(201, assetSchema, 'Taken in as a draft'),
          200: {
            description: 'The content was there already',
            content: { 'application/json': { schema: assetSchema } },
          },
        },
      }),
      async (c) => {
        if (/^multipart\//i.test(c.req.header('content-type') ?? '')) {
          throw new Refusal('request.unsupportedType', {
            en: 'Send the file itself as the body, not a form; its name goes into the address as fileName.',
            zh: '请直接上传文件本身，不要用表单；文件名写在网址参数 fileName 中。',
          });
        }
        const declaredBytes = declaredLength(c);
        const { asset, isNew } = await imports.importFile({
          source: bodyOf(c),
          ...(declaredBytes !== undefined && { declaredBytes }),
          draft: c.req.valid('query'),
          actor: c.var.staff.id,
        });
        return isNew ? c.json(asset, 201) : c.json(asset, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/assets/{id}',
        tags,
        summary: 'One asset',
        request: { params: idParam },
        responses: answers(200, assetSchema, 'The asset'),
      }),
      async (c) => c.json(await assets.get(c.req.valid('param').id), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/assets/{id}/thumbnail',
        tags,
        summary: 'A small picture of it (WebP)',
        request: { params: idParam, headers: rangeHeaders() },
        responses: fileResponses,
      }),
      async (c) => {
        const asset = await assets.get(c.req.valid('param').id);
        const path = await imports.thumbnailOf(asset);
        const { bytes, changedAt } = await fileFacts(path);
        return sendFile(c, {
          path,
          bytes,
          type: 'image/webp',
          etag: `"${asset.sha256.slice(0, 32)}-${changedAt}"`,
          // Once ffmpeg is installed a better one may be made.
          headers: { 'Cache-Control': 'private, max-age=3600' },
        });
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/assets/{id}/file',
        tags,
        summary: 'The file as it was handed in, or what was made of it',
        request: {
          params: idParam,
          query: z.object({
            madeFor: z.enum(['original', 'screen', 'sound']).default('original'),
            sha256: sha256Schema
              .optional()
              .openapi({ description: 'One of its files by hash, whoever it is for' }),
          }),
          headers: rangeHeaders(),
        },
        responses: fileResponses,
      }),
      async (c) => {
        const asset = await assets.get(c.req.valid('param').id);
        const { madeFor, sha256: wanted } = c.req.valid('query');
        const file =
          wanted !== undefined
            ? [asset, ...asset.renditions].find((made) => made.sha256 === wanted)
            : madeFor === 'original'
              ? asset
              : asset.renditions.find((made) => made.madeFor === madeFor && made.variant === '');
        if (file === undefined)
          throw new Refusal('media.unknown', {
            en: `Nothing was made of asset ${asset.id} for that yet.`,
            zh: `素材 ${asset.id} 还没有这种转码文件，请稍后再试。`,
          });
        const { sha256, bytes, type } = file;
        const path = await files.local(sha256);
        if (path === null)
          throw new Refusal('media.unknown', {
            en: `The file of asset ${asset.id} is not on this server.`,
            zh: `本服务器上没有素材 ${asset.id} 的文件，请告知管理员。`,
          });
        return sendFile(c, {
          path,
          bytes,
          type,
          etag: `"${sha256}"`,
          headers: {
            'Content-Disposition': `inline; filename*=UTF-8''${encodeURIComponent(asset.fileName)}`,
          },
        });
      },
    );
}

function declaredLength(c: Context<ApiEnv>): Bytes | undefined {
  const header = c.req.header('content-length');
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

/**
 * The body as it comes in. Leaving off in the middle must not destroy the connection, or the refusal would
 * never reach the sender.
 */
function bodyOf(c: Context<ApiEnv>): AsyncIterable<Uint8Array> {
  const { incoming } = nodeBindings(c);
  if (incoming) return { [Symbol.asyncIterator]: () => incoming.iterator({ destroyOnReturn: false }) };
  return c.req.raw.body ?? new ReadableStream({ start: (controller) => controller.close() });
}
