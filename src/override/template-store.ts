import { asc, eq, inArray } from 'drizzle-orm';
import type { Role } from '../base/api-routes.ts';
import type { Audit } from '../base/audit.ts';
import { noSuch, Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import { STATE_NAMES } from '../catalogue/state-names.ts';
import { assets } from '../db/catalogue-tables.ts';
import type { Database, Db } from '../db/connect.ts';
import { overrideTemplates, standingAssets, standingMaterial } from '../db/override-tables.ts';
import { afterTemplateStep, type Template, type TemplateDraft, type TemplateStep } from './template.ts';

/** Templates, and the material that boxes hold ready for emergencies. */
export interface TemplateStore {
  /** All templates, oldest first. */
  list(): Promise<Template[]>;
  /** @throws Refusal template.unknown */
  get(id: number): Promise<Template>;
  /** @throws Refusal asset.unknown, asset.notApproved */
  create(draft: TemplateDraft, actor: string): Promise<Template>;
  /** @throws Refusal template.unknown, role.insufficient, review.notAllowed, review.ownWork */
  take(step: TemplateStep, id: number, by: { id: string; role: Role }, reason?: string): Promise<Template>;
  /** The assets that staff chose, and all that boxes hold: those, and what approved templates need. */
  standing(): Promise<{ chosen: number[]; held: number[] }>;
  /** Puts these assets in the place of those chosen. @throws Refusal asset.unknown, asset.notApproved */
  replaceStanding(assetIds: readonly number[], actor: string): Promise<{ chosen: number[]; held: number[] }>;
}

/** Opens the store. Rings `assets` when what boxes hold may have changed, since manifests follow. */
export function templateStore(deps: { database: Database; audit: Audit<Db>; now: Clock }): TemplateStore {
  const { database, audit, now } = deps;
  const { db, bell } = database;

  async function get(id: number): Promise<Template> {
    const [row] = await db.select().from(overrideTemplates).where(eq(overrideTemplates.id, id));
    if (!row) throw unknown(id);
    return templateOf(row);
  }

  async function standing(): Promise<{ chosen: number[]; held: number[] }> {
    const chosen = await db.select().from(standingAssets).orderBy(asc(standingAssets.assetId));
    const held = await db.select().from(standingMaterial);
    return {
      chosen: chosen.map(({ assetId }) => assetId),
      held: held.map(({ assetId }) => assetId).sort((a, b) => a - b),
    };
  }

  return {
    async list() {
      return (await db.select().from(overrideTemplates).orderBy(asc(overrideTemplates.id))).map(templateOf);
    },
    get,
    async create(draft, actor) {
      const id = await db.transaction(async (tx) => {
        const { assetId } = draft.content;
        if (assetId !== undefined) await requireApproved(tx, [assetId]);
        const [row] = await tx
          .insert(overrideTemplates)
          .values({ ...draft, createdBy: actor, createdAt: new Date(now()) })
          .returning({ id: overrideTemplates.id });
        if (!row) throw new Error('an insert gave no row');
        const subject = `override template ${row.id}`;
        await audit(tx, {
          at: now(),
          actor,
          action: 'overrideTemplate.create',
          subject,
          detail: { ...draft },
        });
        return row.id;
      });
      return get(id);
    },
    async take(step, id, by, reason) {
      await db.transaction(async (tx) => {
        const [row] = await tx
          .select()
          .from(overrideTemplates)
          .where(eq(overrideTemplates.id, id))
          .for('update');
        if (!row) throw unknown(id);
        const state = afterTemplateStep(step, row, by);
        const decision = { decidedBy: by.id, decidedAt: new Date(now()), decisionReason: reason ?? null };
        // Who approved it stays on it when it is retired; who retired it is in the audit log.
        await tx
          .update(overrideTemplates)
          .set({ state, ...(step !== 'retire' && decision) })
          .where(eq(overrideTemplates.id, id));
        await audit(tx, {
          at: now(),
          actor: by.id,
          action: `overrideTemplate.${step}`,
          subject: `override template ${id}`,
          detail: { from: row.state, to: state, ...(reason !== undefined && { reason }) },
        });
      });
      await bell.ring('assets', `template ${id}`);
      return get(id);
    },
    standing,
    async replaceStanding(assetIds, actor) {
      const ids = [...new Set(assetIds)];
      await db.transaction(async (tx) => {
        await requireApproved(tx, ids);
        await tx.delete(standingAssets);
        if (ids.length > 0) {
          const added = { addedBy: actor, addedAt: new Date(now()) };
          await tx.insert(standingAssets).values(ids.map((assetId) => ({ assetId, ...added })));
        }
        const subject = 'standing material';
        await audit(tx, { at: now(), actor, action: 'standing.replace', subject, detail: { assetIds: ids } });
      });
      await bell.ring('assets', 'standing');
      return standing();
    },
  };
}

function unknown(id: number): Refusal {
  return noSuch('template.unknown', id);
}

async function requireApproved(tx: Db, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  const rows = await tx
    .select({ id: assets.id, state: assets.state })
    .from(assets)
    .where(inArray(assets.id, [...ids]));
  const states = new Map(rows.map(({ id, state }) => [id, state]));
  for (const id of ids) {
    const state = states.get(id);
    if (state === undefined) throw noSuch('asset.unknown', id);
    if (state !== 'approved')
      throw new Refusal('asset.notApproved', {
        en: `Asset ${id} is ${state}; emergencies show approved material only.`,
        zh: `素材 ${id} 的状态是“${STATE_NAMES[state].zh}”，应急插播只能使用已通过审核的素材。`,
      });
  }
}

function templateOf(row: typeof overrideTemplates.$inferSelect): Template {
  return {
    ...row,
    content: row.content as Template['content'],
    createdAt: row.createdAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
  };
}
