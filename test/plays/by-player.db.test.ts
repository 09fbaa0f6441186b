import type { Sql, TransactionSql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '../../src/base/units.ts';
import { startIngest } from '../../src/plays/ingest-flow.ts';
import { placeStore } from '../../src/plays/place-store.ts';
import { playStore } from '../../src/plays/play-store.ts';
import { toldStore } from '../../src/plays/told-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { addFleet, fileOf } from './a-fleet.ts';

/*
 * A distributed PostgreSQL (Citus) cuts tables by one column, which each unique key must hold. PostgreSQL's own partitions by
 * hash have the same rule, so these tables are cut so here, and the real statements run on them. docs/scale.md tells the rest.
 */
const BY_PLAYER = ['plays', 'player_epochs', 'quarantined_plays'] as const;
const PARTS = 4;
const NOW = Date.UTC(2027, 5, 5, 12);
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => database?.close());

test('keys and references of the tables of plays hold the player, or lead to a table that every node has', async () => {
  const keys = await database.sql<{ name: string; kind: string; columns: string[]; target: string | null }[]>`
    select conname as name, contype::text as kind, nullif(confrelid, 0)::regclass::text as target,
      (select array_agg(attname::text) from pg_attribute where attrelid = conrelid and attnum = any (conkey)) as columns
    from pg_constraint
    where conrelid::regclass::text = any (${[...BY_PLAYER]}::text[]) and contype in ('p', 'u', 'f', 'x')`;
  expect(keys.length).toBeGreaterThan(3);
  const breaches = keys.filter(
    ({ columns, target }) => !columns.includes('player_id') && target !== 'players',
  );
  expect(breaches).toEqual([]);
});

