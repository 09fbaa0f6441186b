import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import type { Sql, TransactionSql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/base/units.ts';
import { readPulses } from '../../src/dispatch/pulse-store.ts';
import { singlePlayStore } from '../../src/impressions/single-play-store.ts';
import { startIngest } from '../../src/plays/ingest-flow.ts';
import { placeStore } from '../../src/plays/place-store.ts';
import { archiveMonth } from '../../src/plays/play-archive-flow.ts';
import { playArchiveStore } from '../../src/plays/play-archive-store.ts';
import { playMonths } from '../../src/plays/play-months-store.ts';
import { playStore } from '../../src/plays/play-store.ts';
import { DOUBTFUL_FROM, playersInDoubt } from '../../src/plays/players-in-doubt-store.ts';
import { quarantineStore } from '../../src/plays/quarantine-store.ts';
import { receivedStore } from '../../src/plays/received-store.ts';
import { auditSums } from '../../src/plays/sums-audit-store.ts';
import { toldStore } from '../../src/plays/told-store.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { filesBelow, textOf } from '../support/source-tree.ts';
import { addFleet, fileOf } from './a-fleet.ts';
import { BY_PLAYER, cutByPlayer } from './cut-by-player.ts';

/*
 * A distributed PostgreSQL (Citus) cuts tables by one column, which each unique key must hold. PostgreSQL's own partitions by
 * hash have the same rule, so these tables are cut so here, and the real statements run on them. docs/scale.md tells the rest.
 */
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
  beforeAll(() => cutByPlayer(database.sql, NOW));

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
        months: playMonths(sql),
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

  test('are read by roll call, reports, audit and doubts as whole ones are', async () => {
    const { sql } = database;
    const epochs = await sql<{ playerId: number; endpointId: number; n: number }[]>`
      select p.id as "playerId", p.endpoint_id as "endpointId", count(*)::int as n
      from plays join players p on p.id = player_id group by 1, 2 order by 1`;
    const [first, second] = epochs;
    if (!first || !second) throw new Error('nobody played');
    // A second life of the first box, of which a number is missing; and the second is doubted often.
    await sql`
      insert into player_epochs values (${first.playerId}, 2, 'a-second-life', '{[1,5),[6,9)}'::int8multirange)`;
    await sql`
      insert into quarantined_plays (player_id, epoch_no, code, report, received_at)
      select ${second.playerId}, 1, 'play.malformed', to_jsonb(n), to_timestamp(${NOW}::float8 / 1000)
      from generate_series(1, ${DOUBTFUL_FROM}) as n`;
    const pulses = new Map((await readPulses(sql, NOW)).map((pulse) => [pulse.endpointId, pulse]));
    expect(epochs.map(({ endpointId }) => pulses.get(endpointId)?.missing)).toEqual(
      epochs.map(({ playerId }) =>
        playerId === first.playerId ? 1 : pulses.get(second.endpointId)?.missing,
      ),
    );
    expect(pulses.get(first.endpointId)?.lastPlayHour).toBe(NOW - HOUR_MS);
    expect(await playersInDoubt(sql, () => NOW)).toMatchObject([
      { playerId: second.playerId, doubted: DOUBTFUL_FROM + 2 },
    ]);
    const hour = [NOW - HOUR_MS, NOW] as const;
    const [received, ...others] = await receivedStore(sql).epochs(second.endpointId, ...hour);
    expect([received?.plays.length, others.length]).toEqual([second.n, 0]);
    const day = {
      from: '2027-06-05',
      to: '2027-06-05',
      endpointId: second.endpointId,
      limit: 50,
      after: null,
    };
    const page = await singlePlayStore(sql).page(day);
    const rest = await singlePlayStore(sql).page({ ...day, after: page.next });
    expect([page.plays.length, rest.plays.length, rest.next]).toEqual([50, second.n - 50, null]);
    expect(new Set([...page.plays, ...rest.plays].map(({ seq }) => seq)).size).toBe(second.n);
    await sql`delete from player_epochs where player_id = ${first.playerId} and epoch_no = 2`;
    expect(await auditSums(sql)).toMatchObject({ plays: 1_080, differences: [] });
  });

  test('are never asked row by row of other tables, which no distributed database does', () => {
    const stores = filesBelow(['src'], /-store\.ts$/);
    expect(stores.length).toBeGreaterThan(50);
    expect(stores.filter((path) => /where (\w+\.)?player_id = p\.id\b/.test(textOf(path)))).toEqual([]);
  });

  test('count a doubted play that is accepted once, in statements that name its player', async () => {
    const { sql } = database;
    const heard: { text: string; values: readonly unknown[] }[] = [];
    const logger = { logQuery: (text: string, values: unknown[]) => void heard.push({ text, values }) };
    // The database's own client, which is ready for it; only that it tells what it is asked.
    const { $client } = database.db as typeof database.db & { $client: Sql };
    const db = drizzle($client, { casing: 'snake_case', logger });
    const parts = { audit, months: playMonths(sql), places: placeStore(sql), now: () => NOW };
    const quarantine = quarantineStore({ ...parts, database: { ...database, db } });
    const [player] = await addFleet(sql, 1, NOW - 60 * MINUTE_MS);
    const report = {
      seq: 7,
      assetId: 1,
      sha256: fileOf(1),
      bookingId: 1,
      outcome: 'completed',
      durationMs: 10_000,
    };
    await sql`insert into player_epochs values (${player?.playerId ?? 0}, 1, 'an-epoch', '{[7,8)}'::int8multirange)`;
    await sql`
      insert into quarantined_plays (player_id, epoch_no, seq, code, report, received_at)
      values (${player?.playerId ?? 0}, 1, 7, 'play.notTold',
        ${JSON.stringify({ ...report, startedAt: new Date(NOW - 30 * MINUTE_MS).toISOString() })}::text::jsonb, now())`;
    const [kept] = await quarantine.list({ state: 'open', playerId: player?.playerId, limit: 9 });
    heard.length = 0;
    const accepted = await Promise.allSettled(
      [1, 2].map(() => quarantine.accept(kept?.id ?? 0, 'li.reviewer', 'seen on the spot')),
    );
    expect(accepted.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const changing = heard.filter(
      ({ text }) =>
        /for update|^\s*(update|insert|delete)/.test(text) && BY_PLAYER.some((table) => text.includes(table)),
    );
    expect(changing.length).toBeGreaterThanOrEqual(3);
    for (const { text, values } of changing) {
      expect(text).toMatch(/"player_id" = \$|insert into plays \(player_id/);
      expect(values).toContain(player?.playerId);
    }
    const [row] =
      await sql`select count(*)::int as plays from plays where player_id = ${player?.playerId ?? 0}`;
    expect(row).toEqual({ plays: 1 });
  });

  test('are not taken into the archive, which finds nothing in them, and stay where they are', async () => {
    const { sql } = database;
    const count = async () => (await sql<{ n: number }[]>`select count(*)::int as n from plays`)[0]?.n;
    const before = await count();
    expect(before).toBeGreaterThan(1_000);
    const folder = await mkdtemp(join(tmpdir(), 'beacon-cut-'));
    const archived = archiveMonth(playArchiveStore(sql), '2027-06', folder, NOW + 90 * DAY_MS);
    await expect(archived).rejects.toMatchObject({ code: 'config.invalid' });
    await rm(folder, { recursive: true });
    expect(await count()).toBe(before);
  });

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
