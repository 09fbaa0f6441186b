import { and, asc, eq, gte, inArray, isNull, lte } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Audit } from '../base/audit.ts';
import { sha256Hex } from '../base/digest.ts';
import { noSuch, Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import { campaigns } from '../db/campaign-tables.ts';
import type { Database, Db } from '../db/connect.ts';
import { areas } from '../db/endpoint-tables.ts';
import { evidenceFiles, tallies } from '../db/outreach-tables.ts';
import type { Evidence } from './evidence.ts';
import type { Correction, Tally, TallyDraft } from './tally.ts';
import { contentOf, type TallyRow } from './tally-csv.ts';

/** Which tallies. Dates are local, both included; a tally belongs to the period in which its last date lies. */
export interface TallyScope {
  readonly campaignId?: number | undefined;
  readonly areaId?: number | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** With those that were corrected since. */
  readonly history?: boolean | undefined;
}

/** Tallies and their evidence in the database. Nothing here changes a row that is there. */
export interface TallyStore {
  /** By last date, then as entered. */
  list(scope: TallyScope): Promise<Tally[]>;
  /** @throws Refusal campaign.unknown, request.invalid (no such area), evidence.unknown */
  enter(draft: TallyDraft, actor: string): Promise<Tally>;
  /**
   * Puts another tally in the place of one. The old one stays readable.
   * @throws Refusal tally.unknown, tally.replaced, request.invalid (no such area), evidence.unknown
   */
  correct(id: number, correction: Correction, actor: string): Promise<Tally>;
  /**
   * Enters the rows that are not in yet, by their content; a row that was corrected since stays corrected.
   * @throws Refusal campaign.unknown
   */
  importRows(
    campaignId: number,
    rows: readonly TallyRow[],
    actor: string,
  ): Promise<{ created: number; unchanged: number }>;
  /** Areas by name. */
  areas(): Promise<{ id: number; name: string }[]>;
  /** Writes down a file of evidence; the first to bring it gives its name. */
  addEvidence(evidence: Omit<Evidence, 'addedAt' | 'addedBy'>, actor: string): Promise<Evidence>;
  /** @throws Refusal evidence.unknown */
  evidence(sha256: string): Promise<Evidence>;
}

const CHUNK_ROWS = 1_000;

/** Opens the store. */
export function tallyStore(deps: { database: Database; audit: Audit<Db>; now: Clock }): TallyStore {
  const { audit, now } = deps;
  const { db } = deps.database;
  const later = alias(tallies, 'later');

  async function read(tx: Db, where: ReturnType<typeof and>): Promise<Tally[]> {
    const rows = await tx
      .select({ tally: tallies, areaName: areas.name, replacedById: later.id })
      .from(tallies)
      .leftJoin(areas, eq(areas.id, tallies.areaId))
      .leftJoin(later, eq(later.replacesId, tallies.id))
      .where(where)
      .orderBy(asc(tallies.toDate), asc(tallies.id));
    return rows.map(tallyOf);
  }
  async function one(tx: Db, id: number): Promise<Tally> {
    const [found] = await read(tx, eq(tallies.id, id));
    if (!found) throw noSuch('tally.unknown', id);
    return found;
  }

  async function insert(tx: Db, values: typeof tallies.$inferInsert): Promise<Tally> {
    await refuseStrangers(tx, values);
    const [row] = await tx.insert(tallies).values(values).returning({ id: tallies.id });
    if (!row) throw new Error('the insert returned no row');
    return one(tx, row.id);
  }

  return {
    list: ({ campaignId, areaId, from, to, history }) =>
      read(
        db,
        and(
          campaignId === undefined ? undefined : eq(tallies.campaignId, campaignId),
          areaId === undefined ? undefined : eq(tallies.areaId, areaId),
          from === undefined ? undefined : gte(tallies.toDate, from),
          to === undefined ? undefined : lte(tallies.toDate, to),
          history === true ? undefined : isNull(later.id),
        ),
      ),

    enter: (draft, actor) =>
      db.transaction(async (tx) => {
        const at = now();
        const made = await insert(tx, { ...draft, enteredBy: actor, enteredAt: new Date(at) });
        const subject = `tally ${made.id}`;
        await audit(tx, { at, actor, action: 'tally.enter', subject, detail: draft });
        return made;
      }),

    correct: (id, correction, actor) =>
      db.transaction(async (tx) => {
        const at = now();
        // Two corrections of one tally wait for each other here; an append-only row cannot be locked itself.
        const [old] = await tx
          .select({ id: campaigns.id })
          .from(campaigns)
          .innerJoin(tallies, eq(tallies.campaignId, campaigns.id))
          .where(eq(tallies.id, id))
          .for('no key update', { of: campaigns });
        if (!old) throw noSuch('tally.unknown', id);
        const before = await one(tx, id);
        if (before.replacedById !== null) {
          throw new Refusal('tally.replaced', {
            en: `Tally ${id} was corrected by tally ${before.replacedById}; correct that one.`,
            zh: `统计记录 ${id} 已被记录 ${before.replacedById} 更正，请在后者上更正。`,
          });
        }
        const enteredAt = new Date(at);
        const made = await insert(tx, {
          ...correction,
          campaignId: before.campaignId,
          replacesId: id,
          enteredBy: actor,
          enteredAt,
        });
        const detail = { replacedBy: made.id, countBefore: before.count, ...correction };
        await audit(tx, { at, actor, action: 'tally.correct', subject: `tally ${id}`, detail });
        return made;
      }),

    importRows: (campaignId, rows, actor) =>
      db.transaction(async (tx) => {
        const at = now();
        await requireCampaign(tx, campaignId);
        const values = rows.map(({ draft, repeat }) => ({
          ...draft,
          campaignId,
          importKey: sha256Hex(`${contentOf(draft)} ${repeat}`),
          enteredBy: actor,
          enteredAt: new Date(at),
        }));
        let created = 0;
        for (let from = 0; from < values.length; from += CHUNK_ROWS) {
          const made = await tx
            .insert(tallies)
            .values(values.slice(from, from + CHUNK_ROWS))
            .onConflictDoNothing({ target: tallies.importKey })
            .returning({ id: tallies.id });
          created += made.length;
        }
        if (created > 0) {
          const subject = `campaign ${campaignId}`;
          await audit(tx, { at, actor, action: 'tally.import', subject, detail: { created } });
        }
        return { created, unchanged: values.length - created };
      }),

    areas: () => db.select({ id: areas.id, name: areas.name }).from(areas).orderBy(asc(areas.name)),

    addEvidence: (evidence, actor) =>
      db.transaction(async (tx) => {
        const at = now();
        const { sha256 } = evidence;
        const [made] = await tx
          .insert(evidenceFiles)
          .values({ ...evidence, addedBy: actor, addedAt: new Date(at) })
          .onConflictDoNothing()
          .returning();
        if (!made) return storedEvidence(tx, sha256);
        await audit(tx, {
          at,
          actor,
          action: 'evidence.add',
          subject: `evidence ${sha256}`,
          detail: evidence,
        });
        return evidenceOf(made);
      }),

    evidence: (sha256) => storedEvidence(db, sha256),
  };
}

async function storedEvidence(tx: Db, sha256: string): Promise<Evidence> {
  const [row] = await tx.select().from(evidenceFiles).where(eq(evidenceFiles.sha256, sha256));
  if (!row)
    throw new Refusal('evidence.unknown', {
      en: 'No file of evidence has this SHA-256.',
      zh: '没有此 SHA-256 的佐证文件。',
    });
  return evidenceOf(row);
}

async function requireCampaign(tx: Db, id: number): Promise<void> {
  const [row] = await tx.select({ id: campaigns.id }).from(campaigns).where(eq(campaigns.id, id));
  if (!row) throw noSuch('campaign.unknown', id);
}

async function refuseStrangers(tx: Db, values: typeof tallies.$inferInsert): Promise<void> {
  await requireCampaign(tx, values.campaignId);
  if (values.areaId != null) {
    const known = await tx
      .select({ id: areas.id })
      .from(areas)
      .where(inArray(areas.id, [values.areaId]));
    if (known.length === 0) {
      const message = { en: `there is no area ${values.areaId}`, zh: `没有编号为 ${values.areaId} 的街道` };
      throw new Refusal(
        'request.invalid',
        { en: 'The tally names an area that does not exist.', zh: '统计记录中的街道不存在，请重新选择。' },
        [{ where: 'areaId', message }],
      );
    }
  }
  if (values.evidenceSha256 != null) await storedEvidence(tx, values.evidenceSha256);
}

function evidenceOf({ addedAt, ...rest }: typeof evidenceFiles.$inferSelect): Evidence {
  return { ...rest, addedAt: addedAt.toISOString() };
}

function tallyOf(row: {
  readonly tally: typeof tallies.$inferSelect;
  readonly areaName: string | null;
  readonly replacedById: number | null;
}): Tally {
  const { importKey: _, enteredAt, ...tally } = row.tally;
  const { areaName, replacedById } = row;
  return { ...tally, areaName, replacedById, enteredAt: enteredAt.toISOString() };
}
