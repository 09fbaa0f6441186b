import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MIGRATIONS_FOLDER } from '../../src/db/migrate.ts';

/**
 * Statements that take away from what a released version knows, or ask more of what it writes, each with the reason why
 * servers of that version go on beside it. Everything else must be of a kind that cannot harm: see `isHarmless`.
 */
const SAFE_BECAUSE: readonly (readonly [statement: string, reason: string])[] = [
  [
    'ALTER TABLE "dispatch_plans" ADD CONSTRAINT "dispatch_plans_area_id_areas_id_fk" FOREIGN KEY ("area_id") REFERENCES "public"."areas"("id") ON DELETE no action ON UPDATE no action',
    'The column is new: 0.1.0 leaves it empty. No version deletes areas.',
  ],
  [
    'ALTER TABLE "player_commands" ADD CONSTRAINT "player_commands_endpoint_id_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."endpoints"("id") ON DELETE no action ON UPDATE no action',
    'It would stop endpoints from being deleted, which no version does.',
  ],
  [
    'ALTER TABLE "player_commands" ADD CONSTRAINT "player_commands_player_id_players_id_fk" FOREIGN KEY ("player_id") REFERENCES "public"."players"("id") ON DELETE no action ON UPDATE no action',
    'It would stop players from being deleted; all versions revoke them and keep the row.',
  ],
  [
    'ALTER TABLE "screen_pictures" ADD CONSTRAINT "screen_pictures_endpoint_id_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."endpoints"("id") ON DELETE no action ON UPDATE no action',
    'It would stop endpoints from being deleted, which no version does.',
  ],
  [
    'ALTER TABLE "quarantined_plays" DROP CONSTRAINT "quarantined_plays_pkey"',
    '0.1.0 finds rows by id, by an index that the same migration makes, and names no key in a conflict.',
  ],
  [
    'ALTER TABLE "quarantined_plays" ADD CONSTRAINT "quarantined_plays_player_id_id_pk" PRIMARY KEY("player_id","id")',
    'Weaker than the key by id alone, which the database gives; player_id was never empty.',
  ],
  [
    'ALTER TABLE "staff_sessions" ADD CONSTRAINT "staff_sessions_passkey_id_staff_passkeys_id_fk" FOREIGN KEY ("passkey_id") REFERENCES "public"."staff_passkeys"("id") ON DELETE cascade ON UPDATE no action',
    'The column is new: 0.1.0 leaves it empty, and its table too.',
  ],
];

const NEW_TABLE = /^create table (?:if not exists )?"?(\w+)"?/i;
/** A column that rows of the version before lack without harm. */
const NEW_COLUMN = /^alter table "?\w+"? add column (?![^;]*\b(?:unique|check|references|primary key)\b)/i;
const INDEX = /^create (unique )?index (?:if not exists )?"?\w+"? on "?(\w+)"?/i;
const KEY_OF_TABLE = /^alter table "?(\w+)"? add constraint/i;
/** A reference that stops nobody from deleting what it leads to. */
const YIELDING = /\bon delete (cascade|set null)\b/i;

/** Whether a statement cannot harm a version that knows none of `ownTables`: those are newer than it. */
function isHarmless(statement: string, ownTables: ReadonlySet<string>): boolean {
  if (NEW_TABLE.test(statement)) return !/\bpartition of\b|\breferences\b/i.test(statement);
  if (NEW_COLUMN.test(statement))
    return !/\bnot null\b/i.test(statement) || /\b(default|generated)\b/i.test(statement);
  const [, isUnique, indexed = ''] = INDEX.exec(statement) ?? [];
  if (indexed !== '') return isUnique === undefined || ownTables.has(indexed);
  const [, table = ''] = KEY_OF_TABLE.exec(statement) ?? [];
  const leadsElsewhere = /\bforeign key\b/i.test(statement);
  return ownTables.has(table) && (!leadsElsewhere || YIELDING.test(statement));
}

const statementsOf = (sql: string): string[] =>
  sql
    .split('--> statement-breakpoint')
    .map((part) =>
      part
        .replaceAll(/^--.*$/gm, '')
        .replaceAll(/\s+/g, ' ')
        .trim()
        .replace(/;$/, ''),
    )
    .filter((statement) => statement !== '');

