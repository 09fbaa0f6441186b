import type { Sql } from 'postgres';
import type { EpochMs } from '../base/units.ts';
import type { ReceiptRow } from './receipt.ts';

/** What one endpoint's player last told of an override. */
export interface StoredReceipt {
  readonly endpointId: number;
  readonly state: 'shown' | 'ended' | 'refused';
  readonly reason: string | null;
  readonly shownAt: EpochMs | null;
  readonly endedAt: EpochMs | null;
  readonly acknowledgedAt: EpochMs;
}

/** How many endpoints of an override are in each state; those not heard of are missing. */
export type ReceiptCounts = Readonly<Record<StoredReceipt['state'], number>>;

/** Receipts in the database. */
export interface ReceiptStore {
  /**
   * Writes rows in one statement; no two may be of the same override and endpoint. Gives those of endpoints that had not
   * told before that they show their override, and do now.
   */
  write(rows: readonly ReceiptRow[], at: EpochMs): Promise<ReceiptRow[]>;
  counts(overrideIds: readonly number[]): Promise<ReadonlyMap<number, ReceiptCounts>>;
  of(overrideId: number): Promise<StoredReceipt[]>;
}

/** Opens the store. */
export function receiptStore(sql: Sql): ReceiptStore {
  return {
    async write(rows, at) {
      // In the order of the key, so that two servers never wait for each other's rows.
      const sorted = rows.toSorted((a, b) => a.overrideId - b.overrideId || a.endpointId - b.endpointId);
      const column = <T>(of: (row: ReceiptRow) => T) => sorted.map(of);
      const news = await sql<{ place: number }[]>`
        with told as materialized (
          select * from unnest(
            ${column((row) => row.overrideId)}::int[], ${column((row) => row.endpointId)}::int[],
            ${column((row) => row.playerId)}::int[], ${column((row) => row.serial)}::int[],
            ${column((row) => row.state)}::text[], ${column((row) => row.reason)}::text[],
            ${column((row) => row.shownAt)}::float8[], ${column((row) => row.endedAt)}::float8[]
          ) with ordinality as t (o, e, p, n, s, w, shown, ended, place)
        ), written as (
          insert into override_receipts as r (override_id, endpoint_id, player_id, serial, state, reason, shown_at,
            ended_at, acknowledged_at)
          select o, e, p, n, s, w, to_timestamp(shown / 1000), to_timestamp(ended / 1000),
            to_timestamp(${at}::float8 / 1000)
          from told order by place
          on conflict (override_id, endpoint_id) do update set
            player_id = excluded.player_id, serial = excluded.serial, state = excluded.state,
            reason = excluded.reason, shown_at = least(r.shown_at, excluded.shown_at),
            ended_at = case when excluded.state = 'refused' then r.ended_at else excluded.ended_at end
        )
        select place::int as place from told where shown is not null and not exists (
          select from override_receipts b where b.override_id = o and b.endpoint_id = e and b.shown_at is not null)`;
      return news.flatMap(({ place }) => sorted[place - 1] ?? []);
    },
    async counts(overrideIds) {
      const rows = await sql<{ id: number; shown: number; ended: number; refused: number }[]>`
        select override_id as id, (count(*) filter (where state = 'shown'))::int as shown,
          (count(*) filter (where state = 'ended'))::int as ended,
          (count(*) filter (where state = 'refused'))::int as refused
        from override_receipts where override_id = any(${[...overrideIds]}::int[]) group by 1`;
      return new Map(rows.map(({ id, ...counts }) => [id, counts]));
    },
    of: (overrideId) => sql<StoredReceipt[]>`
      select endpoint_id as "endpointId", state, reason,
        (extract(epoch from shown_at) * 1000)::float8 as "shownAt",
        (extract(epoch from ended_at) * 1000)::float8 as "endedAt",
        (extract(epoch from acknowledged_at) * 1000)::float8 as "acknowledgedAt"
      from override_receipts where override_id = ${overrideId}`,
  };
}
