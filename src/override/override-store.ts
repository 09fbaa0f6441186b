import { and, desc, eq, gt, inArray, lte, or, type SQL, sql } from 'drizzle-orm';
import type { Audit, AuditEntry } from '../base/audit.ts';
import { noSuch, type Refusal } from '../base/refusal.ts';
import type { Clock, EpochMs } from '../base/units.ts';
import type { Severity } from '../contract/override.ts';
import type { Database, Db } from '../db/connect.ts';
import { overrideSettings, overrides } from '../db/override-tables.ts';
import type { Aim } from './aim.ts';
import type { Confirmation, Content, OverrideState, StateFacts } from './override.ts';
import type { Part } from './statement.ts';

/** An override as it is kept; instants as milliseconds. */
export interface StoredOverride extends StateFacts {
  readonly id: number;
  readonly serial: number;
  readonly severity: Severity;
  readonly drill: boolean;
  readonly content: Content;
  readonly aim: Aim;
  readonly parts: readonly Part[];
  readonly unreached: readonly (readonly [endpointId: number, reason: string])[];
  readonly templateId: number | null;
  readonly replaces: readonly number[];
  readonly minutes: number | null;
  readonly fromAt: EpochMs | null;
  /** What a rule raised it for; null when a person did. */
  readonly causeKey: string | null;
  readonly proposedBy: string;
  readonly proposedAt: EpochMs;
  readonly confirmedBy: string | null;
  readonly confirmedAt: EpochMs | null;
  readonly endedBy: string | null;
  readonly endedAt: EpochMs | null;
  readonly endReason: string | null;
}

/** What a new override is made of. */
export type NewOverride = Omit<StoredOverride, 'id' | 'serial' | 'endedBy' | 'endedAt' | 'endReason'>;
/** What a step changes of it; what is absent stays. */
export type OverrideChange = Partial<
  Pick<
    StoredOverride,
    'state' | 'fromAt' | 'untilAt' | 'confirmedBy' | 'confirmedAt' | 'endedBy' | 'endedAt' | 'endReason'
  >
>;

/** Overrides in the database. */
export interface OverrideStore {
  /**
   * Adds one; when it is live at once, those that it replaces end. Gives every row that changed, its own first.
   * The same cause again changes nothing and gives the one that is there.
   */
  create(wanted: NewOverride, entryOf: (id: number) => AuditEntry): Promise<readonly StoredOverride[]>;
  /**
   * Lets `decide` look at an override that nobody else can change meanwhile and writes what it decided, with
   * its audit entry. A change of state is a new statement: the serial grows. Gives every row that changed.
   * @throws Refusal override.unknown, and what `decide` throws
   */
  change(
    id: number,
    decide: (override: StoredOverride) => { change: OverrideChange; entry: AuditEntry },
  ): Promise<readonly StoredOverride[]>;
  /** Tells every server which overrides changed, each as `id.serial`. */
  ring(changed: readonly StoredOverride[]): Promise<void>;
  /** @throws Refusal override.unknown */
  get(id: number): Promise<StoredOverride>;
  /** Newest first, at most `limit`. */
  list(filter: { state?: OverrideState | undefined; limit: number }): Promise<StoredOverride[]>;
  /** All that were on the air and whose end is still to come, withdrawn ones too. */
  standing(): Promise<StoredOverride[]>;
  /** All that were on the air at an instant, anywhere. */
  airingAt(at: EpochMs): Promise<StoredOverride[]>;
  /** Those of the ids that were ever on the air. */
  aired(ids: readonly number[]): Promise<StoredOverride[]>;
  confirmation(): Promise<Confirmation>;
  setConfirmation(confirmation: Confirmation, actor: string): Promise<void>;
}

