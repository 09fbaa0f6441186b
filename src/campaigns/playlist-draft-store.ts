import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import { noSuch } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import { playlistDrafts, playlists } from '../db/campaign-tables.ts';
import { assets } from '../db/catalogue-tables.ts';
import type { Database } from '../db/connect.ts';
import { type KeptDraft, storedItemOf, type WorkingDraft } from './playlist.ts';

/** What people have in their editors. Drafts are nobody's act yet, so they leave no trace in the audit log. */
export interface PlaylistDraftStore {
  /** The drafts of a playlist, of all who edit it; for null those of new playlists, of `editor` alone. */
  of(playlistId: number | null, editor: string): Promise<KeptDraft[]>;
  /** Keeps it in the place of the editor's earlier one. @throws Refusal playlist.unknown */
  keep(draft: WorkingDraft, editor: string): Promise<{ readonly savedAt: string }>;
  /** Forgets the editor's own; nothing happens where there is none. */
  forget(playlistId: number | null, editor: string): Promise<void>;
}

/** Opens the store. */
export function playlistDraftStore(deps: { database: Database; now: Clock }): PlaylistDraftStore {
  const { database, now } = deps;
  const { db } = database;
  const about = (playlistId: number | null) =>
    playlistId === null ? isNull(playlistDrafts.playlistId) : eq(playlistDrafts.playlistId, playlistId);
  return {
    async of(playlistId, editor) {
      const own = playlistId === null ? eq(playlistDrafts.editor, editor) : undefined;
      const rows = await db
        .select()
        .from(playlistDrafts)
        .where(and(about(playlistId), own))
        .orderBy(asc(playlistDrafts.id));
      const ids = [...new Set(rows.flatMap(({ items }) => items.map(({ assetId }) => assetId)))];
      const known = ids.length === 0 ? [] : await db.select().from(assets).where(inArray(assets.id, ids));
      const assetOf = new Map(known.map((asset) => [asset.id, asset]));
      return rows.map((row) => ({
        editor: row.editor,
        playlistId: row.playlistId,
        basedOn: row.basedOn,
        name: row.name,
        // What was removed from the catalogue meanwhile falls out.
        items: row.items.flatMap(({ assetId, durationMs, weight }) => {
          const asset = assetOf.get(assetId);
          return asset ? [storedItemOf(asset, { stillMs: durationMs ?? null, weight })] : [];
        }),
        savedAt: row.savedAt.toISOString(),
      }));
    },
    async keep({ playlistId, basedOn, name, items }, editor) {
      const savedAt = new Date(now());
      const entries = items.map(({ assetId, durationMs, weight }) => ({
        ...{ assetId, weight },
        ...(durationMs !== undefined && { durationMs }),
      }));
      const content = { basedOn, name, items: entries, savedAt };
      await db.transaction(async (tx) => {
        if (playlistId !== null) {
          const [found] = await tx.select().from(playlists).where(eq(playlists.id, playlistId));
          if (!found) throw noSuch('playlist.unknown', playlistId);
        }
        await tx
          .insert(playlistDrafts)
          .values({ playlistId, editor, ...content })
          .onConflictDoUpdate({ target: [playlistDrafts.playlistId, playlistDrafts.editor], set: content });
      });
      return { savedAt: savedAt.toISOString() };
    },
    async forget(playlistId, editor) {
      await db.delete(playlistDrafts).where(and(about(playlistId), eq(playlistDrafts.editor, editor)));
    },
  };
}
