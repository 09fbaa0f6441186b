import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '../../src/base/refusal.ts';
import { DAY_MS, HOUR_MS } from '../../src/base/units.ts';
import { type Ingest, IngestBusy, startIngest } from '../../src/plays/ingest-flow.ts';
import { placeStore } from '../../src/plays/place-store.ts';
import { ensurePlayMonths, playMonths } from '../../src/plays/play-months-store.ts';
import { playStore } from '../../src/plays/play-store.ts';
import { sumsStore } from '../../src/plays/sums-store.ts';
import { toldStore } from '../../src/plays/told-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { addFleet, fileOf } from './a-fleet.ts';

const NOW = Date.UTC(2027, 2, 5, 12);
const clock = { now: new Date(NOW).toISOString() };
let database: TestDatabase;
let fleet: { playerId: number; endpointId: number }[];
let byPlayer = false;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** A server process of its own: nothing in memory is shared with another. */
function newIngest(
  bounds: { inFlight?: number; mostWaiting?: number; onCounted?: (lagMs: number) => void } = {},
): Ingest {
  const { sql } = database;
  const inFlight = database.kind === 'postgres' ? 2 : 1;
  const stores = {
    plays: playStore(sql, byPlayer),
    months: playMonths(sql),
    told: toldStore(sql),
    places: placeStore(sql),
  };
  return startIngest({ ...stores, clock: () => NOW, inFlight, ...bounds });
}

const player = (place: number) => fleet[place] ?? { playerId: 0, endpointId: 0 };

/** The play number `seq`: one every 15 s since midnight 40 days ago, so that 100 of them stay in one month. */
function playOf(seq: number, change: object = {}) {
  const assetId = (seq % 5) + 1;
  return {
    seq,
    bookingId: [1, 1, 2, 2, null][assetId - 1],
    assetId,
    sha256: fileOf(assetId),
    startedAt: new Date(NOW - 40 * DAY_MS + seq * 15_000).toISOString(),
    durationMs: 10_000,
    outcome: (['completed', 'cut', 'failed'] as const)[seq % 3],
    ...change,
  };
}

const seqsTo = (last: number) => Array.from({ length: last }, (_, n) => n + 1);

async function countsOf(playerId: number, epoch: string) {
  const [row] = await database.sql<{ plays: number; distinct: number; apart: number; received: string }[]>`
    select (select count(*)::int from plays p where p.player_id = e.player_id and p.epoch_no = e.epoch_no) as plays,
      (select count(distinct seq)::int from plays p where p.player_id = e.player_id and p.epoch_no = e.epoch_no)
        as distinct,
      (select count(*)::int from quarantined_plays q where q.player_id = e.player_id and q.epoch_no = e.epoch_no)
        as apart,
      received::text as received
    from player_epochs e where player_id = ${playerId} and epoch = ${epoch}`;
  return row;
}

/** Hours and days in which the sums and a recount of plays differ. */
async function differences(): Promise<readonly unknown[]> {
  const days = await database.sql`
    with recount as (
      select coalesce(booking_id, 0) as booking_id, (started_at at time zone 'Asia/Shanghai')::date as date,
        endpoint_id, asset_id, (count(*) filter (where outcome = 'completed'))::int as completed,
        (count(*) filter (where outcome = 'cut'))::int as cut,
        (count(*) filter (where outcome = 'failed'))::int as failed,
        coalesce(sum(duration_ms) filter (where outcome <> 'failed'), 0)::bigint as airtime_ms
      from plays group by 1, 2, 3, 4
    ), sums as (
      select booking_id, date, endpoint_id, asset_id, sum(completed)::int as completed, sum(cut)::int as cut,
      sum(failed)::int as failed, sum(airtime_ms)::bigint as airtime_ms from play_days group by 1, 2, 3, 4
    ) (table recount except table sums) union all (table sums except table recount)`;
  const hours = await database.sql`
    with recount as (
      select endpoint_id, coalesce(booking_id, 0) as booking_id, asset_id,
        date_trunc('hour', started_at, 'UTC') as hour_starts_at,
        (count(*) filter (where outcome = 'completed'))::int as completed,
        (count(*) filter (where outcome = 'cut'))::int as cut,
        (count(*) filter (where outcome = 'failed'))::int as failed,
        coalesce(sum(duration_ms) filter (where outcome <> 'failed'), 0)::bigint as airtime_ms
      from plays group by 1, 2, 3, 4
    ), sums as (
      select endpoint_id, booking_id, asset_id, hour_starts_at, sum(completed)::int as completed, sum(cut)::int as cut,
      sum(failed)::int as failed, sum(airtime_ms)::bigint as airtime_ms from play_hours group by 1, 2, 3, 4
    ) (table recount except table sums) union all (table sums except table recount)`;
  return [...days, ...hours];
}

