import { z } from '@hono/zod-openapi';
import { idSchema } from '../contract/media-type.ts';

/** How long a still stays when its playlist does not say. Milliseconds. */
export const DEFAULT_STILL_MS = 10_000;

/** One entry of a playlist as staff write it. */
export const playlistItemSchema = z.object({
  assetId: idSchema,
  durationMs: z
    .int()
    .min(1_000)
    .max(3_600_000)
    .optional()
    .openapi({
      description: `How long a still stays, ${DEFAULT_STILL_MS} when absent. Films and sound play whole.`,
    }),
  weight: z
    .int()
    .min(1)
    .max(1_000)
    .default(1)
    .openapi({ description: 'Plays of it among the plays of the playlist' }),
});

/** A playlist as staff write it. */
export const playlistDraftSchema = z.object({
  name: z.string().trim().min(1).max(200),
  items: z.array(playlistItemSchema).min(1).max(500),
});
/** See {@link playlistDraftSchema}. */
export type PlaylistDraft = z.infer<typeof playlistDraftSchema>;

/** A stored playlist. */
export const playlistSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    items: z.array(
      z.object({
        assetId: idSchema,
        title: z.string(),
        state: z.string(),
        mediaClass: z.enum(['video', 'image', 'audio']),
        durationMs: z.int().openapi({ description: 'Of one play, milliseconds' }),
        weight: z.int(),
      }),
    ),
    totalMs: z.int(),
  })
  .openapi('Playlist');
/** See {@link playlistSchema}. */
export type Playlist = z.infer<typeof playlistSchema>;
