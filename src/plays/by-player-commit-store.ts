import type { Sql, TransactionSql } from 'postgres';
import type { EpochMs } from '../base/units.ts';
import { appendPlays, appendSums } from './append-statements.ts';
import { numbers, texts } from './array-literals.ts';
import { type CommittedEpoch, type EpochBatch, OUTCOMES } from './ingest.ts';
import type { BelievedPlay, DoubtedPlay } from './play.ts';
import { holds, multirangeOf, type SeqSet, seqSetFrom } from './seq-set.ts';
import { storedReport } from './stored-report.ts';

/** So many players are committed at once; each takes five short statements. */
const AT_ONCE = 8;

/*
 * A distributed PostgreSQL sends a statement to the one node that holds a player when the statement names it by a value, and
 * locks rows on one node alone. Hence $1 is the player in each of these, and no statement writes to two tables.
 */
const HOLD = 'select received::text from player_epochs where player_id = $1 and epoch_no = $2 for update';
const APPEND = appendPlays(
  `(select $1::int, $2::int, $3::int, * from unnest($5::int8[], $6::int[], $7::int[], $8::int[], $9::int8[], $10::int[],
    $11::int[])) as fresh (player_id, epoch_no, endpoint_id, seq, asset_id, booking_id, override_id, started_ms,
    duration_ms, outcome)`,
  '$4',
);
/** Not distributed: the settling of sums empties it. */
const SUM = appendSums(
  `(select $1::int, * from unnest($2::int[], $3::int[], $4::int8[], $5::int[], $6::int[], $7::int[]))
    as fresh (endpoint_id, asset_id, booking_id, started_ms, duration_ms, outcome, day)`,
);
/** Which of the reports without a number are there already, by their place. */
const KNOWN = `
select given.place::int as place from unnest($3::text[]) with ordinality as given (report, place)
join quarantined_plays q on q.report = given.report::jsonb
where q.player_id = $1 and q.epoch_no = $2 and q.seq is null`;
const KEEP_APART = `
insert into quarantined_plays (player_id, epoch_no, seq, code, report, received_at)
select $1::int, $2::int, seq, code, report::jsonb, to_timestamp($3::float8 / 1000)
from unnest($4::int8[], $5::text[], $6::text[]) as d (seq, code, report)`;
const WIDEN = `
update player_epochs set received = received + $3::int8multirange
where player_id = $1 and epoch_no = $2 and not received @> $3::int8multirange`;

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
  const run: Run = (text, values) => tx.unsafe(text, values, { prepare: true });
  const [held] = await run<{ received: string }>(HOLD, [playerId, epochNo]);
  if (!held) throw new Error(`epoch ${epochNo} of player ${playerId} is gone`);
  const before = seqSetFrom(held.received);
  const plays = epoch.believed.filter(({ seq }) => !holds(before, seq));
  if (plays.length > 0) {
    const column = (of: (play: BelievedPlay) => number | null) => numbers(plays.map(of));
    const [assets, bookings] = [column((play) => play.assetId), column((play) => play.bookingId)];
    const [starts, durations] = [column((play) => play.startedAt), column((play) => play.durationMs)];
    const outcomes = column((play) => OUTCOMES.indexOf(play.outcome));
    await run(APPEND, [
      ...[playerId, epochNo, endpointId, receivedAt, column((play) => play.seq), assets, bookings],
      ...[column((play) => play.overrideId), starts, durations, outcomes],
    ]);
    const days = column((play) => play.day);
    await run(SUM, [endpointId, assets, bookings, starts, durations, outcomes, days]);
  }
  await keepApart(run, epoch, before, receivedAt);
  await run(WIDEN, [playerId, epochNo, multirangeOf(epoch.seqs)]);
  return before;
}

async function keepApart(
  run: Run,
  { playerId, epochNo, doubted }: EpochBatch,
  before: SeqSet,
  receivedAt: EpochMs,
): Promise<void> {
  const numberless = doubted.filter(({ seq }) => seq === null);
  const known = new Set<DoubtedPlay | undefined>();
  if (numberless.length > 0) {
    const reports = texts(numberless.map(({ raw }) => storedReport(raw)));
    for (const { place } of await run<{ place: number }>(KNOWN, [playerId, epochNo, reports]))
      known.add(numberless[place - 1]);
  }
  const fresh = doubted.filter((doubt) =>
    doubt.seq === null ? !known.has(doubt) : !holds(before, doubt.seq),
  );
  if (fresh.length === 0) return;
  await run(KEEP_APART, [
    ...[playerId, epochNo, receivedAt],
    numbers(fresh.map(({ seq }) => seq)),
    texts(fresh.map(({ code }) => code)),
    texts(fresh.map(({ raw }) => storedReport(raw))),
  ]);
}

type Run = <T extends object>(text: string, values: (number | string)[]) => Promise<T[]>;
