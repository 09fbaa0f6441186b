import type { Sql } from 'postgres';
import type { WeeklyWindow } from '../base/local-time.ts';
import { noSuch } from '../base/refusal.ts';
import type { EpochMs } from '../base/units.ts';
import { type SeqSet, seqSetFrom } from './seq-set.ts';

/** What one life of a player's storage has sent, and what of it was played in a stretch of time. */
export interface ReceivedEpoch {
  readonly playerId: number;
  readonly epoch: string;
  readonly received: SeqSet;
  /** The counted plays of the stretch, by their numbers. */
  readonly plays: readonly NumberedPlay[];
}

/** When the play of a number started. */
export interface NumberedPlay {
  readonly seq: number;
  readonly startedAt: EpochMs;
}

/** What reports of an endpoint came in. */
export interface ReceivedStore {
  /** @throws Refusal `endpoint.unknown` */
  hoursOf(
    endpointId: number,
  ): Promise<{ readonly timeZone: string; readonly openingHours: readonly WeeklyWindow[] }>;
  /** The epochs that played at the endpoint in [from, to), with their plays of that stretch. */
  epochs(endpointId: number, from: EpochMs, to: EpochMs): Promise<ReceivedEpoch[]>;
}

/** Opens the store. */
export function receivedStore(sql: Sql): ReceivedStore {
  return {
    async hoursOf(endpointId) {
      const [row] = await sql<{ timeZone: string; openingHours: readonly WeeklyWindow[] }[]>`
        select time_zone as "timeZone", opening_hours as "openingHours" from endpoints where id = ${endpointId}`;
      if (!row) throw noSuch('endpoint.unknown', endpointId);
      return row;
    },

    async epochs(endpointId, from, to) {
      const rows = await sql<
        { playerId: number; epoch: string; received: string; seqs: number[]; starts: number[] }[]
      >`
        select p.player_id as "playerId", e.epoch, e.received::text as received, p.seqs, p.starts
        from (
          select player_id, epoch_no, array_agg(seq::float8 order by seq) as seqs,
            array_agg((extract(epoch from started_at) * 1000)::float8 order by seq) as starts
          from plays
          where endpoint_id = ${endpointId} and started_at >= to_timestamp(${from}::float8 / 1000)
            and started_at < to_timestamp(${to}::float8 / 1000)
          group by 1, 2
        ) as p join player_epochs e on e.player_id = p.player_id and e.epoch_no = p.epoch_no
        order by p.player_id, p.epoch_no`;
      return rows.map(({ playerId, epoch, received, seqs, starts }) => ({
        playerId,
        epoch,
        received: seqSetFrom(received),
        plays: seqs.map((seq, at) => ({ seq, startedAt: starts[at] ?? from })),
      }));
    },
  };
}
