import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam, jsonBody, nodeBindings } from '../base/api-routes.ts';
import { assetSchema } from '../catalogue/asset.ts';
import type { AssetStore } from '../catalogue/asset-store.ts';
import { idSchema } from '../contract/media-type.ts';
import { noticeDraftSchema } from './notice.ts';
import type { NoticeFlow } from './notice-flow.ts';
import type { NoticeStore } from './notice-store.ts';
import { TEMPLATE_NAMES, TEMPLATES } from './template.ts';

const tags = ['Notices 告示'];
const sentenceSchema = z.object({ zh: z.string(), en: z.string() });
const binary = z.string().openapi({ format: 'binary' });
/** Longer side of a preview, in pixels. */
const PREVIEW_PX = 640;

const noticeSchema = z
  .object({
    assetId: z.int(),
    draft: noticeDraftSchema,
    sound: z.enum(['recording', 'synthetic']).nullable().openapi({
      description: '`synthetic`: said by a program, and to be told so wherever people decide on it',
    }),
  })
  .openapi('Notice');

const previewSchema = noticeDraftSchema.extend({
  widthPx: z.int().min(64).max(8_192),
  heightPx: z.int().min(64).max(8_192),
});

/** Notices of words, over HTTP; for signed-in staff. */
export function noticeRoutes(deps: { flow: NoticeFlow; store: NoticeStore; assets: AssetStore }) {
  const { flow, store, assets } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/notice-templates',
        tags,
        summary: 'The looks that a notice can have',
        responses: answers(
          200,
          z.object({
            templates: z.array(z.object({ template: z.enum(TEMPLATE_NAMES), name: sentenceSchema })),
          }),
          'The templates',
        ),
      }),
      (c) =>
        c.json(
          { templates: TEMPLATE_NAMES.map((template) => ({ template, name: TEMPLATES[template].name })) },
          200,
        ),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/notices/preview',
        tags,
        summary: 'How a notice would look in one size (PNG); stores nothing',
        request: { body: jsonBody(previewSchema) },
        responses: {
          200: { description: 'At most 640 pixels', content: { 'image/png': { schema: binary } } },
        },
      }),
      async (c) => {
        const { widthPx, heightPx, ...draft } = c.req.valid('json');
        const picture = await flow.preview(draft, { widthPx, heightPx }, PREVIEW_PX);
        return c.body(picture, 200, { 'Content-Type': 'image/png', 'Cache-Control': 'no-store' });
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/notices',
        tags,
        summary: 'Make a notice',
        description:
          'It becomes an asset, a draft, set for every size of the fleet; the same words again give the same asset. ' +
          '`newVersionOf`: it takes the place of that asset once it is approved.',
        request: { body: jsonBody(noticeDraftSchema.extend({ newVersionOf: idSchema.optional() })) },
        responses: answers(201, assetSchema, 'The asset'),
      }),
      async (c) => {
        const { newVersionOf, ...draft } = c.req.valid('json');
        return c.json(await flow.create(draft, c.var.staff.id, newVersionOf), 201);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/notices',
        tags,
        summary: 'The words of an asset, none where it was not typed here',
        request: { query: z.object({ asset: idParam.shape.id }) },
        responses: answers(200, z.object({ notices: z.array(noticeSchema) }), 'At most one notice'),
      }),
      async (c) => {
        const notice = await store.find(c.req.valid('query').asset);
        return c.json({ notices: notice ? [notice] : [] }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/notices/{id}',
        tags,
        summary: 'The words of an asset that was typed here',
        request: { params: idParam },
        responses: answers(200, noticeSchema, 'The notice'),
      }),
      async (c) => c.json(await store.get(c.req.valid('param').id), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/notices/{id}/speech',
        tags,
        summary: 'Have a program say it, for loudspeakers',
        request: { params: idParam },
        responses: answers(200, noticeSchema, 'With its sound, marked as synthetic'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        await flow.speak(id, c.var.staff.id);
        return c.json(await store.get(id), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/notices/{id}/recording',
        tags,
        summary: 'Hand in a recording of it, for loudspeakers',
        description: 'The body is the sound file itself, streamed, at most 128 MiB.',
        request: {
          params: idParam,
          body: {
            required: true,
            content: { 'application/octet-stream': { schema: binary }, 'audio/*': { schema: binary } },
          },
        },
        responses: answers(200, noticeSchema, 'With its sound'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { incoming } = nodeBindings(c);
        const body = incoming
          ? { [Symbol.asyncIterator]: () => incoming.iterator({ destroyOnReturn: false }) }
          : (c.req.raw.body ?? new ReadableStream({ start: (controller) => controller.close() }));
        await flow.record(id, body, c.var.staff.id);
        return c.json(await store.get(id), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/notices/{id}/poster',
        tags,
        summary: 'An A3 poster of an approved notice (PDF)',
        request: { params: idParam },
        responses: { 200: { description: 'A3', content: { 'application/pdf': { schema: binary } } } },
      }),
      async (c) => {
        const asset = await assets.get(c.req.valid('param').id);
        const pdf = await flow.poster(asset);
        return c.body(pdf, 200, {
          'Content-Type': 'application/pdf',
          'Content-Disposition': `inline; filename*=UTF-8''${encodeURIComponent(asset.titleZh)}.pdf`,
        });
      },
    );
}
