import { inArray, lte, sql } from 'drizzle-orm';
import { sha256Hex } from '../base/digest.ts';
import type { EpochMs, Ms } from '../base/units.ts';
import type { Db } from '../db/connect.ts';
import { signInAttempts } from '../db/staff-tables.ts';
import type { AttemptLimit } from './attempt-limits.ts';

/** A name under which tries are counted, and how many it may have. */
export type LimitedKey = readonly [name: string, limit: AttemptLimit];

/** Counts tries of passwords and codes, for all servers on the database together. */
export interface AttemptStore {
  /**
   * Counts one try under each name, before anything is looked at, so that parallel guesses count too. Milliseconds until
   * the next try where one of them has used up its limit: then nothing is counted. 0: counted.
   */
  take(keys: readonly LimitedKey[], now: EpochMs): Promise<Ms>;
  /** Takes one try back from each name: it was a success. */
  giveBack(names: readonly string[]): Promise<void>;
  /** Nothing is held against the name any more. */
  forget(name: string): Promise<void>;
  /** Removes counts whose window has ended. */
  forgetEnded(now: EpochMs): Promise<void>;
}

class Full {}

/** See {@link AttemptStore}. Names are kept as hashes: they hold addresses, and whatever strangers typed. */
export function attemptStore(db: Db): AttemptStore {
  const { name: hash, count, endsAt } = signInAttempts;
  const hashes = (names: readonly string[]) => names.map((name) => sha256Hex(name)).sort();
  return {
    async take(keys, now) {
      const at = new Date(now);
      const rows = keys
        .map(([name, { failures: most, windowMs }]) => ({
          ...{ name: sha256Hex(name), count: 1, most },
          endsAt: new Date(now + windowMs),
        }))
        // Always in the same order: two sign-ins that share names must not wait for each other.
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      try {
        await db.transaction(async (tx) => {
          const hasEnded = lte(endsAt, at);
          const taken = await tx
            .insert(signInAttempts)
            .values(rows)
            .onConflictDoUpdate({
              target: hash,
              set: {
                count: sql`case when ${hasEnded} then 1 else ${count} + 1 end`,
                endsAt: sql`case when ${hasEnded} then excluded.ends_at else ${endsAt} end`,
              },
              setWhere: sql`${hasEnded} or ${count} < excluded.most`,
            })
            .returning({ hash });
          if (taken.length < rows.length) throw new Full();
        });
        return 0;
      } catch (error) {
        if (!(error instanceof Full)) throw error;
      }
      const found = await db
        .select()
        .from(signInAttempts)
        .where(inArray(hash, hashes(keys.map(([name]) => name))));
      const full = found.filter((row) => row.count >= row.most);
      return Math.max(1, ...full.map((row) => row.endsAt.getTime() - now));
    },
    async giveBack(names) {
      await db
        .update(signInAttempts)
        .set({ count: sql`greatest(0, ${count} - 1)` })
        .where(inArray(hash, hashes(names)));
    },
    async forget(name) {
      await db.delete(signInAttempts).where(inArray(hash, hashes([name])));
    },
    async forgetEnded(now) {
      await db.delete(signInAttempts).where(lte(endsAt, new Date(now)));
    },
  };
}
