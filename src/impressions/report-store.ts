import type { Fragment, Sql, TransactionSql } from 'postgres';
import { Refusal } from '../base/refusal.ts';
import { type Clock, DAY_MS, type EpochMs, MINUTE_MS, SECOND_MS } from '../base/units.ts';
import { loopShares, promisedSpots } from './promise-store.ts';
import type { ReportBy, Sums } from './report-figures.ts';

/** What a report is about. */
export interface ReportScope {
  readonly by: ReportBy;
  /** Local dates at each endpoint, YYYY-MM-DD, both included. */
  readonly from: string;
  readonly to: string;
  readonly campaignId?: number | undefined;
  readonly endpointId?: number | undefined;
  readonly areaId?: number | undefined;
}

/** A campaign as a report names it, with its period in local dates. */
export interface NamedCampaign {
  readonly id: number;
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** Figures of the whole system, for the status page. */
export interface PlayTotals {
  /** All spots that should have started by now, filler included. */
  readonly playsPromised: number;
  /** All completed plays, of filler and overrides too. */
  readonly playsCounted: number;
}

/** Reads the figures of reports from the hourly sums and from the programme. */
export interface ReportStore {
  /** One sum per row, sorted by key, and by name where rows are things with names. */
  sums(scope: ReportScope): Promise<Sums[]>;
  /** @throws Refusal `campaign.unknown` */
  campaign(id: number): Promise<NamedCampaign>;
  /** The campaigns of exactly this name. */
  campaignsNamed(name: string): Promise<NamedCampaign[]>;
  /** At most a second old, older only while reading them takes long; never waits for a running read. */
  totals(): Promise<PlayTotals>;
}

/** Offsets from UTC lie between −12 and +14 hours; local dates therefore within a day of UTC ones. */
const ZONE_MARGIN_MS = DAY_MS;
/** A programme is published well within this time of the instant from which it holds. */
const SETTLED_AFTER_MS = 10 * MINUTE_MS;

/** Opens the store. `sql` must be a client whose serializers are untouched. */
export function reportStore(sql: Sql, clock: Clock): ReportStore {
  const shares = loopShares(sql);

  async function promisedBetween(from: EpochMs, to: EpochMs): Promise<number> {
    if (from >= to) return 0;
    const scope = { from, to, bookingIds: null, endpointIds: null };
    const spots = promisedSpots(sql, await shares.over(from, to, null), scope);
    const [row] = await sql<{ promised: number }[]>`
      select coalesce(sum(promised), 0)::float8 as promised from (${spots}) as p`;
    return row?.promised ?? 0;
  }

  /** What was promised before `to` never changes, so it is counted once. */
  const settled = { to: 0, promised: 0 };
  async function readTotals(): Promise<PlayTotals> {
    const now = clock();
    const settledTo = now - SETTLED_AFTER_MS;
    if (settledTo > settled.to + SETTLED_AFTER_MS) {
      settled.promised += await promisedBetween(settled.to, settledTo);
      settled.to = settledTo;
    }
    const playsPromised = settled.promised + (await promisedBetween(settled.to, now));
    const [row] = await sql<{ counted: number }[]>`
      select coalesce(sum(completed), 0)::float8 as counted from play_hours`;
    return { playsPromised, playsCounted: row?.counted ?? 0 };
  }
  let latest: { readonly totals: PlayTotals; readonly goodUntil: EpochMs } | undefined;
  let reading: Promise<PlayTotals> | undefined;
  async function refresh(): Promise<PlayTotals> {
    const began = clock();
    try {
      const totals = await readTotals();
      // Reading takes at most a tenth of the time, however many plays there are.
      const took = clock() - began;
      latest = { totals, goodUntil: began + Math.max(SECOND_MS, 10 * took) };
      return totals;
    } finally {
      reading = undefined;
    }
  }

  const campaignColumns = sql`id, name, from_date::text as from, to_date::text as to`;
  return {
    async campaign(id) {
      const [found] = await sql<NamedCampaign[]>`select ${campaignColumns} from campaigns where id = ${id}`;
      if (!found) throw new Refusal('campaign.unknown', `There is no campaign ${id}.`);
      return found;
    },

    campaignsNamed: (name) =>
      sql<NamedCampaign[]>`select ${campaignColumns} from campaigns where name = ${name} order by id`,

    async totals() {
      if (latest !== undefined && clock() < latest.goodUntil) return latest.totals;
      reading ??= refresh();
      if (latest === undefined) return reading;
      reading.catch(() => {});
      return latest.totals;
    },

    async sums({ by, from, to, campaignId, endpointId, areaId }) {
      const [places, reached] = await Promise.all([
        sql<{ id: number }[]>`
          select id from endpoints
          where (${endpointId ?? null}::int is null or id = ${endpointId ?? null}::int)
            and (${areaId ?? null}::int is null or area_id = ${areaId ?? null}::int)`,
        campaignId === undefined
          ? null
          : sql<{ id: number }[]>`select id from bookings where campaign_id = ${campaignId}`,
      ]);
      const isNarrow = endpointId !== undefined || areaId !== undefined;
      const endpointIds = isNarrow ? places.map(({ id }) => id) : null;
      const bookingIds = reached === null ? null : reached.map(({ id }) => id);
      const first = Date.parse(from) - ZONE_MARGIN_MS;
      const end = Date.parse(to) + DAY_MS + ZONE_MARGIN_MS;
      const promisedTo = Math.min(end, clock());
      const scope = { from: first, to: promisedTo, bookingIds, endpointIds };
      const promised = promisedSpots(sql, await shares.over(first, promisedTo, endpointIds), scope);

      const key = {
        campaign: sql`coalesce(b.campaign_id, 0)::text`,
        endpoint: sql`e.id::text`,
        area: sql`e.area_id::text`,
        day: sql`to_char(c.local, 'YYYY-MM-DD')`,
        hour: sql`to_char(c.local, 'YYYY-MM-DD HH24:00')`,
      }[by];
      const label = {
        campaign: sql`coalesce((select name from campaigns where id = b.campaign_id), '—')`,
        endpoint: sql`e.code || ' ' || e.name`,
        area: sql`(select name from areas where id = e.area_id)`,
        day: key,
        hour: key,
      }[by];
      // Accounts are balanced per endpoint, booking and local day (or hour): too much in one never hides
      // a hole in another, and a spot that slips over the end of an hour does not look like one.
      const cell = by === 'hour' ? sql`'hour'` : sql`'day'`;
      const exposure = (kind: string) => sql`
        coalesce(sum(audience_per_hour::float8 * dwell_seconds * completed) filter (where kind = ${kind}), 0),
        coalesce(sum(audience_per_hour::float8 * airtime_ms) filter (where kind = ${kind}), 0)`;
      const only = (column: Fragment, ids: readonly number[] | null) =>
        ids === null ? sql`true` : sql`${column} = any(${ids}::int[])`;
      const rows = await unhurried(
        sql,
        (tx) => tx<SumsRow[]>`
        with promised as (${promised}),
        both_sides as (
          select endpoint_id, booking_id, hour_starts_at, promised, promised_ms, 0 as completed, 0 as cut,
            0 as failed, 0::int8 as airtime_ms from promised
          union all
          select endpoint_id, booking_id, hour_starts_at, 0, 0, completed, cut, failed, airtime_ms from play_hours
          where hour_starts_at >= to_timestamp(${first}::float8 / 1000)
            and hour_starts_at < to_timestamp(${end}::float8 / 1000)
            and ${only(sql`booking_id`, bookingIds)} and ${only(sql`endpoint_id`, endpointIds)}
        ), local_hours as materialized (
          select z.time_zone, at as hour_starts_at, date_trunc(${cell}, at at time zone z.time_zone) as local
          from (select distinct time_zone from endpoints) as z, generate_series(
            to_timestamp(${first}::float8 / 1000), to_timestamp(${end}::float8 / 1000), interval '1 hour') as at
          where (at at time zone z.time_zone)::date between ${from}::text::date and ${to}::text::date
        ), cells as (
          select h.endpoint_id, h.booking_id, l.local,
            sum(promised)::float8 as promised, sum(promised_ms)::float8 as promised_ms,
            sum(completed)::float8 as completed, sum(cut)::float8 as cut, sum(failed)::float8 as failed,
            sum(airtime_ms)::float8 as airtime_ms
          from both_sides h join endpoints e on e.id = h.endpoint_id
            join local_hours l on l.time_zone = e.time_zone and l.hour_starts_at = h.hour_starts_at
          group by 1, 2, 3
        ), kept as (
          select ${key} as key, ${label} as label, c.*, e.kind, e.audience_per_hour, e.dwell_seconds,
            least(c.promised, c.completed + c.cut + c.failed) as accounted
          from cells c join endpoints e on e.id = c.endpoint_id left join bookings b on b.id = c.booking_id
        )
        select key, label, sum(promised) as promised, sum(promised_ms) as promised_ms, sum(completed) as completed,
          sum(cut) as cut, sum(failed) as failed, sum(airtime_ms) as airtime_ms, sum(accounted) as accounted,
          coalesce(sum(promised_ms * accounted / nullif(promised, 0)), 0) as accounted_ms,
          array[${exposure('screen')}, ${exposure('tv')}, ${exposure('loudspeaker')}] as exposures
        from kept group by key, label
        order by ${by === 'day' || by === 'hour' ? sql`key` : sql`label, key`}`,
      );
      return rows.map(sumsFrom);
    },
  };
}

/** Lets a report sort in memory; and spares it the compiler, which takes longer than most reports. */
async function unhurried<T>(sql: Sql, read: (tx: TransactionSql) => Promise<T>): Promise<T> {
  const result = await sql.begin('read only', async (tx) => {
    await tx`select set_config('work_mem', '64MB', true), set_config('jit', 'off', true)`;
    return { read: await read(tx) };
  });
  return result.read as T;
}

interface SumsRow {
  readonly key: string;
  readonly label: string;
  readonly promised: number;
  readonly promised_ms: number;
  readonly completed: number;
  readonly cut: number;
  readonly failed: number;
  readonly airtime_ms: number;
  readonly accounted: number;
  readonly accounted_ms: number;
  readonly exposures: readonly number[];
}

function sumsFrom(row: SumsRow): Sums {
  const { key, label, promised, completed, cut, failed, accounted, exposures: e } = row;
  const exposure = (at: number) => ({ dwelling: e[at] ?? 0, passing: e[at + 1] ?? 0 });
  return {
    key,
    label,
    promised,
    promisedMs: row.promised_ms,
    completed,
    cut,
    failed,
    airtimeMs: row.airtime_ms,
    accounted,
    accountedMs: row.accounted_ms,
    exposures: { screen: exposure(0), tv: exposure(2), loudspeaker: exposure(4) },
  };
}
