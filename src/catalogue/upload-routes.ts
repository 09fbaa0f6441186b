import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes } from '../base/api-routes.ts';
import type { TusHandler } from './tus-files.ts';
import { uploadSchema } from './upload.ts';
import type { UploadFlow } from './upload-flow.ts';

const tags = ['Material 素材'];
const byUpload = z.object({ id: z.string().max(64) });
const refused = answers(200, z.string(), '')['4XX'];

/** Files that come in piece by piece (tus 1.0.0), for staff. */
export function uploadRoutes(deps: { uploads: UploadFlow; tus: TusHandler }) {
  const { uploads, tus } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/uploads',
        tags,
        summary: 'My unfinished uploads',
        responses: answers(200, z.object({ uploads: z.array(uploadSchema) }), 'Oldest first'),
      }),
      async (c) => c.json({ uploads: await uploads.listOpen(c.var.staff.id) }, 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/uploads',
        tags,
        summary: 'Begin a resumable upload (tus 1.0.0)',
        description:
          'For files up to 4 GiB over lines that break: any client of the tus protocol (https://tus.io) will do. ' +
          '`Upload-Length` says how many bytes the file has, `Upload-Metadata` what `POST /api/assets` takes as ' +
          'parameters (`fileName`, `category`, …). The answer’s `Location` takes the bytes by `PATCH`, tells by ' +
          '`HEAD` how many it has, and by `GET` what became of the file once all are there. ' +
          'An upload is given up when no byte has come for seven days.',
        responses: { 201: { description: 'Begun; see `Location`' }, '4XX': refused, '5XX': refused },
      }),
      (c) => tus.handle(c.req.raw, c.var.staff.id),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/uploads/{id}',
        tags,
        summary: 'What became of an upload; HEAD: how much has come (tus 1.0.0)',
        request: { params: byUpload },
        responses: answers(200, uploadSchema, 'The upload'),
      }),
      async (c) => {
        // The router hands HEAD to GET; the two types of answers have nothing in common.
        if (c.req.method === 'HEAD') return (await tus.handle(c.req.raw, c.var.staff.id)) as never;
        return c.json(await uploads.tell(c.req.valid('param').id, c.var.staff.id), 200, {
          'cache-control': 'no-store',
        });
      },
    )
    .openapi(
      createRoute({
        method: 'patch',
        path: '/api/uploads/{id}',
        tags,
        summary: 'Send a piece (tus 1.0.0)',
        request: { params: byUpload },
        responses: {
          204: { description: 'Written; `Upload-Offset` says how much has come' },
          '4XX': refused,
          '5XX': refused,
        },
      }),
      (c) => tus.handle(c.req.raw, c.var.staff.id),
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/api/uploads/{id}',
        tags,
        summary: 'Give an unfinished upload up (tus 1.0.0)',
        request: { params: byUpload },
        responses: { 204: { description: 'Gone' }, '4XX': refused },
      }),
      (c) => tus.handle(c.req.raw, c.var.staff.id),
    );
}
