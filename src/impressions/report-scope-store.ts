import type { Fragment, Sql, TransactionSql } from 'postgres';
import { DAY_MS, type EpochMs } from '../base/units.ts';
import type { Within } from '../base/within.ts';

/** What a report is narrowed to. */
export interface NarrowedTo {
  readonly campaignId?: number | undefined;
  readonly endpointId?: number | undefined;
  readonly areaId?: number | undefined;
  readonly owner?: string | undefined;
  /** Only these endpoints. */
  readonly within?: Within | undefined;
}

/** The bookings and endpoints that a report is about. */
export interface Chosen {
  /** Null means all. */
  readonly bookingIds: readonly number[] | null;
  readonly endpointIds: readonly number[] | null;
}

/** Finds the bookings and endpoints that a report is about. */
export async function chosenBy(tx: TransactionSql | Sql, narrowed: NarrowedTo): Promise<Chosen> {
  const { campaignId, endpointId, areaId, owner, within = null } = narrowed;
  const isNarrow = [endpointId, areaId, owner].some((one) => one !== undefined) || within !== null;
  const places = isNarrow
    ? await tx<{ id: number }[]>`
        select id from endpoints
        where (${endpointId ?? null}::int is null or id = ${endpointId ?? null}::int)
          and (${areaId ?? null}::int is null or area_id = ${areaId ?? null}::int)
          and (${owner ?? null}::text is null or owner = ${owner ?? null}::text)
          and ${within === null ? tx`true` : tx`id = any(${[...within]}::int[])`}`
    : null;
  const reached =
    campaignId === undefined
      ? null
      : await tx<{ id: number }[]>`select id from bookings where campaign_id = ${campaignId}`;
  return {
    bookingIds: reached?.map(({ id }) => id) ?? null,
    endpointIds: places?.map(({ id }) => id) ?? null,
  };
}

/** A condition on `booking_id` and `endpoint_id`. */
export function isOneOf(tx: TransactionSql, { bookingIds, endpointIds }: Chosen): Fragment {
  const only = (column: Fragment, ids: readonly number[] | null) =>
    ids === null ? tx`true` : tx`${column} = any(${ids}::int[])`;
  return tx`${only(tx`booking_id`, bookingIds)} and ${only(tx`endpoint_id`, endpointIds)}`;
}

/** Local dates at each endpoint, YYYY-MM-DD, both included. */
export interface LocalPeriod {
  readonly from: string;
  readonly to: string;
}

/** Offsets from UTC lie between −12 and +14 hours; local dates therefore within a day of UTC ones. */
const ZONE_MARGIN_MS = DAY_MS;

/** The instants [first, end) within which a period lies at every endpoint. */
export async function instantsOf(
  tx: TransactionSql,
  { from, to }: LocalPeriod,
): Promise<{ readonly first: EpochMs; readonly end: EpochMs }> {
  const [found] = await tx<{ first: number | null; end: number | null }[]>`
    select (extract(epoch from min(${from}::text::timestamp at time zone time_zone)) * 1000)::float8 as first,
      (extract(epoch from max((${to}::text::date + 1)::timestamp at time zone time_zone)) * 1000)::float8 as end
    from (select distinct time_zone from endpoints) as z`;
  return {
    first: found?.first ?? Date.parse(from) - ZONE_MARGIN_MS,
    end: found?.end ?? Date.parse(to) + DAY_MS + ZONE_MARGIN_MS,
  };
}