/** Opens the store. */
export function overrideStore(deps: { database: Database; audit: Audit<Db>; now: Clock }): OverrideStore {
  const { database, audit, now } = deps;
  const { db, bell } = database;

  async function read(from: Db, where: SQL | undefined, limit = 10_000): Promise<StoredOverride[]> {
    const rows = await from.select().from(overrides).where(where).orderBy(desc(overrides.id)).limit(limit);
    return rows.map(storedOf);
  }

  /** Ends what a new one replaces: on the screens the new one is on already when the old one goes. */
  async function endReplaced(tx: Db, by: StoredOverride): Promise<StoredOverride[]> {
    if (by.replaces.length === 0) return [];
    const rows = await tx
      .update(overrides)
      .set({
        state: 'withdrawn',
        serial: sql`${overrides.serial} + 1`,
        endedBy: by.confirmedBy,
        endedAt: new Date(now()),
        endReason: `replaced by override ${by.id}`,
      })
      .where(
        and(
          inArray(overrides.id, [...by.replaces]),
          eq(overrides.state, 'live'),
          gt(overrides.untilAt, new Date(now())),
        ),
      )
      .returning();
    await tx
      .update(overrides)
      .set({ state: 'dismissed', endReason: `replaced by override ${by.id}` })
      .where(and(inArray(overrides.id, [...by.replaces]), eq(overrides.state, 'proposed')));
    return rows.map(storedOf);
  }

  return {
    async create(wanted, entryOf) {
      const changed = await db.transaction(async (tx) => {
        const [row] = await tx.insert(overrides).values(rowOf(wanted)).onConflictDoNothing().returning();
        if (!row) return read(tx, eq(overrides.causeKey, wanted.causeKey ?? ''));
        const made = storedOf(row);
        const ended = made.state === 'live' ? await endReplaced(tx, made) : [];
        await audit(tx, entryOf(made.id));
        return [made, ...ended];
      });
      return changed;
    },
    async change(id, decide) {
      const changed = await db.transaction(async (tx) => {
        const [locked] = await tx.select().from(overrides).where(eq(overrides.id, id)).for('update');
        if (!locked) throw unknown(id);
        const before = storedOf(locked);
        const { change, entry } = decide(before);
        const serial = before.state === 'live' ? before.serial + 1 : before.serial;
        const [row] = await tx
          .update(overrides)
          .set({ ...columnsOf(change), serial })
          .where(eq(overrides.id, id))
          .returning();
        if (!row) throw new Error('an override vanished inside its own transaction');
        const after = storedOf(row);
        const isNewlyLive = before.state === 'proposed' && after.state === 'live';
        const ended = isNewlyLive ? await endReplaced(tx, after) : [];
        await audit(tx, entry);
        return [after, ...ended];
      });
      return changed;
    },
    ring: (changed) => bell.ring('overrides', changed.map(({ id, serial }) => `${id}.${serial}`).join(',')),
    async get(id) {
      const [found] = await read(db, eq(overrides.id, id));
      if (!found) throw unknown(id);
      return found;
    },
    list: ({ state, limit }) => read(db, state && whereState(state, new Date(now())), limit),
    standing: () =>
      read(db, and(inArray(overrides.state, ['live', 'withdrawn']), gt(overrides.untilAt, new Date(now())))),
    airingAt: (at) =>
      read(
        db,
        and(
          inArray(overrides.state, ['live', 'withdrawn']),
          lte(overrides.fromAt, new Date(at)),
          gt(overrides.untilAt, new Date(at)),
        ),
      ),
    aired: (ids) =>
      read(db, and(inArray(overrides.id, [...ids]), inArray(overrides.state, ['live', 'withdrawn']))),
    async confirmation() {
      const [row] = await db.select().from(overrideSettings);
      return row?.confirmation ?? 'step';
    },
    async setConfirmation(confirmation, actor) {
      await db.transaction(async (tx) => {
        await tx
          .insert(overrideSettings)
          .values({ id: 1, confirmation })
          .onConflictDoUpdate({ target: overrideSettings.id, set: { confirmation } });
        const subject = 'override settings';
        await audit(tx, { at: now(), actor, action: 'override.settings', subject, detail: { confirmation } });
      });
    },
  };
}

function unknown(id: number): Refusal {
  return noSuch('override.unknown', id);
}

function whereState(state: OverrideState, at: Date): SQL | undefined {
  const is = (stored: 'proposed' | 'live' | 'withdrawn' | 'dismissed') => eq(overrides.state, stored);
  if (state === 'live') return and(is('live'), gt(overrides.untilAt, at));
  if (state === 'over') return and(is('live'), lte(overrides.untilAt, at));
  if (state === 'proposed') return and(is('proposed'), gt(overrides.lapsesAt, at));
  if (state === 'lapsed') return and(is('proposed'), lte(overrides.lapsesAt, at));
  return or(is(state));
}

function rowOf(wanted: NewOverride): typeof overrides.$inferInsert {
  return {
    ...wanted,
    replaces: [...wanted.replaces],
    fromAt: dateOf(wanted.fromAt),
    untilAt: dateOf(wanted.untilAt),
    proposedAt: new Date(wanted.proposedAt),
    lapsesAt: new Date(wanted.lapsesAt),
    confirmedAt: dateOf(wanted.confirmedAt),
  };
}

function columnsOf(change: OverrideChange) {
  const { fromAt, untilAt, confirmedAt, endedAt, ...rest } = change;
  return {
    ...rest,
    ...(fromAt !== undefined && { fromAt: dateOf(fromAt) }),
    ...(untilAt !== undefined && { untilAt: dateOf(untilAt) }),
    ...(confirmedAt !== undefined && { confirmedAt: dateOf(confirmedAt) }),
    ...(endedAt !== undefined && { endedAt: dateOf(endedAt) }),
  };
}

function dateOf(at: EpochMs | null): Date | null {
  return at === null ? null : new Date(at);
}

function storedOf(row: typeof overrides.$inferSelect): StoredOverride {
  const at = (date: Date | null): EpochMs | null => date?.getTime() ?? null;
  return {
    ...row,
    content: row.content as Content,
    aim: row.aim as Aim,
    parts: row.parts as readonly Part[],
    fromAt: at(row.fromAt),
    untilAt: at(row.untilAt),
    proposedAt: row.proposedAt.getTime(),
    lapsesAt: row.lapsesAt.getTime(),
    confirmedAt: at(row.confirmedAt),
    endedAt: at(row.endedAt),
  };
}
