import { and, asc, desc, eq, isNull, like, lte, ne, not, sql } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import { type Clock, type EpochMs, MINUTE_MS, type Ms, SECOND_MS } from '../base/units.ts';
import type { Database, Db } from '../db/connect.ts';
import { deliveries, deliveryAttempts, dispatchPlans } from '../db/dispatch-tables.ts';
import type { Message } from './message.ts';
import { type Channel, type PlanDraft, type ShownDelivery, type ShownPlan, shownAddress } from './plan.ts';
import { refuseUnknown, shownPlan, unknownPlan } from './plan-row-store.ts';
import { OVER_AFTER_MS, type ToldSilence } from './silence.ts';
import { SEALED, type WebhookSeal } from './webhook-seal.ts';

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
  /**
   * The endpoints of the silences of which a plan was told since an instant, each with its last word before and the
   * instant of the delivery that told of it.
   */
  toldSilences(
    planId: number,
    since: EpochMs,
  ): Promise<{ readonly endpointId: number; readonly lastSeenAt: EpochMs; readonly dueAt: EpochMs }[]>;
  /** Silences of which a plan was told since an instant, and whose end was not told yet. */
  openSilences(planId: number, since: EpochMs): Promise<ToldSilence[]>;
  /** Queues a message; once for each plan and instant, whoever asks. The delivery, or null where it was queued before. */
  queue(planId: number, dueAt: EpochMs, message: Message): Promise<number | null>;
  /**
   * Takes the next delivery that is due, or that a server held which has said nothing for the length of a hold: it has
   * died. Null: nothing is due. `only`: this delivery and no other.
   */
  claim(only?: number): Promise<ClaimedDelivery | null>;
  /** Says that the holder lives. Another takes the delivery when it has not for the length of a hold. */
  renew(claimed: ClaimedDelivery): Promise<void>;
  /** Writes an attempt down. `againInMs` null: no more attempts. What was sent once is never claimed again. */
  finish(claimed: ClaimedDelivery, end: AttemptEnd, againInMs: Ms | null): Promise<void>;
  /** Seals the webhooks that a version before wrote as they are. */
  sealAll(): Promise<void>;
  /** The newest first. */
  deliveries(filter: {
    readonly planId?: number | undefined;
    readonly limit: number;
  }): Promise<ShownDelivery[]>;
}

/** A hold ends by itself when its server has not renewed it for so long. */
export const HOLD_MS: Ms = 9 * SECOND_MS;
/** Servers of versions before 0.2 know no holders: what is taken is not due for them so long. */
const NOT_DUE_MS: Ms = 2 * MINUTE_MS;

