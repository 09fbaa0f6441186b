import type { Fragment, Sql, TransactionSql } from 'postgres';
import { Refusal } from '../base/refusal.ts';
import { type Clock, DAY_MS, type EpochMs, SECOND_MS } from '../base/units.ts';
import { loopShares, promisedSpots } from './promise-store.ts';
import { promisesSettledTo, settlePromises } from './promised-days-store.ts';
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
/** Totals may be so much older than they should be while newer ones are read; then askers wait. */
const STALE_MS = SECOND_MS;

/** Opens the store. `sql` must be a client whose serializers are untouched. */
export function reportStore(sql: Sql, clock: Clock): ReportStore {
  const shares = loopShares();

  async function readTotals(): Promise<PlayTotals> {
    const now = clock();
    await settlePromises(sql, shares, now);
    return atOneMoment(sql, async (tx) => {
      const mark = await promisesSettledTo(tx);
      const isUsable = mark <= now;
      const live = { from: isUsable ? mark : 0, to: now, bookingIds: null, endpointIds: null };
      const promised = promisedSpots(tx, await shares.over(tx, live.from, live.to, null), live);
      const [row] = await tx<{ settled: number; lately: number; counted: number }[]>`
        select (select coalesce(sum(promised), 0)::float8 from promised_days where ${isUsable}) as settled,
          (select coalesce(sum(promised), 0)::float8 from (${promised}) as p) as lately,
          (select coalesce(sum(completed), 0)::float8 from play_days) as counted`;
      return { playsPromised: (row?.settled ?? 0) + (row?.lately ?? 0), playsCounted: row?.counted ?? 0 };
    });
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
      if (latest === undefined || clock() >= latest.goodUntil + STALE_MS) return reading;
      reading.catch(() => {});
      return latest.totals;
    },

    async sums(scope) {
      const now = clock();
      if (scope.by !== 'hour') await settlePromises(sql, shares, now);
      return atOneMoment(sql, async (tx) => {
        const { by, from, to } = scope;
        const chosen = await chosenBy(tx, scope);
        const only = (column: Fragment, ids: readonly number[] | null) =>
          ids === null ? tx`true` : tx`${column} = any(${ids}::int[])`;
        const isChosen = tx`${only(tx`booking_id`, chosen.bookingIds)} and ${only(tx`endpoint_id`, chosen.endpointIds)}`;
        const first = Date.parse(from) - ZONE_MARGIN_MS;
        const end = Date.parse(to) + DAY_MS + ZONE_MARGIN_MS;
        const until = Math.min(end, now);
        // A clock that was set back makes the stored sums reach too far: then they are of no use.
        const mark = by === 'hour' ? 0 : await promisesSettledTo(tx);
        const isUsable = by !== 'hour' && mark <= now;
        const stretch = { from: Math.min(isUsable ? Math.max(mark, first) : first, until), to: until };
        const loops = await shares.over(tx, stretch.from, stretch.to, chosen.endpointIds);
        const lately = promisedSpots(tx, loops, { ...stretch, ...chosen });
        // Accounts are balanced per endpoint, booking and local day (or hour): too much in one never hides
        // a hole in another, and a spot that slips over the end of an hour does not look like one.
        const cells =
          by === 'hour'
            ? hourCells(tx, { from, to, first, end }, lately, isChosen)
            : dayCells(tx, { from, to }, lately, isUsable ? isChosen : tx`false`, isChosen);
        const rows = await sumsOf(tx, by, cells);
        return rows.map(sumsFrom);
      });
    },
  };
}

interface Chosen {
  /** Null means all. */
  readonly bookingIds: readonly number[] | null;
  readonly endpointIds: readonly number[] | null;
}

