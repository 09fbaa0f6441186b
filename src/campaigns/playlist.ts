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

const versionSchema = z.int().min(1).openapi({ description: 'Goes up by one with every change' });

/** A playlist as staff write it. */
export const playlistDraftSchema = z.object({
  name: z.string().trim().min(1).max(200),
  items: z.array(playlistItemSchema).min(1).max(500),
});
/** See {@link playlistDraftSchema}. */
export type PlaylistDraft = z.infer<typeof playlistDraftSchema>;

/** A playlist that takes the place of a stored one. */
export const playlistChangeSchema = playlistDraftSchema.extend({
  version: versionSchema.openapi({
    description: 'The version that the change was made from; playlist.changed when there is a newer one',
  }),
});

/** An entry as it is read: with what its asset is. */
export const storedItemSchema = z.object({
  assetId: idSchema,
  title: z.string(),
  state: z.string(),
  mediaClass: z.enum(['video', 'image', 'audio']),
  durationMs: z.int().openapi({ description: 'Of one play, milliseconds' }),
  weight: z.int(),
});

/** An entry with what its asset is; a still without a length of its own stands for the usual one. */
export function storedItemOf(
  asset: Readonly<{
    id: number;
    titleZh: string;
    state: string;
    mediaClass: 'video' | 'image' | 'audio';
    durationMs: number | null;
  }>,
  { stillMs, weight }: { readonly stillMs: number | null; readonly weight: number },
): z.infer<typeof storedItemSchema> {
  const { id: assetId, titleZh: title, state, mediaClass } = asset;
  const durationMs = asset.durationMs ?? stillMs ?? DEFAULT_STILL_MS;
  return { assetId, title, state, mediaClass, durationMs, weight };
}

/** A stored playlist. */
export const playlistSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    items: z.array(storedItemSchema),
    totalMs: z.int(),
    version: versionSchema,
    changedBy: z.string().nullable().openapi({ description: 'Account that changed it last' }),
    changedAt: z.iso.datetime().nullable(),
  })
  .openapi('Playlist');
/** See {@link playlistSchema}. */
export type Playlist = z.infer<typeof playlistSchema>;

/** What an editor has not put into the playlist yet; unlike a playlist it may lack its name and entries. */
export const workingDraftSchema = z.object({
  playlistId: idSchema.nullable().openapi({ description: 'Null: a playlist that is not stored yet' }),
  basedOn: z
    .int()
    .min(0)
    .openapi({ description: 'Version of the playlist that the editor began with, or 0' }),
  name: z.string().max(200),
  items: z.array(playlistItemSchema).max(500),
});
/** See {@link workingDraftSchema}. */
export type WorkingDraft = z.infer<typeof workingDraftSchema>;

/** A kept draft of one person. */
export const keptDraftSchema = z
  .object({
    editor: z.string(),
    playlistId: idSchema.nullable(),
    basedOn: z.int(),
    name: z.string(),
    items: z.array(storedItemSchema),
    savedAt: z.iso.datetime(),
  })
  .openapi('PlaylistWorkingDraft');
/** See {@link keptDraftSchema}. */
export type KeptDraft = z.infer<typeof keptDraftSchema>;