/** The statements of a list of migrations, oldest first, that could harm the version before all of them. */
function doubtful(migrations: readonly string[]): string[] {
  const ownTables = new Set<string>();
  return migrations.flatMap(statementsOf).filter((statement) => {
    const made = NEW_TABLE.exec(statement)?.[1];
    if (made !== undefined) ownTables.add(made);
    return !isHarmless(statement, ownTables);
  });
}

/** Migrations since the first release, in groups that each lie between two releases. */
function sinceReleases(): string[][] {
  const releases = join(import.meta.dirname, '..', 'releases');
  const schemas = readdirSync(releases)
    .filter((name) => /^\d/.test(name))
    .map(
      (name): number =>
        JSON.parse(readFileSync(join(releases, name, 'backup', 'backup.json'), 'utf8')).schema,
    )
    .sort((a, b) => a - b);
  const journal: { entries: { when: number; tag: string }[] } = JSON.parse(
    readFileSync(join(MIGRATIONS_FOLDER, 'meta', '_journal.json'), 'utf8'),
  );
  return schemas.map((schema, place) =>
    journal.entries
      .filter(({ when }) => when > schema && when <= (schemas[place + 1] ?? Number.POSITIVE_INFINITY))
      .map(({ tag }) => readFileSync(join(MIGRATIONS_FOLDER, `${tag}.sql`), 'utf8')),
  );
}

describe('migrations', () => {
  test('leave all as it is for servers of the version before, or say statement by statement why they may not', () => {
    const groups = sinceReleases();
    expect(groups.flat().length).toBeGreaterThan(5);
    expect(groups.flatMap(doubtful).sort()).toEqual(SAFE_BECAUSE.map(([statement]) => statement).sort());
  });

  test.each([
    'ALTER TABLE "endpoints" DROP COLUMN "manifest_serial";',
    'ALTER TABLE "play_days" RENAME TO "settled_play_days";',
    'ALTER TABLE "a" ADD COLUMN "b" text NOT NULL;',
    'ALTER TABLE "a" ADD COLUMN "b" text DEFAULT \'\' NOT NULL UNIQUE;',
    'ALTER TABLE "a" ADD COLUMN "b" integer REFERENCES "c"("id");',
    'ALTER TABLE "a" ALTER COLUMN "b" SET NOT NULL;',
    'ALTER TABLE "a" ALTER COLUMN "b" DROP DEFAULT;',
    'ALTER TABLE "a" DROP CONSTRAINT "once";',
    'ALTER TABLE "a" ADD CONSTRAINT "once" UNIQUE("b");',
    'ALTER TABLE "a" ADD CONSTRAINT "positive" CHECK ("b" > 0);',
    'CREATE UNIQUE INDEX "once" ON "a" USING btree ("b");',
    'DROP INDEX "once";',
    'DROP VIEW "seen";',
    'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();',
    'CREATE OR REPLACE FUNCTION f() RETURNS trigger AS $$ begin end $$;',
    'UPDATE "a" SET "b" = 1;',
    'CREATE TABLE "own" ("a_id" integer REFERENCES "a"("id"));',
    'CREATE TABLE "own" ("a_id" integer);--> statement-breakpoint\nALTER TABLE "own" ADD CONSTRAINT "k" FOREIGN KEY ("a_id") REFERENCES "a"("id") ON DELETE no action;',
  ])('must say why, when they come with: %s', (sql) => {
    expect(doubtful([sql])).toHaveLength(1);
  });

  test.each([
    'ALTER TABLE "a" ADD COLUMN "b" text DEFAULT \'\' NOT NULL;',
    'ALTER TABLE "a" ADD COLUMN "b" text;',
    'CREATE INDEX "by_b" ON "a" USING btree ("b");',
    'CREATE TABLE "own" ("b" text NOT NULL CHECK ("b" <> \'\'));--> statement-breakpoint\nCREATE UNIQUE INDEX "once" ON "own" ("b");',
    'CREATE TABLE "own" ("a_id" integer);--> statement-breakpoint\nALTER TABLE "own" ADD CONSTRAINT "k" FOREIGN KEY ("a_id") REFERENCES "a"("id") ON DELETE cascade;',
  ])('need not, when they add alone: %s', (sql) => {
    expect(doubtful([sql])).toEqual([]);
  });
});
