import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, jsonBody } from '../base/api-routes.ts';
import { idSchema } from '../contract/media-type.ts';
import { keptDraftSchema, workingDraftSchema } from './playlist.ts';
import type { PlaylistDraftStore } from './playlist-draft-store.ts';

const tags = ['Playlists 播放列表'];
const which = z.object({
  playlistId: z.coerce
    .number<string>()
    .pipe(idSchema)
    .optional()
    .openapi({ description: 'Absent: a playlist that is not stored yet' }),
});

/** Drafts of playlists, which editors keep by themselves while somebody works; for signed-in staff. */
export function playlistDraftRoutes(deps: { drafts: PlaylistDraftStore }) {
  const { drafts } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/playlist-drafts',
        tags,
        summary: 'Who has what in the editor of a playlist',
        description:
          'Of all who edit it; of new playlists your own draft alone. Nothing of a draft ever plays.',
        request: { query: which },
        responses: answers(200, z.object({ drafts: z.array(keptDraftSchema) }), 'The drafts'),
      }),
      async (c) => {
        const { playlistId = null } = c.req.valid('query');
        return c.json({ drafts: await drafts.of(playlistId, c.var.staff.id) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/playlist-drafts',
        tags,
        summary: 'Keep your draft of a playlist',
        request: { body: jsonBody(workingDraftSchema) },
        responses: answers(200, z.object({ savedAt: z.iso.datetime() }), 'Kept; the playlist is as it was'),
      }),
      async (c) => c.json(await drafts.keep(c.req.valid('json'), c.var.staff.id), 200),
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/api/playlist-drafts',
        tags,
        summary: 'Forget your draft of a playlist',
        request: { query: which },
        responses: answers(200, z.object({ forgotten: z.literal(true) }), 'Forgotten'),
      }),
      async (c) => {
        const { playlistId = null } = c.req.valid('query');
        await drafts.forget(playlistId, c.var.staff.id);
        return c.json({ forgotten: true as const }, 200);
      },
    );
}