describe.each([
  ['one commit for all who report', false],
  ['a commit for each player, as distributed tables want it', true],
])('startIngest with %s', (_, each) => {
  beforeAll(async () => {
    byPlayer = each;
    fleet = await addFleet(database.sql, 4, NOW - 60 * DAY_MS);
  });

  it('counts every play once when reports repeat, overlap, come in any order and at once on two servers', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ from: fc.integer({ min: 1, max: 80 }), size: fc.integer({ min: 1, max: 30 }) }),
          {
            minLength: 1,
            maxLength: 12,
          },
        ),
        fc.integer({ min: 1, max: 4 }),
        async (pieces, players) => {
          run += 1;
          const epoch = `property-${run}`;
          const servers = [newIngest(), newIngest()];
          const truth = seqsTo(100);
          const reports = pieces.map(({ from, size }) => truth.slice(from - 1, from - 1 + size).reverse());
          reports.push(truth.slice(0, 60), truth.slice(40));
          const receipts = await Promise.all(
            seqsTo(players).flatMap((place) =>
              reports.map(async (seqs, n) => {
                const server = servers[n % 2] ?? newIngest();
                const plays = seqs.map((seq) => playOf(seq));
                return { place, receipt: await server.receive(player(place - 1), { epoch, plays, clock }) };
              }),
            ),
          );
          for (const place of seqsTo(players)) {
            const own = receipts.filter((one) => one.place === place).map(({ receipt }) => receipt);
            const accepted = own.reduce((sum, receipt) => sum + receipt.accepted, 0);
            const duplicates = own.reduce((sum, receipt) => sum + receipt.duplicates, 0);
            expect(accepted).toBe(100);
            expect(duplicates).toBe(reports.flat().length - 100);
            expect(await countsOf(player(place - 1).playerId, epoch)).toEqual({
              plays: 100,
              distinct: 100,
              apart: 0,
              received: '{[1,101)}',
            });
          }
        },
      ),
      { numRuns: 15 },
    );
    expect(await differences()).toEqual([]);
    // Settled while reports go on, by two servers at once: no figure changes, and nothing is left behind.
    await Promise.all([sumsStore(database.sql).settle(), sumsStore(database.sql).settle()]);
    expect(await differences()).toEqual([]);
    const [left] = await database.sql`select count(*)::int as rows from unsettled_sums`;
    expect(left).toEqual({ rows: 0 });
  });

  it('says what it holds and what is missing, and how late a report was that told anything new', async () => {
    const lags: number[] = [];
    const ingest = newIngest({ onCounted: (lagMs) => lags.push(lagMs) });
    const report = { epoch: 'holes-in-it', plays: [playOf(3), playOf(4), playOf(9)], clock };
    expect(await ingest.receive(player(0), report)).toEqual({
      accepted: 3,
      duplicates: 0,
      rejected: [],
      received: [
        [3, 4],
        [9, 9],
      ],
      missing: [
        [1, 2],
        [5, 8],
      ],
    });
    expect(await ingest.receive(player(0), { ...report, plays: [] })).toMatchObject({
      accepted: 0,
      received: [
        [3, 4],
        [9, 9],
      ],
    });
    await ingest.receive(player(0), report);
    expect(lags).toEqual([40 * DAY_MS - 3 * 15_000 - 10_000]);
  });

  it('takes a jump of 10^12 and the largest number, and a repeat with other content changes nothing', async () => {
    const ingest = newIngest();
    const epoch = 'great-jumps';
    const far = [playOf(1), playOf(2, { seq: 10 ** 12 }), playOf(3, { seq: Number.MAX_SAFE_INTEGER })];
    expect(await ingest.receive(player(0), { epoch, plays: far, clock })).toMatchObject({ accepted: 3 });
    const other = playOf(3, { seq: 10 ** 12, durationMs: 1 });
    expect(await ingest.receive(player(0), { epoch, plays: [other], clock })).toMatchObject({
      accepted: 0,
      duplicates: 1,
    });
    const [kept] = await database.sql`
      select duration_ms from plays where seq = ${10 ** 12} and player_id = ${player(0).playerId}`;
    expect(kept).toEqual({ duration_ms: 10_000 });
    expect(await differences()).toEqual([]);
  });

  it('keeps bad plays apart once, however often they come, and counts the others', async () => {
    const ingest = newIngest();
    const epoch = 'some-bad-ones';
    const plays = [
      playOf(1),
      playOf(2, { assetId: 77 }),
      { seq: 3, text: 'a\0b\ud800', deep: JSON.parse('['.repeat(2_000) + ']'.repeat(2_000)) },
      'no play at all',
      playOf(5),
    ];
    const report = { epoch, plays, clock };
    const first = await ingest.receive(player(1), report);
    expect(first).toMatchObject({
      accepted: 2,
      duplicates: 0,
      received: [
        [1, 3],
        [5, 5],
      ],
    });
    expect(first.rejected).toEqual([
      { seq: 2, code: 'play.notTold' },
      { seq: 3, code: 'play.malformed' },
      { seq: null, code: 'play.malformed' },
    ]);
    const again = await ingest.receive(player(1), report);
    expect(again).toMatchObject({ accepted: 0, duplicates: 4 });
    expect(await countsOf(player(1).playerId, epoch)).toMatchObject({ plays: 2, apart: 3 });
  });

  it('puts plays of an earlier month into that month, also when its table has to be made or was taken away', async () => {
    const ingest = newIngest();
    const epoch = 'late-arrivals';
    const startedAt = '2027-01-20T10:00:00Z';
    await ingest.receive(player(2), { epoch, plays: [playOf(1, { startedAt })], clock });
    const [row] = await database.sql`
      select tableoid::regclass::text as month from plays where started_at = ${startedAt}::text::timestamptz`;
    expect(row).toEqual({ month: 'plays_2027_01' });

    await sumsStore(database.sql).settle();
    await database.sql`delete from settled_play_hours where hour_starts_at < '2027-02-01Z'`;
    await database.sql`delete from settled_play_days where date < '2027-02-01'`;
    await database.sql`drop table plays_2027_01`;
    const after = playOf(2, { startedAt: '2027-01-20T10:01:00Z' });
    const receipt = await ingest.receive(player(2), { epoch, plays: [after], clock });
    expect(receipt).toMatchObject({ accepted: 1, received: [[1, 2]] });
    expect(await countsOf(player(2).playerId, epoch)).toMatchObject({ plays: 1 });
  });

  it('learns of a manifest given out a moment ago before it doubts a play', async () => {
    const ingest = newIngest();
    const epoch = 'newer-manifest';
    const fresh = playOf(1, { assetId: 88, sha256: fileOf(88), bookingId: 1 });
    const { endpointId } = player(3);
    await ingest.receive(player(3), { epoch, plays: [playOf(9)], clock });
    const told = JSON.stringify([[fileOf(88), 88, 1, 10_000]]);
    await database.sql`
      insert into manifests (endpoint_id, revision, serial, issued_at, valid_until, told)
      values (${endpointId}, 'newer', 2, now(), now(), ${told}::text::jsonb)`;
    expect(await ingest.receive(player(3), { epoch, plays: [fresh], clock })).toMatchObject({ accepted: 1 });
  });

  it('turns plays away before they pile up in memory, and takes them when they come again', async () => {
    const ingest = newIngest({ inFlight: 1, mostWaiting: 12 });
    const epoch = 'too-much-at-once';
    const report = (from: number) => ({ epoch, plays: seqsTo(5).map((n) => playOf(from + n)), clock });
    const [first, second, third] = await Promise.allSettled([
      ingest.receive(player(0), report(0)),
      ingest.receive(player(0), report(5)),
      ingest.receive(player(0), report(10)),
    ]);
    expect([first.status, second.status, third.status]).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(third).toMatchObject({ reason: expect.any(IngestBusy) });
    expect(await ingest.receive(player(0), report(10))).toMatchObject({ accepted: 5, received: [[1, 15]] });
  });

  it('refuses an epoch whose numbers fell to pieces', async () => {
    const ingest = newIngest();
    const epoch = 'shattered-one';
    for (let part = 0; part < 11; part += 1) {
      const plays = seqsTo(1_000).map((n) => playOf(1, { seq: (part * 1_000 + n) * 2, outcome: 'watched' }));
      await ingest.receive(player(0), { epoch, plays, clock });
    }
    await expect(ingest.receive(player(0), { epoch, plays: [], clock })).rejects.toThrow(Refusal);
  });

  it('refuses a player that is not there', async () => {
    const nobody = { playerId: 999_999, endpointId: 1 };
    await expect(
      newIngest().receive(nobody, { epoch: 'whose-epoch', plays: [], clock }),
    ).rejects.toMatchObject({
      code: 'token.unknown',
    });
  });
});

describe('ensurePlayMonths', () => {
  it('makes every month of a stretch once, also when two servers do it at the same time', async () => {
    const { sql } = database;
    const stretch = [Date.UTC(2028, 10, 30), Date.UTC(2029, 1, 1) + HOUR_MS] as const;
    await Promise.all([
      ensurePlayMonths(playMonths(sql), ...stretch),
      ensurePlayMonths(playMonths(sql), ...stretch),
    ]);
    const rows = await sql`
      select relid::text as name from pg_partition_tree('plays') where relid::text ~ 'plays_202[89]' order by 1`;
    expect(rows.map((row) => row.name)).toEqual([
      'plays_2028_11',
      'plays_2028_12',
      'plays_2029_01',
      'plays_2029_02',
    ]);
  });
});
