import { eq } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import { noSuch, Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import type { Framing } from '../catalogue/asset.ts';
import { assets } from '../db/catalogue-tables.ts';
import type { Database, Db } from '../db/connect.ts';

/** How pictures meet screens of another shape, as chosen for each asset. */
export interface FramingStore {
  /**
   * Chooses it, with its audit entry; files are planned anew and conversions for the old choice end. Rings `assets`.
   * @throws Refusal asset.unknown, rendition.notNow once the asset was submitted: reviewers decide on what they saw
   */
  choose(assetId: number, framing: Framing, actor: string): Promise<void>;
}

/** States in which an editor may still change it. */
const OPEN_STATES: readonly string[] = ['draft', 'rejected', 'withdrawn'];

/** Opens the store. */
export function framingStore(deps: { database: Database; audit: Audit<Db>; now: Clock }): FramingStore {
  const { database, audit, now } = deps;
  const { sql, db, bell } = database;
  return {
    async choose(assetId, framing, actor) {
      await db.transaction(async (tx) => {
        const [asset] = await tx
          .select({ state: assets.state, framing: assets.framing })
          .from(assets)
          .where(eq(assets.id, assetId))
          .for('update');
        if (!asset) throw noSuch('asset.unknown', assetId);
        if (!OPEN_STATES.includes(asset.state)) {
          throw new Refusal('rendition.notNow', {
            en: 'The framing is part of what is reviewed; withdraw the material first, or hand in a new version.',
            zh: '画面适配方式属于审核内容：请先撤回素材，或上传新版本后再修改。',
          });
        }
        await tx.update(assets).set({ framing, plannedFor: null }).where(eq(assets.id, assetId));
        await audit(tx, {
          at: now(),
          actor,
          action: 'asset.framing',
          subject: `asset ${assetId}`,
          detail: { from: asset.framing, to: framing },
        });
      });
      await sql`
        update rendition_jobs set state = 'cancelled', claimed_by = null, claimed_until = null, ended_at = now()
        where asset_id = ${assetId} and state in ('queued', 'running') and variant like '%-%'
          and variant not like ${`${framing}-%`}`;
      // Chosen again, what was cancelled for another choice is wanted once more.
      await sql`
        update rendition_jobs set state = 'queued', attempts = 0, progress_percent = 0, ended_at = null, trouble = null,
          not_before = now()
        where asset_id = ${assetId} and state = 'cancelled' and variant like ${`${framing}-%`}`;
      await bell.ring('assets', String(assetId));
    },
  };
}
