import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { id, instant } from './columns.ts';
import { areas } from './endpoint-tables.ts';

/** Alerts of other systems as they came in (OASIS CAP 1.2), and what became of them. */
export const alerts = pgTable(
  'alerts',
  {
    id: id(),
    sender: text().notNull(),
    identifier: text().notNull(),
    sentAt: instant().notNull(),
    status: text().notNull(),
    msgType: text().notNull(),
    scope: text().notNull(),
    /** The alerts that it speaks of, each as `sender,identifier,instant`. */
    referenceKeys: text().array().notNull(),
    headline: text().notNull(),
    /** As received. */
    xml: text().notNull(),
    signature: text({ enum: ['valid', 'none'] }).notNull(),
    source: text({ enum: ['http', 'folder'] }).notNull(),
    receivedBy: text().notNull(),
    receivedAt: instant().notNull(),
    /** Null until it was worked through; taken up again when the server died meanwhile. */
    verdict: text({ enum: ['fired', 'asked', 'ended', 'logged'] }),
    reasons: text().array().notNull().default([]),
    overrideIds: integer().array().notNull().default([]),
  },
  (t) => [
    unique('alert_once').on(t.sender, t.identifier, t.sentAt),
    index('alerts_by_reference').using('gin', t.referenceKeys),
  ],
);

/** Which of our areas a code of other systems means. */
export const alertAreas = pgTable(
  'alert_areas',
  {
    /** CAP's valueName, for example a register of regions. */
    valueName: text().notNull(),
    value: text().notNull(),
    areaId: integer()
      .notNull()
      .references(() => areas.id),
  },
  (t) => [primaryKey({ columns: [t.valueName, t.value, t.areaId] })],
);

/** One row: the rules by which alerts go on the air. */
export const alertSettings = pgTable(
  'alert_settings',
  { id: integer().primaryKey(), settings: jsonb().$type<unknown>().notNull() },
  (t) => [check('alert_settings_once', sql`${t.id} = 1`)],
);
