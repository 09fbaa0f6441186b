import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam } from '../base/api-routes.ts';
import { endpointKindSchema, idSchema, sha256Schema } from '../contract/media-type.ts';
import type { EndpointFileStore } from './endpoint-file-store.ts';

const filesSchema = z
  .object({
    kind: endpointKindSchema,
    widthPx: z.int().nullable(),
    heightPx: z.int().nullable(),
    files: z.array(
      z.object({
        assetId: idSchema,
        file: z
          .object({
            sha256: sha256Schema,
            type: z.string(),
            mediaClass: z.enum(['video', 'image', 'audio']),
            widthPx: z.int().nullable(),
            heightPx: z.int().nullable(),
          })
          .nullable()
          .openapi({ description: 'Null: this endpoint plays no file of it' }),
      }),
    ),
  })
  .openapi('EndpointFiles');

/** Which files an endpoint gets, for previews. */
export function endpointFileRoutes(deps: { files: EndpointFileStore }) {
  return apiRoutes().openapi(
    createRoute({
      method: 'get',
      path: '/api/endpoints/{id}/files',
      tags: ['Programme 节目单'],
      summary: 'Which file of an asset an endpoint would play',
      description: 'Chosen as the schedule chooses, whether or not the asset is approved.',
      request: {
        params: idParam,
        query: z.object({
          assets: z
            .string()
            .max(6_000)
            .transform((text) => text.split(',').map(Number))
            .pipe(z.array(idSchema).min(1).max(500))
            .openapi({ type: 'string', description: 'Ids, joined by commas', example: '3,5' }),
        }),
      },
      responses: answers(200, filesSchema, 'The files'),
    }),
    async (c) => {
      const { files, ...shape } = await deps.files.filesFor(
        c.req.valid('param').id,
        c.req.valid('query').assets,
      );
      const spoken = files.map(({ assetId, file }) => ({
        assetId,
        file: file && {
          sha256: file.sha256,
          type: file.type,
          mediaClass: file.mediaClass,
          widthPx: file.widthPx,
          heightPx: file.heightPx,
        },
      }));
      return c.json({ ...shape, files: spoken }, 200);
    },
  );
}
