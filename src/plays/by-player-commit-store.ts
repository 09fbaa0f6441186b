import type { Sql, TransactionSql } from 'postgres';
import type { EpochMs } from '../base/units.ts';
import { numbers, texts } from './array-literals.ts';
import { type CommittedEpoch, type EpochBatch, OUTCOMES } from './ingest.ts';
import { holds, multirangeOf, type SeqSet, seqSetFrom } from './seq-set.ts';
import { storedReport } from './stored-report.ts';

/** So many players are committed at once; each takes five short statements. */
const AT_ONCE = 8;

/*
 * A distributed PostgreSQL sends a statement to the one node that holds a player when the statement names it by a value, and
 * locks rows on one node alone. Hence $1 is the player in each of these, and no statement writes to two tables.
 */
const HOLD = 'select received::text from player_epochs where player_id = $1 and epoch_no = $2 for update';
const APPEND = `
insert into plays (player_id, epoch_no, seq, endpoint_id, asset_id, booking_id, override_id, started_at, duration_ms,
  outcome, received_at)
select $1::int, $2::int, seq, $3::int, asset_id, booking_id, override_id, to_timestamp(started_ms / 1000::float8),
  duration_ms, (array['completed', 'cut', 'failed'])[outcome + 1], to_timestamp($4::float8 / 1000)
from unnest($5::int8[], $6::int[], $7::int[], $8::int[], $9::int8[], $10::int[], $11::int[])
  as p (seq, asset_id, booking_id, override_id, started_ms, duration_ms, outcome)`;
/** Not distributed: the settling of sums empties it. */
const SUM = `
insert into unsettled_sums (endpoint_id, booking_id, asset_id, hour_starts_at, date, completed, cut, failed, airtime_ms)
select $1::int, coalesce(booking_id, 0), asset_id, to_timestamp(started_ms / 3600000 * 3600),
  date '1970-01-01' + day, count(*) filter (where outcome = 0), count(*) filter (where outcome = 1),
  count(*) filter (where outcome = 2), coalesce(sum(duration_ms) filter (where outcome < 2), 0)
from unnest($2::int[], $3::int[], $4::int8[], $5::int[], $6::int[], $7::int[])
  as p (asset_id, booking_id, started_ms, duration_ms, outcome, day)
group by coalesce(booking_id, 0), asset_id, started_ms / 3600000, day`;
const NUMBERLESS = `
select report from quarantined_plays
where player_id = $1 and epoch_no = $2 and seq is null and report = any ($3::text[]::jsonb[])`;
const KEEP_APART = `
insert into quarantined_plays (player_id, epoch_no, seq, code, report, received_at)
select $1::int, $2::int, seq, code, report::jsonb, to_timestamp($3::float8 / 1000)
from unnest($4::int8[], $5::text[], $6::text[]) as d (seq, code, report)`;
const WIDEN =
  'update player_epochs set received = received + $3::int8multirange where player_id = $1 and epoch_no = $2';

/**
 * What `PlayStore.commit` promises, in statements of which each keeps to one player: for tables of plays that are
 * distributed by player. Each epoch is a transaction of its own. When one fails the whole batch is refused; what was
 * committed of it is found to be there already when it comes again.
 */
export async function commitByPlayer(
  sql: Sql,
  epochs: readonly EpochBatch[],
  receivedAt: EpochMs,
): Promise<CommittedEpoch[]> {
  const committed = new Array<CommittedEpoch>(epochs.length);
  const todo = epochs.entries();
  const lane = async (): Promise<void> => {
    for (const [place, epoch] of todo)
      committed[place] = { before: await sql.begin((tx) => commitEpoch(tx, epoch, receivedAt)) };
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return committed;
}

/** Commits one epoch; gives the set as it was before. */
async function commitEpoch(tx: TransactionSql, epoch: EpochBatch, receivedAt: EpochMs): Promise<SeqSet> {
  const { playerId, epochNo, endpointId } = epoch;
  const run = <T extends object>(text: string, values: (number | string)[]) =>
    tx.unsafe<T[]>(text, values, { prepare: true });
  const [held] = await run<{ received: string }>(HOLD, [playerId, epochNo]);
  if (!held) throw new Error(`epoch ${epochNo} of player ${playerId} is gone`);
  const before = seqSetFrom(held.received);
  const plays = epoch.believed.filter(({ seq }) => !holds(before, seq));
  if (plays.length > 0) {
    const columns = {
      seqs: numbers(plays.map(({ seq }) => seq)),
      assets: numbers(plays.map(({ assetId }) => assetId)),
      bookings: numbers(plays.map(({ bookingId }) => bookingId)),
      overrides: numbers(plays.map(({ overrideId }) => overrideId)),
      starts: numbers(plays.map(({ startedAt }) => startedAt)),
      durations: numbers(plays.map(({ durationMs }) => durationMs)),
      outcomes: numbers(plays.map(({ outcome }) => OUTCOMES.indexOf(outcome))),
      days: numbers(plays.map(({ day }) => day)),
    };
    const { seqs, assets, bookings, overrides, starts, durations, outcomes, days } = columns;
    await run(APPEND, [
      ...[playerId, epochNo, endpointId, receivedAt],
      ...[seqs, assets, bookings, overrides, starts, durations, outcomes],
    ]);
    await run(SUM, [endpointId, assets, bookings, starts, durations, outcomes, days]);
  }
  await keepApart(run, epoch, before, receivedAt);
  if (epoch.seqs.some(([from, to]) => !before.some(([first, last]) => first <= from && to <= last)))
    await run(WIDEN, [playerId, epochNo, multirangeOf(epoch.seqs)]);
  return before;
}

async function keepApart(
  run: <T extends object>(text: string, values: (number | string)[]) => Promise<Iterable<T>>,
  { playerId, epochNo, doubted }: EpochBatch,
  before: SeqSet,
  receivedAt: EpochMs,
): Promise<void> {
  const reports = doubted.map(({ seq, code, raw }) => ({ seq, code, report: storedReport(raw) }));
  const numberless = reports.filter(({ seq }) => seq === null);
  const kept = new Set<string>();
  if (numberless.length > 0) {
    const ids = [playerId, epochNo, texts(numberless.map(({ report }) => report))];
    for (const { report } of await run<{ report: unknown }>(NUMBERLESS, ids)) kept.add(keyOf(report));
  }
  const fresh = reports.filter(({ seq, report }) =>
    seq === null ? !kept.has(keyOf(JSON.parse(report))) : !holds(before, seq),
  );
  if (fresh.length === 0) return;
  await run(KEEP_APART, [
    ...[playerId, epochNo, receivedAt],
    numbers(fresh.map(({ seq }) => seq)),
    texts(fresh.map(({ code }) => code)),
    texts(fresh.map(({ report }) => report)),
  ]);
}

/** One text for equal JSON, whatever the order of its keys: as the database compares it. */
function keyOf(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
