import { and, arrayOverlaps, asc, desc, eq, ilike, inArray, lt, or } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import { noSuch, Refusal } from '../base/refusal.ts';
import type { Clock, EpochMs } from '../base/units.ts';
import { alertAreas, alertSettings, alerts } from '../db/alert-tables.ts';
import type { Database, Db } from '../db/connect.ts';
import { areas } from '../db/endpoint-tables.ts';
import { overrides } from '../db/override-tables.ts';
import { type Alert, type AlertName, alertKey } from './alert.ts';
import type { AlertReason } from './alert-judgement.ts';
import {
  type AlertAreaCode,
  type AlertSettings,
  alertSettingsSchema,
  DEFAULT_ALERT_SETTINGS,
} from './alert-settings.ts';

/** What became of an alert. */
export type AlertVerdict = 'fired' | 'asked' | 'ended' | 'logged';

/** An alert that came in, as it is kept. */
export interface StoredAlert extends AlertName {
  readonly id: number;
  readonly status: string;
  readonly msgType: string;
  readonly scope: string;
  readonly headline: string;
  readonly xml: string;
  readonly signature: 'valid' | 'none';
  readonly source: 'http' | 'folder';
  readonly receivedBy: string;
  readonly receivedAt: EpochMs;
  /** Null while it is worked through. */
  readonly verdict: AlertVerdict | null;
  readonly reasons: readonly string[];
  readonly overrideIds: readonly number[];
}

/** An alert as it comes in. */
export interface ArrivingAlert {
  readonly alert: Alert;
  readonly xml: string;
  readonly signature: 'valid' | 'none';
  readonly source: 'http' | 'folder';
  readonly receivedBy: string;
}

/** Which alerts: at most `limit`, older than `beforeId`; `q` is a part of headline, sender or identifier. */
export interface AlertFilter {
  readonly limit: number;
  readonly beforeId?: number | undefined;
  readonly verdict?: AlertVerdict | undefined;
  readonly q?: string | undefined;
}

/** Alerts of other systems in the database. */
export interface AlertStore {
  /** Keeps an alert; one that is there already comes back as it is kept, with `isNew` false. */
  keep(arriving: ArrivingAlert): Promise<{ stored: StoredAlert; isNew: boolean }>;
  /** Whether a later message of the same sender that names this alert has come in. */
  isSuperseded(alert: Alert): Promise<boolean>;
  /** The emergencies, on the air or proposed, that alerts of the same sender and status raised. */
  raisedBy(names: readonly AlertName[], by: Alert): Promise<number[]>;
  /** Writes down what became of it, with the audit entry. */
  settle(
    id: number,
    outcome: { verdict: AlertVerdict; reasons: readonly AlertReason[]; overrideIds: readonly number[] },
    actor: string,
  ): Promise<StoredAlert>;
  /** @throws Refusal alert.unknown */
  get(id: number): Promise<StoredAlert>;
  /** Newest first, as narrowed. */
  list(filter: AlertFilter): Promise<StoredAlert[]>;
  settings(): Promise<AlertSettings>;
  replaceSettings(settings: AlertSettings, actor: string): Promise<void>;
  areaCodes(): Promise<AlertAreaCode[]>;
  /** @throws Refusal request.invalid when a code names an area that is not */
  replaceAreaCodes(codes: readonly AlertAreaCode[], actor: string): Promise<void>;
}

