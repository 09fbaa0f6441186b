import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MIGRATIONS_FOLDER } from '../../src/db/migrate.ts';

/** Up to here nothing had been given to anybody; from then on a version may run beside the next one. */
const BEFORE_ANY_RELEASE = '0027';
/** What the version before could not live with, while its servers are replaced one by one. */
const BREAKING =
  /\bdrop\s+(table|column|view)\b|\brename\s+(to|column)\b|\bset\s+(data\s+)?type\b|\bset\s+not\s+null\b/i;
/** A column that rows of the version before would lack. */
const DEMANDING = /\badd\s+column\b(?=[^;]*\bnot\s+null\b)(?![^;]*\b(default|generated)\b)/i;

const files = readdirSync(MIGRATIONS_FOLDER).filter((name) => name.endsWith('.sql'));
const faultOf = (sql: string): string | null => (BREAKING.exec(sql) ?? DEMANDING.exec(sql))?.[0] ?? null;

describe('migrations', () => {
  test('leave all as it is for servers of the version before: they add, and take nothing away', () => {
    const later = files.filter((name) => name.slice(0, 4) > BEFORE_ANY_RELEASE);
    const faults = later.map((name) => [name, faultOf(readFileSync(join(MIGRATIONS_FOLDER, name), 'utf8'))]);
    expect(faults.filter(([, fault]) => fault !== null)).toEqual([]);
  });

  test('that take away, rename or demand are seen', () => {
    expect(faultOf('ALTER TABLE "endpoints" DROP COLUMN "manifest_serial";')).not.toBeNull();
    expect(faultOf('ALTER TABLE "play_days" RENAME TO "settled_play_days";')).not.toBeNull();
    expect(faultOf('ALTER TABLE "a" ADD COLUMN "b" text NOT NULL;')).not.toBeNull();
    expect(faultOf('ALTER TABLE "a" ADD COLUMN "b" text DEFAULT \'\' NOT NULL;')).toBeNull();
    expect(faultOf('ALTER TABLE "a" ADD COLUMN "b" text;')).toBeNull();
  });
});
