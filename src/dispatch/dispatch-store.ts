import { and, asc, desc, eq, isNull, lte, sql } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import { Refusal } from '../base/refusal.ts';
import type { Clock, EpochMs, Ms } from '../base/units.ts';
import type { Database, Db } from '../db/connect.ts';
import { deliveries, deliveryAttempts, dispatchPlans } from '../db/dispatch-tables.ts';
import type { Message } from './message.ts';
import { type Channel, type PlanDraft, type ShownDelivery, type ShownPlan, shownAddress } from './plan.ts';

/** A plan with what is secret about it, for those who send. */
export interface Plan {
  readonly id: number;
  readonly name: string;
  readonly what: 'daily' | 'weekly' | 'rollCall' | 'silence';
  readonly channel: Channel;
  readonly address: string;
  readonly secret: string | null;
  readonly lang: 'zh' | 'en';
  readonly campaignId: number | null;
  readonly areaId: number | null;
  readonly afterMinutes: number;
  readonly timeZone: string;
  readonly atMinute: number;
  readonly weekday: number;
  readonly createdAt: Date;
}

/** A delivery that this process may try now. */
export interface ClaimedDelivery {
  readonly id: number;
  readonly dueAt: EpochMs;
  /** The number of this attempt, from 1. */
  readonly attempt: number;
  readonly message: Message;
  readonly plan: Plan;
}

/** How an attempt ended: `detail` has neither addresses nor secrets. */
export interface AttemptEnd {
  readonly outcome: 'sent' | 'refused' | 'unreachable' | 'notAllowed';
  readonly detail: string;
}

/** Plans and deliveries in the database. */
export interface DispatchStore {
  create(draft: PlanDraft, actor: string): Promise<ShownPlan>;
  /** @throws Refusal dispatch.unknown */
  end(id: number, actor: string): Promise<ShownPlan>;
  list(): Promise<ShownPlan[]>;
  /** Those that have not ended. */
  live(): Promise<Plan[]>;
  /** @throws Refusal dispatch.unknown when there is none, or it has ended */
  get(id: number): Promise<Plan>;
  /** Whether the delivery of a plan for an instant was made. */
  has(planId: number, dueAt: EpochMs): Promise<boolean>;
  /** The endpoints of the silences of which a plan was told since an instant, each with its last word before. */
  toldSilences(
    planId: number,
    since: EpochMs,
  ): Promise<{ readonly endpointId: number; readonly lastSeenAt: EpochMs }[]>;
  /** Queues a message; once for each plan and instant, whoever asks. */
  queue(planId: number, dueAt: EpochMs, message: Message): Promise<void>;
  /**
   * Takes the next delivery that is due, for `holdMs`; then another may take it: its process may have died. Null:
   * nothing is due.
   */
  claim(holdMs: Ms): Promise<ClaimedDelivery | null>;
  /** Writes an attempt down. `againInMs` null: no more attempts. What was sent once is never claimed again. */
  finish(claimed: ClaimedDelivery, end: AttemptEnd, againInMs: Ms | null): Promise<void>;
  /** The newest first. */
  deliveries(filter: {
    readonly planId?: number | undefined;
    readonly limit: number;
  }): Promise<ShownDelivery[]>;
}

