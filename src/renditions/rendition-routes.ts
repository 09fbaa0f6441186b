import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam } from '../base/api-routes.ts';
import { idSchema } from '../contract/media-type.ts';
import type { RenditionJob, RenditionStore } from './rendition-store.ts';
import { TROUBLES } from './transcoder-files.ts';

const tags = ['Material 素材'];

const jobSchema = z
  .object({
    id: idSchema,
    assetId: idSchema,
    madeFor: z.enum(['screen', 'sound']).openapi({
      description: '`screen`: H.264 and AAC in MP4, at most 1920 × 1080; `sound`: AAC for loudspeakers',
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
export function renditionRoutes(deps: { store: RenditionStore; transcoder: string | null }) {
  const { store, transcoder } = deps;
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
    );
}

function shown({ trouble, ...job }: RenditionJob) {
  return { ...job, trouble: trouble === null ? null : TROUBLES[trouble] };
}
