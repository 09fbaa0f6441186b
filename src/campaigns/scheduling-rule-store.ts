import { and, asc, gte, inArray, lte, sql } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import { Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import { campaigns, holidays, separationRules } from '../db/campaign-tables.ts';
import type { Database, Db } from '../db/connect.ts';
import type { Holiday } from './holiday.ts';
import { type StoredSeparationRule, separationRuleSchema } from './separation-rule.ts';

/** What holds for all bookings: the holiday calendar and the separation rules. */
export interface SchedulingRuleStore {
  /** The stored days of a year, by date. */
  holidays(year: number): Promise<Holiday[]>;
  /** Puts the days of a year in the place of those stored. All must lie in it. */
  replaceHolidays(year: number, days: readonly Holiday[], actor: string): Promise<Holiday[]>;
  separation(): Promise<StoredSeparationRule[]>;
  /** Puts the rules in the place of those stored. @throws Refusal campaign.unknown */
  replaceSeparation(rules: readonly StoredSeparationRule[], actor: string): Promise<StoredSeparationRule[]>;
}

/** Opens the store. Rings `bookings` after each change, since programmes follow. */
export function schedulingRuleStore(deps: {
  database: Database;
  audit: Audit<Db>;
  now: Clock;
}): SchedulingRuleStore {
  const { database, audit, now } = deps;
  const { db, bell } = database;
  const inYear = (year: number) =>
    and(gte(holidays.date, `${year}-01-01`), lte(holidays.date, `${year}-12-31`));
  const daysOf = (year: number) => db.select().from(holidays).where(inYear(year)).orderBy(asc(holidays.date));

  return {
    holidays: daysOf,
    async replaceHolidays(year, days, actor) {
      await db.transaction(async (tx) => {
        await tx.delete(holidays).where(inYear(year));
        if (days.length > 0) await tx.insert(holidays).values([...days]);
        const subject = `holidays ${year}`;
        await audit(tx, { at: now(), actor, action: 'holidays.replace', subject, detail: { days } });
      });
      await bell.ring('bookings', `holidays ${year}`);
      return daysOf(year);
    },
    separation: () => loadSeparation(db),
    async replaceSeparation(rules, actor) {
      await db.transaction(async (tx) => {
        await refuseStrangers(tx, rules);
        // Of two who replace them at once, one comes after the other; whoever reads does not wait.
        await tx.execute(sql`lock table separation_rules in share row exclusive mode`);
        await tx.delete(separationRules);
        if (rules.length > 0) {
          await tx
            .insert(separationRules)
            .values(rules.map((rule) => ({ ...rule, value: String(rule.value) })));
        }
        const subject = 'separation rules';
        await audit(tx, { at: now(), actor, action: 'separation.replace', subject, detail: { rules } });
      });
      await bell.ring('bookings', 'separation');
      return loadSeparation(db);
    },
  };
}

/** The stored separation rules, in the order in which they were put. */
export async function loadSeparation(db: Db): Promise<StoredSeparationRule[]> {
  const rows = await db.select().from(separationRules).orderBy(asc(separationRules.id));
  return rows.map((row) =>
    separationRuleSchema.parse({ ...row, value: row.by === 'campaign' ? Number(row.value) : row.value }),
  );
}

async function refuseStrangers(tx: Db, rules: readonly StoredSeparationRule[]): Promise<void> {
  const named = rules.flatMap((rule) => (rule.by === 'campaign' ? [rule.value] : []));
  if (named.length === 0) return;
  const rows = await tx.select({ id: campaigns.id }).from(campaigns).where(inArray(campaigns.id, named));
  const known = new Set(rows.map(({ id }) => id));
  const parts = rules.flatMap((rule, at) =>
    rule.by === 'campaign' && !known.has(rule.value)
      ? [
          {
            where: `rules.${at}.value`,
            message: { en: `there is no campaign ${rule.value}`, zh: `没有编号为 ${rule.value} 的宣传活动` },
          },
        ]
      : [],
  );
  if (parts.length > 0)
    throw new Refusal(
      'campaign.unknown',
      { en: 'A rule names a campaign that is not.', zh: '规则中有不存在的宣传活动，请改正后保存。' },
      parts,
    );
}