/** Opens the store. */
export function dispatchStore(deps: { database: Database; audit: Audit<Db>; now: Clock }): DispatchStore {
  const { audit, now } = deps;
  const { db, sql: raw } = deps.database;
  type Row = typeof dispatchPlans.$inferSelect;

  async function log(tx: Db, action: string, row: Row, actor: string): Promise<void> {
    const { name, what, channel } = row;
    const detail = { name, what, channel, to: shownAddress(row) };
    await audit(tx, { at: now(), actor, action, subject: `dispatch plan ${row.id}`, detail });
  }

  return {
    create: (draft, actor) =>
      db.transaction(async (tx) => {
        const { at, ...rest } = draft;
        const atMinute = Number(at.slice(0, 2)) * 60 + Number(at.slice(3));
        const [row] = await tx
          .insert(dispatchPlans)
          .values({ ...rest, atMinute, createdBy: actor, createdAt: new Date(now()) })
          .returning()
          .catch(refuseUnknown);
        if (!row) throw new Error('no plan came back');
        await log(tx, 'dispatch.create', row, actor);
        return shown(row);
      }),

    end: (id, actor) =>
      db.transaction(async (tx) => {
        const [row] = await tx
          .update(dispatchPlans)
          .set({ endedBy: actor, endedAt: new Date(now()) })
          .where(and(eq(dispatchPlans.id, id), isNull(dispatchPlans.endedAt)))
          .returning();
        if (!row) throw unknownPlan(id);
        await log(tx, 'dispatch.end', row, actor);
        return shown(row);
      }),

    list: async () => (await db.select().from(dispatchPlans).orderBy(asc(dispatchPlans.id))).map(shown),
    live: () =>
      db.select().from(dispatchPlans).where(isNull(dispatchPlans.endedAt)).orderBy(asc(dispatchPlans.id)),

    async get(id) {
      const [row] = await db
        .select()
        .from(dispatchPlans)
        .where(and(eq(dispatchPlans.id, id), isNull(dispatchPlans.endedAt)));
      if (!row) throw unknownPlan(id);
      return row;
    },

    async has(planId, dueAt) {
      const rows = await db
        .select({ id: deliveries.id })
        .from(deliveries)
        .where(and(eq(deliveries.planId, planId), eq(deliveries.dueAt, new Date(dueAt))));
      return rows.length > 0;
    },

    toldSilences: (planId, since) => raw<{ endpointId: number; lastSeenAt: number }[]>`
      select (one->>'endpointId')::int as "endpointId",
        (extract(epoch from (one->>'lastSeenAt')::timestamptz) * 1000)::float8 as "lastSeenAt"
      from deliveries, jsonb_array_elements(message->'data'->'silent') as one
      where plan_id = ${planId} and made_at >= to_timestamp(${since}::float8 / 1000)`,

    async queue(planId, dueAt, message) {
      const at = new Date(now());
      await db
        .insert(deliveries)
        .values({ planId, dueAt: new Date(dueAt), message, nextAt: at, madeAt: at })
        .onConflictDoNothing();
    },

    async claim(holdMs) {
      const at = now();
      const [taken] = await raw<{ id: number }[]>`
        update deliveries set attempts = attempts + 1, next_at = to_timestamp(${at + holdMs}::float8 / 1000)
        where id = (
          select d.id from deliveries d join dispatch_plans p on p.id = d.plan_id
          where d.state = 'waiting' and d.next_at <= to_timestamp(${at}::float8 / 1000) and p.ended_at is null
          order by d.next_at, d.id limit 1 for update of d skip locked
        ) returning id`;
      if (!taken) return null;
      const [row] = await db
        .select({ delivery: deliveries, plan: dispatchPlans })
        .from(deliveries)
        .innerJoin(dispatchPlans, eq(dispatchPlans.id, deliveries.planId))
        .where(eq(deliveries.id, taken.id));
      if (!row) throw new Error(`delivery ${taken.id} is gone`);
      const { id, dueAt, attempts, message } = row.delivery;
      return { id, dueAt: dueAt.getTime(), attempt: attempts, message, plan: row.plan };
    },

    async finish({ id, attempt }, end, againInMs) {
      const at = new Date(now());
      await db.transaction(async (tx) => {
        await tx.insert(deliveryAttempts).values({ deliveryId: id, number: attempt, at, ...end });
        const state = end.outcome === 'sent' ? 'sent' : againInMs === null ? 'givenUp' : 'waiting';
        await tx
          .update(deliveries)
          .set({
            state,
            sentAt: state === 'sent' ? at : null,
            nextAt: new Date(at.getTime() + (againInMs ?? 0)),
          })
          .where(and(eq(deliveries.id, id), eq(deliveries.state, 'waiting')));
      });
    },

    async deliveries({ planId, limit }) {
      const rows = await db
        .select({
          delivery: deliveries,
          plan: dispatchPlans,
          attempts: sql<{ number: number; at: string; outcome: string; detail: string }[]>`coalesce((
            select json_agg(json_build_object('number', t.number, 'at', t.at, 'outcome', t.outcome, 'detail', t.detail)
              order by t.number)
            from delivery_attempts t where t.delivery_id = ${deliveries.id}), '[]')`,
        })
        .from(deliveries)
        .innerJoin(dispatchPlans, eq(dispatchPlans.id, deliveries.planId))
        .where(planId === undefined ? lte(deliveries.madeAt, new Date(now())) : eq(deliveries.planId, planId))
        .orderBy(desc(deliveries.dueAt), desc(deliveries.id))
        .limit(limit);
      return rows.map(({ delivery, plan, attempts }) => ({
        id: delivery.id,
        planId: plan.id,
        plan: plan.name,
        what: plan.what,
        channel: plan.channel,
        to: shownAddress(plan),
        title: delivery.message.title,
        dueAt: delivery.dueAt.toISOString(),
        state: delivery.state,
        sentAt: delivery.sentAt?.toISOString() ?? null,
        nextAt: delivery.state === 'waiting' ? delivery.nextAt.toISOString() : null,
        attempts: attempts.map((one) => ({ ...one, at: new Date(one.at).toISOString() })),
      }));
    },
  };
}

function shown(row: typeof dispatchPlans.$inferSelect): ShownPlan {
  const { id, name, what, channel, lang, campaignId, areaId, afterMinutes, timeZone, weekday, createdBy } =
    row;
  const two = (value: number) => String(value).padStart(2, '0');
  return {
    ...{ id, name, what, channel, lang, campaignId, areaId, afterMinutes, timeZone, weekday, createdBy },
    to: shownAddress(row),
    signed: row.secret !== null,
    at: `${two(Math.floor(row.atMinute / 60))}:${two(row.atMinute % 60)}`,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

function unknownPlan(id: number): Refusal {
  return new Refusal('dispatch.unknown', {
    en: `There is no dispatch plan ${id}, or it has ended.`,
    zh: `没有编号为 ${id} 的报送计划，或该计划已结束。`,
  });
}

function refuseUnknown(error: unknown): never {
  const cause = error instanceof Error ? error.cause : null;
  const isForeignKey = cause instanceof Error && 'code' in cause && cause.code === '23503';
  if (isForeignKey && 'constraint_name' in cause && String(cause.constraint_name).includes('area'))
    throw new Refusal('area.unknown', { en: 'There is no such area.', zh: '没有这个街道或乡镇。' });
  if (isForeignKey)
    throw new Refusal('campaign.unknown', {
      en: 'There is no such campaign.',
      zh: '没有这个宣传活动，可能已被删除。',
    });
  throw error;
}
