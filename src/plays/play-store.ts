import type { Sql } from 'postgres';
import { Refusal } from '../base/refusal.ts';
import type { EpochMs } from '../base/units.ts';
import { appendPlays, appendSums } from './append-statements.ts';
import { numbers, texts } from './array-literals.ts';
import { commitByPlayer } from './by-player-commit-store.ts';
import { type CommittedEpoch, type EpochBatch, OUTCOMES } from './ingest.ts';
import { multirangeOf, seqSetFrom } from './seq-set.ts';
import { storedReport } from './stored-report.ts';
import { type SumsStore, sumsStore } from './sums-store.ts';

/** One life of a player's storage, as the database knows it. */
export interface KnownEpoch {
  readonly epochNo: number;
  readonly pairedAt: EpochMs;
}

/** Counts plays, exactly once. */
export interface PlayStore extends SumsStore {
  /**
   * The number of a player's epoch; gives it one when it is new. Held in memory afterwards.
   * @throws Refusal `token.unknown` for a player that does not exist, `request.tooMany` for one that starts
   * epochs without end.
   */
  epochOf(playerId: number, epoch: string): Promise<KnownEpoch>;
  /**
   * Takes batches of different epochs, sorted by player and epoch, in one statement and so one commit:
   * locks the epochs, leaves out what they received before, appends plays and their sums, keeps doubted plays
   * apart and widens the received sets. Answers in the order given, after the commit. The months of the plays
   * must have their tables.
   */
  commit(epochs: readonly EpochBatch[], receivedAt: EpochMs): Promise<CommittedEpoch[]>;
}

/** An honest player starts an epoch when its storage is lost; nobody loses it this often. */
const MOST_EPOCHS = 10_000;
const MOST_REMEMBERED = 50_000;

/*
 * The received set of an epoch is read under its row lock, so two commits never both take a number as new.
 * All locks are taken in one order, so no two commits can wait for each other. Sums are only appended: see
 * sums-store for how they come into hours and days.
 */
const COMMIT = `
with held as materialized (
  select i.ord, e.player_id, e.epoch_no, i.endpoint_id, e.received
  from unnest($1::int[], $2::int[], $3::int[]) with ordinality as i (player_id, epoch_no, endpoint_id, ord)
  join player_epochs e on e.player_id = i.player_id and e.epoch_no = i.epoch_no
  order by e.player_id, e.epoch_no
  for update of e
), fresh as materialized (
  select h.player_id, h.epoch_no, h.endpoint_id, p.seq, p.asset_id, p.booking_id, p.override_id, p.started_ms,
    p.duration_ms, p.outcome, p.day
  from unnest($5::int[], $6::int8[], $7::int[], $8::int[], $9::int[], $10::int8[], $11::int[], $12::int[], $18::int[])
    as p (ord, seq, asset_id, booking_id, override_id, started_ms, duration_ms, outcome, day)
  join held h on h.ord = p.ord
  where not h.received @> p.seq
), appended as (${appendPlays('fresh', '$17')}
), summed as (${appendSums('fresh')}
), kept_apart as (
  insert into quarantined_plays (player_id, epoch_no, seq, code, report, received_at)
  select h.player_id, h.epoch_no, d.seq, d.code, d.report, to_timestamp($17::float8 / 1000)
  from unnest($13::int[], $14::int8[], $15::text[], $16::jsonb[]) as d (ord, seq, code, report)
  join held h on h.ord = d.ord
  where case when d.seq is not null then not h.received @> d.seq else not exists (
    select from quarantined_plays q
    where q.player_id = h.player_id and q.epoch_no = h.epoch_no and q.seq is null and q.report = d.report
  ) end
), widened as (
  update player_epochs e set received = e.received + i.seqs
  from unnest($1::int[], $2::int[], $4::int8multirange[]) as i (player_id, epoch_no, seqs)
  where e.player_id = i.player_id and e.epoch_no = i.epoch_no and not e.received @> i.seqs
)
select ord::int as ord, received::text as received from held`;

/**
 * Opens the store. `sql` must be a client whose serializers are untouched. `byPlayer`: the tables of plays are
 * distributed by player, so each statement must keep to one of them.
 */
