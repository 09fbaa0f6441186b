import { and, asc, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import { noSuch, Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import { playlistItems, playlists } from '../db/campaign-tables.ts';
import { assets } from '../db/catalogue-tables.ts';
import type { Database, Db } from '../db/connect.ts';
import { DEFAULT_STILL_MS, type Playlist, type PlaylistDraft, storedItemOf } from './playlist.ts';

/** The playlists in the database. */
export interface PlaylistStore {
  list(): Promise<Playlist[]>;
  /** The newest `limit` of those whose name has `q` in it and that are older than the playlist `before`. */
  page(wanted: { q?: string | undefined; before?: number | undefined; limit: number }): Promise<Playlist[]>;
  /** @throws Refusal playlist.unknown */
  get(id: number): Promise<Playlist>;
  /** @throws Refusal asset.unknown when an entry names none. */
  create(draft: PlaylistDraft, actor: string): Promise<Playlist>;
  /**
   * Replaces name and entries. `version`: what the change was made from.
   * @throws Refusal playlist.unknown, asset.unknown; playlist.changed when there is a newer version
   */
  replace(id: number, draft: PlaylistDraft, actor: string, version: number): Promise<Playlist>;
}

/** Opens the store. Rings `bookings` when a playlist changed, since programmes follow. */
export function playlistStore(deps: { database: Database; audit: Audit<Db>; now: Clock }): PlaylistStore {
  const { database, audit, now } = deps;
  const { db, bell } = database;

  async function read(where?: SQL, newest?: number): Promise<Playlist[]> {
    const found = db.select().from(playlists).where(where);
    const rows = await (newest === undefined
      ? found.orderBy(asc(playlists.id))
      : found.orderBy(desc(playlists.id)).limit(newest));
    if (rows.length === 0) return [];
    const items = await db
      .select({ item: playlistItems, asset: assets })
      .from(playlistItems)
      .innerJoin(assets, eq(assets.id, playlistItems.assetId))
      .where(
        inArray(
          playlistItems.playlistId,
          rows.map((row) => row.id),
        ),
      )
      .orderBy(asc(playlistItems.playlistId), asc(playlistItems.position));
    const byList = Map.groupBy(items, ({ item }) => item.playlistId);
    return rows.map((row) => {
      const own = (byList.get(row.id) ?? []).map(({ item, asset }) => storedItemOf(asset, item));
      return {
        id: row.id,
        name: row.name,
        items: own,
        totalMs: own.reduce((sum, item) => sum + item.durationMs, 0),
        version: row.version,
        changedBy: row.changedBy,
        changedAt: row.changedAt?.toISOString() ?? null,
      };
    });
  }

  async function get(id: number): Promise<Playlist> {
    const [found] = await read(eq(playlists.id, id));
    if (!found) throw noSuch('playlist.unknown', id);
    return found;
  }

  async function writeItems(tx: Db, playlistId: number, draft: PlaylistDraft): Promise<void> {
    const wanted = [...new Set(draft.items.map((item) => item.assetId))];
    const known = await tx
      .select({ id: assets.id, mediaClass: assets.mediaClass })
      .from(assets)
      .where(inArray(assets.id, wanted));
    const classOf = new Map(known.map((asset) => [asset.id, asset.mediaClass]));
    const parts = draft.items.flatMap((item, at) =>
      classOf.has(item.assetId)
        ? []
        : [
            {
              where: `items.${at}.assetId`,
              message: { en: `there is no asset ${item.assetId}`, zh: `没有编号为 ${item.assetId} 的素材` },
            },
          ],
    );
    if (parts.length > 0)
      throw new Refusal(
        'asset.unknown',
        {
          en: 'The playlist names material that does not exist.',
          zh: '播放列表中有不存在的素材，请移除后保存。',
        },
        parts,
      );
    await tx.insert(playlistItems).values(
      draft.items.map((item, position) => ({
        playlistId,
        position,
        assetId: item.assetId,
        stillMs: classOf.get(item.assetId) === 'image' ? (item.durationMs ?? DEFAULT_STILL_MS) : null,
        weight: item.weight,
      })),
    );
  }

  return {
    list: () => read(),
    page: ({ q, before, limit }) =>
      read(
        and(
          q === undefined ? undefined : sql`strpos(lower(${playlists.name}), ${q.toLowerCase()}) > 0`,
          before === undefined ? undefined : lt(playlists.id, before),
        ),
        limit,
      ),
    get,
    async create(draft, actor) {
      const id = await db.transaction(async (tx) => {
        const [row] = await tx
          .insert(playlists)
          .values({ name: draft.name, createdBy: actor, createdAt: new Date(now()) })
          .returning({ id: playlists.id });
        if (!row) throw new Error('the insert returned no row');
        await writeItems(tx, row.id, draft);
        await audit(tx, {
          at: now(),
          actor,
          action: 'playlist.create',
          subject: `playlist ${row.id}`,
          detail: draft,
        });
        return row.id;
      });
      return get(id);
    },
    async replace(id, draft, actor, version) {
      await db.transaction(async (tx) => {
        const [row] = await tx
          .update(playlists)
          .set({
            name: draft.name,
            version: sql`${playlists.version} + 1`,
            changedBy: actor,
            changedAt: new Date(now()),
          })
          .where(eq(playlists.id, id))
          .returning();
        if (!row) throw noSuch('playlist.unknown', id);
        if (row.version !== version + 1) throw changedSince();
        await tx.delete(playlistItems).where(eq(playlistItems.playlistId, id));
        await writeItems(tx, id, draft);
        await audit(tx, {
          at: now(),
          actor,
          action: 'playlist.replace',
          subject: `playlist ${id}`,
          detail: draft,
        });
      });
      await bell.ring('bookings', `playlist ${id}`);
      return get(id);
    },
  };
}

function changedSince(): Refusal {
  return new Refusal('playlist.changed', {
    en: 'Somebody changed this playlist after you opened it. Look at their version first.',
    zh: '您打开之后，有人修改了这个播放列表。请先查看对方的版本。',
  });
}
