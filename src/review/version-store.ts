import { and, eq, inArray, ne, notInArray, or } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import type { Clock } from '../base/units.ts';
import type { AlongsideChange } from '../catalogue/asset-store.ts';
import { playlistItems } from '../db/campaign-tables.ts';
import { assets } from '../db/catalogue-tables.ts';
import type { Db } from '../db/connect.ts';
import { standingMaterial } from '../db/override-tables.ts';

/**
 * Puts a version that was just approved in the place of every other version of the same piece: in all
 * playlists, and so in the bookings; the versions that were on the air until now retire, except where an
 * emergency needs them. Each with its audit entry, inside the transaction of the approval.
 */
export function followVersion(deps: { audit: Audit<Db>; now: Clock }): AlongsideChange {
  const { audit, now } = deps;
  return async (tx, approved) => {
    const first = approved.versionOf ?? approved.id;
    const others = await tx
      .select({ id: assets.id })
      .from(assets)
      .where(and(or(eq(assets.id, first), eq(assets.versionOf, first)), ne(assets.id, approved.id)));
    const ids = others.map(({ id }) => id);
    if (ids.length === 0) return;
    const moved = await tx
      .update(playlistItems)
      .set({ assetId: approved.id })
      .where(inArray(playlistItems.assetId, ids))
      .returning({ playlistId: playlistItems.playlistId });
    const held = tx.select({ id: standingMaterial.assetId }).from(standingMaterial);
    const retired = await tx
      .update(assets)
      .set({ state: 'retired' })
      .where(and(inArray(assets.id, ids), eq(assets.state, 'approved'), notInArray(assets.id, held)))
      .returning({ id: assets.id });
    const by = { at: now(), actor: approved.decidedBy ?? 'system' };
    await audit(tx, {
      ...by,
      action: 'asset.follow',
      subject: `asset ${approved.id}`,
      detail: { versionsBefore: ids, playlists: [...new Set(moved.map(({ playlistId }) => playlistId))] },
    });
    for (const { id } of retired) {
      await audit(tx, {
        ...by,
        action: 'asset.retire',
        subject: `asset ${id}`,
        detail: { from: 'approved', to: 'retired', replacedBy: approved.id },
      });
    }
  };
}