/** Opens the store. */
export function alertStore(deps: { database: Database; audit: Audit<Db>; now: Clock }): AlertStore {
  const { database, audit, now } = deps;
  const { db } = database;

  async function byName({ sender, identifier, sentAt }: AlertName): Promise<StoredAlert | null> {
    const [row] = await db
      .select()
      .from(alerts)
      .where(
        and(
          eq(alerts.sender, sender),
          eq(alerts.identifier, identifier),
          eq(alerts.sentAt, new Date(sentAt)),
        ),
      );
    return row ? storedOf(row) : null;
  }

  return {
    async keep({ alert, xml, signature, source, receivedBy }) {
      const [row] = await db
        .insert(alerts)
        .values({
          sender: alert.sender,
          identifier: alert.identifier,
          sentAt: new Date(alert.sentAt),
          status: alert.status,
          msgType: alert.msgType,
          scope: alert.scope,
          referenceKeys: alert.references.map(alertKey),
          headline: (alert.infos[0]?.headline || alert.infos[0]?.event || '').slice(0, 200),
          xml,
          signature,
          source,
          receivedBy,
          receivedAt: new Date(now()),
        })
        .onConflictDoNothing()
        .returning();
      if (row) return { stored: storedOf(row), isNew: true };
      const stored = await byName(alert);
      if (!stored) throw new Error('the alert that was in the way has gone');
      return { stored, isNew: false };
    },
    async isSuperseded(alert) {
      const rows = await db
        .select({ id: alerts.id })
        .from(alerts)
        .where(
          and(
            arrayOverlaps(alerts.referenceKeys, [alertKey(alert)]),
            inArray(alerts.msgType, ['Update', 'Cancel']),
            eq(alerts.sender, alert.sender),
            eq(alerts.status, alert.status),
          ),
        )
        .limit(1);
      return rows.length > 0;
    },
    async raisedBy(names, by) {
      const ids: number[] = [];
      for (const name of names) {
        if (name.sender !== by.sender) continue;
        const stored = await byName(name);
        if (stored?.status === by.status) ids.push(...stored.overrideIds);
      }
      if (ids.length === 0) return [];
      const rows = await db
        .select({ id: overrides.id })
        .from(overrides)
        .where(and(inArray(overrides.id, ids), inArray(overrides.state, ['live', 'proposed'])));
      return rows.map(({ id }) => id);
    },
    async settle(id, { verdict, reasons, overrideIds }, actor) {
      return db.transaction(async (tx) => {
        const [row] = await tx
          .update(alerts)
          .set({ verdict, reasons: [...reasons], overrideIds: [...overrideIds] })
          .where(eq(alerts.id, id))
          .returning();
        if (!row) throw new Error('an alert vanished while it was worked through');
        const { sender, identifier, msgType, status } = row;
        await audit(tx, {
          at: now(),
          actor,
          action: 'alert.take',
          subject: `alert ${id}`,
          detail: { sender, identifier, msgType, status, verdict, reasons, overrideIds },
        });
        return storedOf(row);
      });
    },
    async get(id) {
      const [row] = await db.select().from(alerts).where(eq(alerts.id, id));
      if (!row) throw noSuch('alert.unknown', id);
      return storedOf(row);
    },
    async list({ limit, beforeId, verdict, q }) {
      const part = `%${(q ?? '').replace(/[\\%_]/g, '\\$&')}%`;
      const wanted = and(
        beforeId === undefined ? undefined : lt(alerts.id, beforeId),
        verdict && eq(alerts.verdict, verdict),
        q
          ? or(...[alerts.headline, alerts.sender, alerts.identifier].map((of) => ilike(of, part)))
          : undefined,
      );
      const rows = await db.select().from(alerts).where(wanted).orderBy(desc(alerts.id)).limit(limit);
      return rows.map(storedOf);
    },
    async settings() {
      const [row] = await db.select().from(alertSettings);
      return row ? alertSettingsSchema.parse(row.settings) : DEFAULT_ALERT_SETTINGS;
    },
    async replaceSettings(settings, actor) {
      await db.transaction(async (tx) => {
        await tx
          .insert(alertSettings)
          .values({ id: 1, settings })
          .onConflictDoUpdate({ target: alertSettings.id, set: { settings } });
        const subject = 'alert settings';
        await audit(tx, { at: now(), actor, action: 'alert.settings', subject, detail: { ...settings } });
      });
    },
    areaCodes: () => db.select().from(alertAreas).orderBy(asc(alertAreas.valueName), asc(alertAreas.value)),
    async replaceAreaCodes(codes, actor) {
      await db.transaction(async (tx) => {
        const known = new Set((await tx.select({ id: areas.id }).from(areas)).map(({ id }) => id));
        const strange = codes.flatMap(({ areaId }, at) =>
          known.has(areaId)
            ? []
            : [
                {
                  where: `codes.${at}.areaId`,
                  message: { en: `there is no area ${areaId}`, zh: `没有编号为 ${areaId} 的街道` },
                },
              ],
        );
        if (strange.length > 0)
          throw new Refusal(
            'request.invalid',
            { en: 'A code names an area that is not.', zh: '有代码对应的街道不存在，请改正后保存。' },
            strange,
          );
        await tx.delete(alertAreas);
        if (codes.length > 0)
          await tx
            .insert(alertAreas)
            .values([...codes])
            .onConflictDoNothing();
        const subject = 'alert areas';
        await audit(tx, { at: now(), actor, action: 'alert.areas', subject, detail: { codes } });
      });
    },
  };
}

function storedOf(row: typeof alerts.$inferSelect): StoredAlert {
  const { referenceKeys: _, ...kept } = row;
  return { ...kept, sentAt: row.sentAt.getTime(), receivedAt: row.receivedAt.getTime() };
}