async function chosenBy(tx: TransactionSql, scope: ReportScope): Promise<Chosen> {
  const { campaignId, endpointId, areaId } = scope;
  const isNarrow = endpointId !== undefined || areaId !== undefined;
  const places = isNarrow
    ? await tx<{ id: number }[]>`
        select id from endpoints
        where (${endpointId ?? null}::int is null or id = ${endpointId ?? null}::int)
          and (${areaId ?? null}::int is null or area_id = ${areaId ?? null}::int)`
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

/** Promised and counted by endpoint, booking and local day: `endpoint_id, booking_id, local` and the sums. */
function dayCells(
  tx: TransactionSql,
  { from, to }: { readonly from: string; readonly to: string },
  lately: Fragment,
  isSettled: Fragment,
  isChosen: Fragment,
): Fragment {
  return tx`
    select endpoint_id, booking_id, local, ${SUMMED(tx)}
    from (
      select endpoint_id, booking_id, date as local, promised, promised_ms, 0 as completed, 0 as cut, 0 as failed,
        0::int8 as airtime_ms
      from promised_days where date between ${from}::text::date and ${to}::text::date and ${isSettled}
      union all
      select p.endpoint_id, p.booking_id, (p.starts_at at time zone e.time_zone)::date, promised, promised_ms,
        0, 0, 0, 0
      from (${lately}) as p join endpoints e on e.id = p.endpoint_id
      where (p.starts_at at time zone e.time_zone)::date between ${from}::text::date and ${to}::text::date
      union all
      select endpoint_id, booking_id, date, 0, 0, completed, cut, failed, airtime_ms
      from play_days where date between ${from}::text::date and ${to}::text::date and ${isChosen}
    ) as both_sides
    group by 1, 2, 3`;
}

/** The same by local hour. */
function hourCells(
  tx: TransactionSql,
  period: { readonly from: string; readonly to: string; readonly first: EpochMs; readonly end: EpochMs },
  promised: Fragment,
  isChosen: Fragment,
): Fragment {
  const { from, to, first, end } = period;
  return tx`
    select h.endpoint_id, h.booking_id, l.local, ${SUMMED(tx)}
    from (
      select endpoint_id, booking_id, hour_starts_at, promised, promised_ms, 0 as completed, 0 as cut, 0 as failed,
        0::int8 as airtime_ms from (${promised}) as p
      union all
      select endpoint_id, booking_id, hour_starts_at, 0, 0, completed, cut, failed, airtime_ms from play_hours
      where hour_starts_at >= to_timestamp(${first}::float8 / 1000)
        and hour_starts_at < to_timestamp(${end}::float8 / 1000) and ${isChosen}
    ) as h
    join endpoints e on e.id = h.endpoint_id
    join (
      select z.time_zone, at as hour_starts_at, date_trunc('hour', at at time zone z.time_zone) as local
      from (select distinct time_zone from endpoints) as z, generate_series(
        to_timestamp(${first}::float8 / 1000), to_timestamp(${end}::float8 / 1000), interval '1 hour') as at
      where (at at time zone z.time_zone)::date between ${from}::text::date and ${to}::text::date
      offset 0
    ) as l on l.time_zone = e.time_zone and l.hour_starts_at = h.hour_starts_at
    group by 1, 2, 3`;
}

const SUMMED = (tx: TransactionSql): Fragment => tx`
  sum(promised)::float8 as promised, sum(promised_ms)::float8 as promised_ms, sum(completed)::float8 as completed,
  sum(cut)::float8 as cut, sum(failed)::float8 as failed, sum(airtime_ms)::float8 as airtime_ms`;

/** Cells put together to rows. */
function sumsOf(tx: TransactionSql, by: ReportBy, cells: Fragment): Promise<SumsRow[]> {
  const key = {
    campaign: tx`coalesce(b.campaign_id, 0)::text`,
    endpoint: tx`e.id::text`,
    area: tx`e.area_id::text`,
    day: tx`to_char(c.local, 'YYYY-MM-DD')`,
    hour: tx`to_char(c.local, 'YYYY-MM-DD HH24:00')`,
  }[by];
  const label = {
    campaign: tx`coalesce((select name from campaigns where id = b.campaign_id), '—')`,
    endpoint: tx`e.code || ' ' || e.name`,
    area: tx`(select name from areas where id = e.area_id)`,
    day: key,
    hour: key,
  }[by];
  const exposure = (kind: string) => tx`
    coalesce(sum(audience_per_hour::float8 * dwell_seconds * completed) filter (where kind = ${kind}), 0),
    coalesce(sum(audience_per_hour::float8 * airtime_ms) filter (where kind = ${kind}), 0)`;
  return tx<SumsRow[]>`
    with kept as (
      select ${key} as key, ${label} as label, c.*, e.kind, e.audience_per_hour, e.dwell_seconds,
        least(c.promised, c.completed + c.cut + c.failed) as accounted
      from (${cells}) as c join endpoints e on e.id = c.endpoint_id left join bookings b on b.id = c.booking_id
    )
    select key, label, sum(promised) as promised, sum(promised_ms) as promised_ms, sum(completed) as completed,
      sum(cut) as cut, sum(failed) as failed, sum(airtime_ms) as airtime_ms, sum(accounted) as accounted,
      coalesce(sum(promised_ms * accounted / nullif(promised, 0)), 0) as accounted_ms,
      array[${exposure('screen')}, ${exposure('tv')}, ${exposure('loudspeaker')}] as exposures
    from kept group by key, label
    order by ${by === 'day' || by === 'hour' ? tx`key` : tx`label, key`}`;
}

/**
 * Reads everything as of one moment. Lets a report sort in memory; and spares it the compiler, which takes
 * longer than most reports.
 */
async function atOneMoment<T>(sql: Sql, read: (tx: TransactionSql) => Promise<T>): Promise<T> {
  const result = await sql.begin('isolation level repeatable read read only', async (tx) => {
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