export function playStore(sql: Sql, byPlayer = false): PlayStore {
  const remembered = new Map<string, KnownEpoch>();

  async function find(playerId: number, epoch: string) {
    const [row] = await sql<{ paired: number; epochNo: number | null; highest: number | null }[]>`
      select (extract(epoch from p.paired_at) * 1000)::float8 as paired,
        (select e.epoch_no from player_epochs e where e.player_id = ${playerId} and e.epoch = ${epoch}) as "epochNo",
        (select max(e.epoch_no) from player_epochs e where e.player_id = ${playerId}) as highest
      from players p where p.id = ${playerId}`;
    if (!row)
      throw new Refusal('token.unknown', {
        en: 'This player does not exist any more: pair it again.',
        zh: '此播放器已不存在，请重新配对。',
      });
    return row;
  }

  return {
    ...sumsStore(sql),

    async epochOf(playerId, epoch) {
      const key = `${playerId} ${epoch}`;
      const known = remembered.get(key);
      if (known) return known;
      for (;;) {
        const { paired, epochNo, highest } = await find(playerId, epoch);
        if (epochNo !== null) {
          const found = { epochNo, pairedAt: paired };
          const oldest = remembered.size >= MOST_REMEMBERED ? remembered.keys().next().value : undefined;
          if (oldest !== undefined) remembered.delete(oldest);
          remembered.set(key, found);
          return found;
        }
        const next = (highest ?? 0) + 1;
        if (next > MOST_EPOCHS)
          throw new Refusal('request.tooMany', {
            en: 'This player started too many epochs.',
            zh: '此播放器的存储周期（epoch）过多，请检查设备存储。',
          });
        // Another server may take the same number at this moment: whoever is second looks again.
        await sql`
          insert into player_epochs (player_id, epoch_no, epoch) values (${playerId}, ${next}, ${epoch})
          on conflict do nothing`;
      }
    },

    async commit(epochs, receivedAt) {
      if (byPlayer) return commitByPlayer(sql, epochs, receivedAt);
      const ord: number[] = [];
      const plays = epochs.flatMap((epoch, place) => {
        for (let i = 0; i < epoch.believed.length; i += 1) ord.push(place + 1);
        return epoch.believed;
      });
      const doubts = epochs.flatMap((epoch, place) =>
        epoch.doubted.map((doubt) => ({ ...doubt, ord: place + 1 })),
      );
      const rows: Iterable<{ ord: number; received: string }> = await sql.unsafe<
        { ord: number; received: string }[]
      >(
        COMMIT,
        [
          numbers(epochs.map((epoch) => epoch.playerId)),
          numbers(epochs.map((epoch) => epoch.epochNo)),
          numbers(epochs.map((epoch) => epoch.endpointId)),
          texts(epochs.map((epoch) => multirangeOf(epoch.seqs))),
          numbers(ord),
          numbers(plays.map((play) => play.seq)),
          numbers(plays.map((play) => play.assetId)),
          numbers(plays.map((play) => play.bookingId)),
          // Shorter arrays are filled up with nulls; hardly any batch has an override in it.
          numbers(plays.some((play) => play.overrideId !== null) ? plays.map((play) => play.overrideId) : []),
          numbers(plays.map((play) => play.startedAt)),
          numbers(plays.map((play) => play.durationMs)),
          numbers(plays.map((play) => OUTCOMES.indexOf(play.outcome))),
          numbers(doubts.map((doubt) => doubt.ord)),
          numbers(doubts.map((doubt) => doubt.seq)),
          texts(doubts.map((doubt) => doubt.code)),
          texts(doubts.map((doubt) => storedReport(doubt.raw))),
          receivedAt,
          numbers(plays.map((play) => play.day)),
        ],
        { prepare: true },
      );
      const before = new Map(Array.from(rows, (row) => [row.ord, seqSetFrom(row.received)]));
      return epochs.map((epoch, place) => {
        const found = before.get(place + 1);
        if (!found) throw new Error(`epoch ${epoch.epochNo} of player ${epoch.playerId} is gone`);
        return { before: found };
      });
    },
  };
}
