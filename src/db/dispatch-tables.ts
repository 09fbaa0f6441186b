import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { campaigns } from './campaign-tables.ts';
import { id, instant } from './columns.ts';
import { areas } from './endpoint-tables.ts';

/** What is sent by itself: what, when, to whom. Ended rather than changed or removed. */
export const dispatchPlans = pgTable('dispatch_plans', {
  id: id(),
  name: text().notNull(),
  what: text({ enum: ['daily', 'weekly', 'rollCall', 'silence'] }).notNull(),
  channel: text({ enum: ['email', 'webhook', 'wecom', 'dingtalk', 'feishu'] }).notNull(),
  /** Mail addresses joined by commas, or the address of the webhook, which is a secret. */
  address: text().notNull(),
  /** With which a webhook's messages are signed. */
  secret: text(),
  lang: text({ enum: ['zh', 'en'] }).notNull(),
  /** Null: all campaigns. */
  campaignId: integer().references(() => campaigns.id),
  /** Of silences: the area whose endpoints are watched; null: all. */
  areaId: integer().references(() => areas.id),
  /** Of silences: how long one must last before it is told here. */
  afterMinutes: integer().notNull().default(0),
  timeZone: text().notNull(),
  /** Local minute of the day of daily and weekly ones. */
  atMinute: integer().notNull(),
  /** 1 Monday … 7 Sunday, of weekly ones. */
  weekday: integer().notNull(),
  createdBy: text().notNull(),
  createdAt: instant().notNull(),
  endedBy: text(),
  endedAt: instant(),
});

/** A message as it is to be sent: made once, so that every attempt sends the same. */
export interface StoredMessage {
  readonly title: string;
  readonly lines: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
  readonly attachment: { readonly name: string; readonly text: string } | null;
}

/** What is sent or was: one row for each plan and instant at which it was due. */
export const deliveries = pgTable(
  'deliveries',
  {
    id: id(),
    planId: integer()
      .notNull()
      .references(() => dispatchPlans.id),
    dueAt: instant().notNull(),
    message: jsonb().$type<StoredMessage>().notNull(),
    state: text({ enum: ['waiting', 'sent', 'givenUp'] })
      .notNull()
      .default('waiting'),
    attempts: integer().notNull().default(0),
    /** Not before this. While a server sends it, the end of its claim. */
    nextAt: instant().notNull(),
    /** The server that sends it just now, and until when it may be believed to live, by the database's clock. */
    heldBy: text(),
    heldUntil: instant(),
    sentAt: instant(),
    madeAt: instant().notNull(),
  },
  (t) => [
    unique('delivery_once').on(t.planId, t.dueAt),
    index('deliveries_waiting').on(t.nextAt).where(sql`${t.state} = 'waiting'`),
    check('delivery_sent_at', sql`(${t.state} = 'sent') = (${t.sentAt} is not null)`),
  ],
);

/** Each attempt at a delivery and how it ended. Append only. */
export const deliveryAttempts = pgTable(
  'delivery_attempts',
  {
    deliveryId: integer()
      .notNull()
      .references(() => deliveries.id),
    number: integer().notNull(),
    at: instant().notNull(),
    outcome: text({ enum: ['sent', 'refused', 'unreachable', 'notAllowed'] }).notNull(),
    /** One sentence without addresses or secrets. */
    detail: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.deliveryId, t.number] })],
);
