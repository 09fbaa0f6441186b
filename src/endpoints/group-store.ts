import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import { noSuch, Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import type { Database, Db } from '../db/connect.ts';
import { endpointGroups, endpoints } from '../db/endpoint-tables.ts';
import type { Group, GroupDraft, GroupFilter } from './group.ts';
import { isMember } from './group-member.ts';

/** Groups in the database. */
export interface GroupStore {
  /** Groups that fit, by name. */
  list(wanted?: GroupFilter): Promise<Group[]>;
  /** @throws Refusal group.unknown */
  get(id: number): Promise<Group>;
  /** @throws Refusal group.nameTaken */
  create(draft: GroupDraft, actor: string): Promise<Group>;
  /** @throws Refusal group.unknown, group.nameTaken */
  replace(id: number, draft: GroupDraft, actor: string): Promise<Group>;
  /** @throws Refusal group.unknown */
  remove(id: number, actor: string): Promise<void>;
}

/** Opens the store. */
export function groupStore(deps: { database: Database; audit: Audit<Db>; now: Clock }): GroupStore {
  const { database, audit, now } = deps;
  const { db } = database;

  async function list({ q, ids, after, limit }: GroupFilter = {}): Promise<Group[]> {
    const { id: key, name: called } = endpointGroups;
    const found = db
      .select()
      .from(endpointGroups)
      .where(
        and(
          q === undefined ? undefined : sql`strpos(lower(${called}), ${q.toLowerCase()}) > 0`,
          ids && inArray(key, [...ids]),
          after === undefined ? undefined : gt(called, after),
        ),
      )
      .orderBy(asc(called));
    const rows = await (limit === undefined ? found : found.limit(limit));
    if (rows.length === 0) return [];
    const places = await db
      .select({ kind: endpoints.kind, areaId: endpoints.areaId, tags: endpoints.tags })
      .from(endpoints);
    return rows.map(({ id, name, rule }) => ({
      id,
      name,
      rule: rule as Group['rule'],
      endpoints: places.filter((place) => isMember(rule as Group['rule'], place)).length,
    }));
  }

  async function get(id: number): Promise<Group> {
    const [found] = await list({ ids: [id] });
    if (!found) throw unknown(id);
    return found;
  }

  async function write(
    act: (tx: Db) => Promise<{ id: number } | undefined>,
    entry: { actor: string; action: string; detail: Record<string, unknown> },
  ): Promise<number | null> {
    return db.transaction(async (tx) => {
      const row = await act(tx);
      if (row) await audit(tx, { at: now(), subject: `group ${row.id}`, ...entry });
      return row?.id ?? null;
    });
  }

  async function refuseTakenName(tx: Db, name: string, exceptId: number | null): Promise<void> {
    const rows = await tx.select().from(endpointGroups).where(eq(endpointGroups.name, name));
    if (rows.some(({ id }) => id !== exceptId))
      throw new Refusal('group.nameTaken', {
        en: `There is a group ${name} already.`,
        zh: `已有名为“${name}”的分组，请换一个名称。`,
      });
  }

  return {
    list,
    get,
    async create({ name, rule }, actor) {
      const id = await write(
        async (tx) => {
          await refuseTakenName(tx, name, null);
          const [row] = await tx
            .insert(endpointGroups)
            .values({ name, rule, createdBy: actor, createdAt: new Date(now()) })
            .onConflictDoNothing({ target: endpointGroups.name })
            .returning({ id: endpointGroups.id });
          return row;
        },
        { actor, action: 'group.create', detail: { name, rule } },
      );
      if (id === null)
        throw new Refusal('group.nameTaken', {
          en: `There is a group ${name} already.`,
          zh: `已有名为“${name}”的分组，请换一个名称。`,
        });
      return get(id);
    },
    async replace(id, { name, rule }, actor) {
      const done = await write(
        async (tx) => {
          await refuseTakenName(tx, name, id);
          const [row] = await tx
            .update(endpointGroups)
            .set({ name, rule })
            .where(eq(endpointGroups.id, id))
            .returning({ id: endpointGroups.id });
          return row;
        },
        { actor, action: 'group.replace', detail: { name, rule } },
      );
      if (done === null) throw unknown(id);
      return get(id);
    },
    async remove(id, actor) {
      const done = await write(
        async (tx) => {
          const [row] = await tx
            .delete(endpointGroups)
            .where(eq(endpointGroups.id, id))
            .returning({ id: endpointGroups.id });
          return row;
        },
        { actor, action: 'group.remove', detail: {} },
      );
      if (done === null) throw unknown(id);
    },
  };
}

function unknown(id: number): Refusal {
  return noSuch('group.unknown', id);
}
