import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes } from '../base/api-routes.ts';
import type { Bytes } from '../base/units.ts';
import type { StorageSums } from './storage-store.ts';

const bytes = z.number().nonnegative();
const storageSchema = z.object({
  disk: z.object({ totalBytes: bytes, freeBytes: bytes }),
  sums: z.object({
    material: bytes,
    unused: bytes.openapi({ description: 'Files of material that was rejected or retired' }),
    renditions: bytes,
    uploads: bytes,
    plays: bytes,
    database: bytes.openapi({ description: 'The whole database, the plays among it' }),
  }),
  media: z.object({
    where: z.enum(['folder', 'bucket']),
    copiesAtMost: bytes.nullable().openapi({ description: 'Where a bucket holds the media' }),
  }),
});

/** What takes room, and how much there is. */
export function storageRoutes(deps: {
  disk: () => Promise<{ totalBytes: Bytes; freeBytes: Bytes }>;
  sums: () => Promise<StorageSums>;
  media: { readonly where: 'folder' | 'bucket'; readonly copiesAtMost: Bytes | null };
}) {
  return apiRoutes().openapi(
    createRoute({
      method: 'get',
      path: '/api/storage',
      tags: ['Server 服务器'],
      summary: 'What takes room on the disk, by kind',
      responses: answers(200, storageSchema, 'Bytes'),
    }),
    async (c) => {
      const [disk, sums] = await Promise.all([deps.disk(), deps.sums()]);
      return c.json({ disk, sums, media: deps.media }, 200);
    },
  );
}