describe('tables of plays that are cut by player', () => {
  beforeAll(async () => {
    const { sql } = database;
    for (const table of BY_PLAYER) {
      await sql.unsafe(`alter table ${table} rename to ${table}_whole`);
      await sql.unsafe(
        `create table ${table} (like ${table}_whole including all excluding indexes) partition by hash (player_id)`,
      );
      for (let part = 0; part < PARTS; part += 1)
        await sql.unsafe(
          `create table ${table}_cut_${part} partition of ${table} for values with (modulus ${PARTS}, remainder ${part})`,
        );
      const kept = await sql<{ definition: string }[]>`
        select pg_get_constraintdef(oid) as definition from pg_constraint
        where conrelid = ${`${table}_whole`}::regclass and contype in ('p', 'u')`;
      for (const { definition } of kept) await sql.unsafe(`alter table ${table} add ${definition}`);
    }
  });

  test.each([
    ['for all who report', false],
    ['for each player', true],
  ])(
    'count each play once, whoever sends it again, and sum the same, with statements %s',
    async (_, byPlayer) => {
      const { sql } = database;
      await sql`truncate plays, player_epochs, quarantined_plays, settled_play_hours, settled_play_days`;
      const fleet = await addFleet(sql, 12, NOW - 60 * MINUTE_MS);
      const ingest = startIngest({
        plays: playStore(sql, byPlayer),
        // Months are parts of the parts there; here there is one level.
        months: { ensure: async () => {}, forget: () => {} },
        told: toldStore(sql),
        places: placeStore(sql),
        clock: () => NOW,
        inFlight: 2,
      });
      const playAt = (seq: number) => ({
        ...{
          seq,
          bookingId: 1,
          assetId: 1,
          sha256: fileOf(1),
          durationMs: 10_000,
          outcome: 'completed' as const,
        },
        startedAt: new Date(NOW - 40 * MINUTE_MS + seq * 10 * SECOND_MS).toISOString(),
      });
      const report = (from: number, to: number) => ({
        epoch: 'an-epoch-of-a-box',
        clock: { now: new Date(NOW).toISOString() },
        plays: [
          ...Array.from({ length: to - from + 1 }, (_, n) => playAt(from + n)),
          { ...playAt(10_000 + from), startedAt: new Date(NOW + 60 * MINUTE_MS).toISOString() },
        ],
      });
      await Promise.all(
        fleet.flatMap((player) => [
          ingest.receive(player, report(1, 60)),
          ingest.receive(player, report(31, 90)),
        ]),
      );
      await playStore(sql).settle();
      const [row] = await sql<
        [{ plays: number; single: number; doubted: number; summed: number; parts: number }]
      >`
      select (select count(*) from plays)::int as plays,
        (select count(*) from (select distinct player_id, epoch_no, seq from plays) as one)::int as single,
        (select count(*) from quarantined_plays)::int as doubted,
        (select sum(completed) from settled_play_hours)::int as summed,
        (select count(distinct tableoid) from plays)::int as parts`;
      expect({ ...row, parts: 0 }).toEqual({
        plays: 1_080,
        single: 1_080,
        doubted: 24,
        summed: 1_080,
        parts: 0,
      });
      expect(row.parts).toBeGreaterThan(1);
    },
  );

  test('are kept to one player by each statement of a commit, where that is asked for', async () => {
    const { sql } = database;
    const fleet = await addFleet(sql, 3, NOW - 60 * MINUTE_MS);
    const heard: { text: string; player: unknown }[] = [];
    const store = playStore(
      overheard(sql, (text, [player]) => heard.push({ text, player })),
      true,
    );
    const epochs = await Promise.all(
      fleet.map(async ({ playerId, endpointId }) => {
        const { epochNo } = await store.epochOf(playerId, 'an-epoch-of-a-box');
        return {
          ...{ playerId, endpointId, epochNo, seqs: [[1, 3]] as [number, number][] },
          believed: [believedPlay(1), believedPlay(2)],
          doubted: [
            { seq: 3, code: 'play.fromFuture' as const, raw: { seq: 3 } },
            { seq: null, code: 'play.malformed' as const, raw: { b: 1, a: 'x' } },
          ],
        };
      }),
    );
    const [first] = await store.commit(epochs, NOW);
    expect(first?.before).toEqual([]);
    const [again] = await store.commit(epochs, NOW);
    expect(again?.before).toEqual([[1, 3]]);
    const distributed = heard.filter(({ text }) => BY_PLAYER.some((table) => text.includes(table)));
    expect(distributed.length).toBeGreaterThan(fleet.length * 4);
    for (const { text, player } of distributed) {
      expect(text).toMatch(/player_id = \$1|select \$1::int, \$2::int/);
      expect(fleet.map(({ playerId }) => playerId)).toContain(player);
      expect(text.match(/insert|update player|delete/g)?.length ?? 0).toBeLessThan(2);
    }
    const [row] = await sql<[{ plays: number; doubted: number }]>`
      select (select count(*) from plays where player_id = any (${fleet.map(({ playerId }) => playerId)}))::int as plays,
        (select count(*) from quarantined_plays where player_id = any (${fleet.map(({ playerId }) => playerId)}))::int as doubted`;
    expect(row).toEqual({ plays: 6, doubted: 6 });
  });

  test('are asked for one player in one part alone', async () => {
    const rows = await database.sql.unsafe(
      'explain select seq from plays join player_epochs using (player_id, epoch_no) where plays.player_id = 1',
    );
    const scanned = new Set(JSON.stringify(rows).match(/(plays|player_epochs)_cut_\d/g));
    expect(scanned.size).toBe(2);
  });
});

const believedPlay = (seq: number) => ({
  ...{ seq, assetId: 1, bookingId: 1, overrideId: null, durationMs: 10_000, outcome: 'completed' as const },
  ...{ startedAt: NOW - 40 * MINUTE_MS + seq * 10 * SECOND_MS, day: Math.floor(NOW / 86_400_000) },
});

/** The same client, which tells what is asked inside its transactions. */
function overheard(sql: Sql, hear: (text: string, values: readonly unknown[]) => void): Sql {
  return new Proxy(sql, {
    get: (client, name) =>
      name === 'begin'
        ? (work: (tx: TransactionSql) => Promise<unknown>) =>
            client.begin((tx) =>
              work(
                new Proxy(tx, {
                  get: (inner, key) =>
                    key === 'unsafe'
                      ? (text: string, values: never[], options: object) => {
                          hear(text, values);
                          return inner.unsafe(text, values, options);
                        }
                      : Reflect.get(inner, key),
                }),
              ),
            )
        : Reflect.get(client, name),
  });
}