/** Opens the store of one process, which `holder` names among all that ever were. */
export function dispatchStore(deps: {
  database: Database;
  audit: Audit<Db>;
  now: Clock;
  holder: string;
  seal: WebhookSeal;
  holdMs?: Ms;
}): DispatchStore {
  const { audit, now, holder, seal, holdMs = HOLD_MS } = deps;
  const { db, sql: raw } = deps.database;
  type Row = typeof dispatchPlans.$inferSelect;

  /** What cannot be opened stays sealed: that address leads nowhere. */
  const opened = (row: Row): Row => ({ ...row, ...(row.channel !== 'email' && seal.open(row)) });
  const sealed = <T extends Pick<Row, 'channel' | 'address' | 'secret'>>(row: T): T =>
    row.channel === 'email' ? row : { ...row, address: seal.close(row), secret: null };

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
          .values({ ...sealed(rest), atMinute, createdBy: actor, createdAt: new Date(now()) })
          .returning()
          .catch(refuseUnknown);
        if (!row) throw new Error('no plan came back');
        const made = opened(row);
        await log(tx, 'dispatch.create', made, actor);
        return shownPlan(made);
      }),

    end: (id, actor) =>
      db.transaction(async (tx) => {
        const [row] = await tx
          .update(dispatchPlans)
          .set({ endedBy: actor, endedAt: new Date(now()) })
          .where(and(eq(dispatchPlans.id, id), isNull(dispatchPlans.endedAt)))
          .returning();
        if (!row) throw unknownPlan(id);
        const ended = opened(row);
        await log(tx, 'dispatch.end', ended, actor);
        return shownPlan(ended);
      }),

    async list() {
      const rows = await db.select().from(dispatchPlans).orderBy(asc(dispatchPlans.id));
      return rows.map((row) => shownPlan(opened(row)));
    },
    async live() {
      const running = isNull(dispatchPlans.endedAt);
      const rows = await db.select().from(dispatchPlans).where(running).orderBy(asc(dispatchPlans.id));
      return rows.map(opened);
    },
    async sealAll() {
      const plain = and(ne(dispatchPlans.channel, 'email'), not(like(dispatchPlans.address, `${SEALED}%`)));
      for (const row of await db.select().from(dispatchPlans).where(plain)) {
        const { address, secret } = sealed(row);
        // Another server may have done it meanwhile.
        const same = and(eq(dispatchPlans.id, row.id), eq(dispatchPlans.address, row.address));
        await db.update(dispatchPlans).set({ address, secret }).where(same);
      }
    },

    async get(id) {
      const [row] = await db
        .select()
        .from(dispatchPlans)
        .where(and(eq(dispatchPlans.id, id), isNull(dispatchPlans.endedAt)));
      if (!row) throw unknownPlan(id);
      return opened(row);
    },

    async has(planId, dueAt) {
      const rows = await db
        .select({ id: deliveries.id })
        .from(deliveries)
        .where(and(eq(deliveries.planId, planId), eq(deliveries.dueAt, new Date(dueAt))));
      return rows.length > 0;
    },

    toldSilences: (planId, since) => raw<{ endpointId: number; lastSeenAt: number; dueAt: number }[]>`
      select (one->>'endpointId')::int as "endpointId", (extract(epoch from due_at) * 1000)::float8 as "dueAt",
        (extract(epoch from (one->>'lastSeenAt')::timestamptz) * 1000)::float8 as "lastSeenAt"
      from deliveries, jsonb_array_elements(message->'data'->'silent') as one
      where plan_id = ${planId} and made_at >= to_timestamp(${since}::float8 / 1000)`,

    async queue(planId, dueAt, message) {
      const at = new Date(now());
      const [made] = await db
        .insert(deliveries)
        .values({ planId, dueAt: new Date(dueAt), message, nextAt: at, madeAt: at })
        .onConflictDoNothing()
        .returning({ id: deliveries.id });
      return made?.id ?? null;
    },

    openSilences: (planId, since) => raw<ToldSilence[]>`
      select (extract(epoch from due_at) * 1000)::float8 as "dueAt",
        (extract(epoch from (message->'data'->>'since')::timestamptz) * 1000)::float8 as since,
        (select json_agg(json_build_object('endpointId', (one->>'endpointId')::int, 'area', one->>'area',
          'lastSeenAt', (extract(epoch from (one->>'lastSeenAt')::timestamptz) * 1000)::float8))
          from jsonb_array_elements(message->'data'->'silent') as one) as endpoints
      from deliveries told
      where plan_id = ${planId} and made_at >= to_timestamp(${since}::float8 / 1000)
        and jsonb_array_length(message->'data'->'silent') > 0
        and not exists (
          select 1 from deliveries over where over.plan_id = told.plan_id
            and over.due_at = told.due_at + ${OVER_AFTER_MS}::float8 * interval '1 ms')`,

    async claim(only) {
      const at = now();
      const [taken] = await raw<{ id: number }[]>`
        update deliveries set attempts = attempts + 1, next_at = to_timestamp(${at + NOT_DUE_MS}::float8 / 1000),
          held_by = ${holder}, held_until = now() + ${holdMs}::float8 * interval '1 ms'
        where id = (
          select d.id from deliveries d join dispatch_plans p on p.id = d.plan_id
          where d.state = 'waiting' and p.ended_at is null and d.id = coalesce(${only ?? null}::int, d.id)
            and (d.held_until < now() or (d.held_until is null and d.next_at <= to_timestamp(${at}::float8 / 1000)))
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
      return { id, dueAt: dueAt.getTime(), attempt: attempts, message, plan: opened(row.plan) };
    },

    async renew({ id, attempt }) {
      await raw`
        update deliveries set held_until = now() + ${holdMs}::float8 * interval '1 ms',
          next_at = to_timestamp(${now() + NOT_DUE_MS}::float8 / 1000)
        where id = ${id} and held_by = ${holder} and attempts = ${attempt} and state = 'waiting'`;
    },

    async finish({ id, attempt }, end, againInMs) {
      const at = new Date(now());
      await db.transaction(async (tx) => {
        await tx.insert(deliveryAttempts).values({ deliveryId: id, number: attempt, at, ...end });
        // What was sent was sent, also when another took it meanwhile; of all else the latest has the word.
        const mine = end.outcome === 'sent' ? undefined : eq(deliveries.attempts, attempt);
        const state = end.outcome === 'sent' ? 'sent' : againInMs === null ? 'givenUp' : 'waiting';
        await tx
          .update(deliveries)
          .set({
            state,
            sentAt: state === 'sent' ? at : null,
            nextAt: new Date(at.getTime() + (againInMs ?? 0)),
            ...{ heldBy: null, heldUntil: null },
          })
          .where(and(eq(deliveries.id, id), eq(deliveries.state, 'waiting'), mine));
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
        to: shownAddress(opened(plan)),
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
