import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam, jsonBody } from '../base/api-routes.ts';
import { assetSchema, framingSchema } from '../catalogue/asset.ts';
import type { AssetStore } from '../catalogue/asset-store.ts';
import { idSchema } from '../contract/media-type.ts';
import type { FleetSize } from './fleet-needs-store.ts';
import type { FramingPreview } from './framing-preview-flow.ts';
import type { FramingStore } from './framing-store.ts';
import type { RenditionJob, RenditionStore } from './rendition-store.ts';
import { TROUBLES } from './transcoder-files.ts';

const sizeSchema = z.object({
  widthPx: z.int().min(16).max(100_000),
  heightPx: z.int().min(16).max(100_000),
});
const previewQuery = z.object({
  framing: framingSchema,
  width: z.coerce.number().int().min(16).max(100_000),
  height: z.coerce.number().int().min(16).max(100_000),
});

const tags = ['Material 素材'];

const jobSchema = z
  .object({
    id: idSchema,
    assetId: idSchema,
    madeFor: z.enum(['screen', 'sound']).openapi({
      description:
        '`screen`: H.264 and AAC in MP4, at most 1920 × 1080; `sound`: sound alone for loudspeakers',
    }),
    variant: z.string().openapi({
      description: 'Empty: for all. `fill-1080x1920` and the like: for screens of that size; `thin`; `mp3`',
    }),
    state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
    attempts: z.int(),
    progressPercent: z.int().min(0).max(100),
    trouble: z.object({ zh: z.string(), en: z.string() }).nullable(),
    queuedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
  })
  .openapi('RenditionJob');

const listSchema = z.object({
  transcoder: z
    .string()
    .nullable()
    .openapi({ description: 'Version of the ffmpeg of this server; null: none, conversions wait' }),
  jobs: z.array(jobSchema),
});

/** What is made of uploads, over HTTP; for signed-in staff. */
export function renditionRoutes(deps: {
  store: RenditionStore;
  framings: FramingStore;
  preview: FramingPreview;
  assets: AssetStore;
  sizes: () => Promise<readonly FleetSize[]>;
  transcoder: string | null;
}) {
  const { store, framings, preview, assets, sizes, transcoder } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/assets/{id}/renditions',
        tags,
        summary: 'What is being made of an upload',
        request: { params: idParam },
        responses: answers(200, listSchema, 'The conversions, in the order in which they were queued'),
      }),
      async (c) =>
        c.json({ transcoder, jobs: (await store.ofAsset(c.req.valid('param').id)).map(shown) }, 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/renditions/{id}/cancel',
        tags,
        summary: 'Cancel a conversion',
        request: { params: idParam },
        responses: answers(200, jobSchema, 'Cancelled'),
      }),
      async (c) => c.json(shown(await store.cancel(c.req.valid('param').id, c.var.staff.id)), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/renditions/{id}/retry',
        tags,
        summary: 'Begin a failed or cancelled conversion anew',
        request: { params: idParam },
        responses: answers(200, jobSchema, 'Queued'),
      }),
      async (c) => c.json(shown(await store.retry(c.req.valid('param').id, c.var.staff.id)), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/picture-sizes',
        tags,
        summary: "The commonest sizes of the fleet's pictures",
        responses: answers(
          200,
          z.object({ sizes: z.array(sizeSchema.extend({ endpoints: z.int() })) }),
          'The sizes for which files are made, the commonest first',
        ),
      }),
      async (c) => c.json({ sizes: [...(await sizes())] }, 200),
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/assets/{id}/framing',
        tags,
        summary: 'Choose how its picture meets screens of another shape',
        description:
          'Whole with bars, filling with its edges cut off, or whole before a blurred copy of itself.',
        request: { params: idParam, body: jsonBody(z.object({ framing: framingSchema })) },
        responses: answers(200, assetSchema, 'The asset'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        await framings.choose(id, c.req.valid('json').framing, c.var.staff.id);
        return c.json(await assets.get(id), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/assets/{id}/framing-preview',
        tags,
        summary: 'How its picture would meet a screen (WebP)',
        request: { params: idParam, query: previewQuery },
        responses: {
          200: {
            description: 'At most 480 pixels, in the shape of the screen',
            content: { 'image/webp': { schema: z.string().openapi({ format: 'binary' }) } },
          },
        },
      }),
      async (c) => {
        const { framing, width, height } = c.req.valid('query');
        const asset = await assets.get(c.req.valid('param').id);
        const picture = await preview.show(asset, { widthPx: width, heightPx: height }, framing);
        return c.body(picture, 200, {
          'Content-Type': 'image/webp',
          'Cache-Control': 'private, max-age=3600',
        });
      },
    );
}

function shown({ trouble, ...job }: RenditionJob) {
  return { ...job, trouble: trouble === null ? null : TROUBLES[trouble] };
}
