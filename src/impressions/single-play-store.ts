import type { Fragment, Sql } from 'postgres';
import { DAY_MS } from '../base/units.ts';
import type { Within } from '../base/within.ts';
import { hourOfWeek, presentModels } from './exposure-store.ts';
import type { PlayCursor, StoredPlay } from './single-play.ts';

/** Which number of a report is opened: every field that is given narrows it. Dates are local, both included. */
export interface SinglePlayQuery {
  readonly from: string;
  readonly to: string;
  readonly campaignId?: number | undefined;
  readonly bookingId?: number | undefined;
  readonly endpointId?: number | undefined;
  readonly areaId?: number | undefined;
  readonly owner?: string | undefined;
  /** Only these endpoints. */
  readonly within?: Within;
  readonly assetId?: number | undefined;
  /** 1 Monday … 7 Sunday, and hour of the day, local. */
  readonly weekday?: number | undefined;
  readonly hour?: number | undefined;
  readonly outcome?: 'completed' | 'cut' | 'failed' | undefined;
  readonly limit: number;
  readonly after: PlayCursor | null;
}

/** A page of plays in the order of their start. */
export interface SinglePlayPage {
  readonly plays: readonly StoredPlay[];
  /** Null: this was the last page. */
  readonly next: PlayCursor | null;
  /** Months (YYYY-MM) of the period whose plays were taken out into the archive: only their sums are here. */
  readonly archivedMonths: readonly string[];
}

/** Reads the single plays behind a number. */
export interface SinglePlayStore {
  page(query: SinglePlayQuery): Promise<SinglePlayPage>;
}

interface PlayRow extends StoredPlay {
  readonly startedAtUs: number;
}

/**
 * Opens the store. Plays have no index by time but a coarse one, so the hourly sums say first in which hours
 * the next page lies; then those hours alone are read.
 */
export function singlePlayStore(sql: Sql): SinglePlayStore {
  return {
    async page(query) {
      const { from, to, after, limit } = query;
      const first = Math.max(
        Date.parse(from) - DAY_MS,
        after === null ? 0 : Math.floor(after.startedAtUs / 1_000),
      );
      const end = Date.parse(to) + 2 * DAY_MS;
      const hours = await sql<{ at: number; plays: number }[]>`
        select (extract(epoch from hour_starts_at) * 1000)::float8 as at, n as plays from (
          select h.hour_starts_at, sum(${counted(query)})::float8 as n
          from play_hours h join endpoints e on e.id = h.endpoint_id
          where h.hour_starts_at > to_timestamp(${first}::float8 / 1000) - interval '1 hour'
            and h.hour_starts_at < to_timestamp(${end}::float8 / 1000)
            and (h.hour_starts_at at time zone e.time_zone + interval '59 minutes')::date >= ${from}::text::date
            and (h.hour_starts_at at time zone e.time_zone)::date <= ${to}::text::date
            and date_trunc('month', h.hour_starts_at at time zone 'UTC')::date not in (select month from archived_months)
            and ${chosen(query, 'h', sql`h.booking_id`)} and ${hourChosen(query, sql`h.hour_starts_at`)}
          group by 1
        ) as sums where n > 0 order by 1`;
      const archivedMonths = await sql<{ month: string }[]>`
        select to_char(month, 'YYYY-MM') as month from archived_months
        where month <= ${to}::text::date and month + interval '1 month' > ${from}::text::date order by 1`;
      let rows: PlayRow[] = [];
      let read = 0;
      while (rows.length === 0 && read < hours.length) {
        // The first hour may lie before the cursor in part: so its plays do not count towards the page.
        let plays = 0;
        let until = read;
        while (until < hours.length && plays <= limit) {
          if (until > 0 || after === null) plays += hours[until]?.plays ?? 0;
          until += 1;
        }
        rows = await readHours(query, hours.slice(read, until));
        read = until;
      }
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      const isLast = rows.length <= limit && read === hours.length;
      return {
        plays: shown.map(({ startedAtUs: _, ...play }) => play),
        next: isLast || !last ? null : last,
        archivedMonths: archivedMonths.map(({ month }) => month),
      };
    },
  };

  function readHours(query: SinglePlayQuery, hours: readonly { readonly at: number }[]): Promise<PlayRow[]> {
    const { from, to, after, limit, outcome } = query;
    const [first = 0, last = first] = [hours[0]?.at, hours.at(-1)?.at];
    const local = sql`(p.started_at at time zone e.time_zone)`;
    const hourStart = sql`date_trunc('hour', p.started_at, 'UTC')`;
    return sql<PlayRow[]>`
      with present as materialized (${presentModels(sql)})
      select p.player_id as "playerId", p.epoch_no as "epochNo", p.seq::float8 as seq, p.endpoint_id as "endpointId",
        e.code || ' ' || e.name as endpoint, e.kind, p.asset_id as "assetId", p.booking_id as "bookingId",
        (select b.name from bookings b where b.id = p.booking_id) as booking,
        p.override_id as "overrideId", (extract(epoch from p.started_at) * 1000)::float8 as "startedAtMs",
        (extract(epoch from p.started_at) * 1000000)::float8 as "startedAtUs",
        to_char(${local}, 'YYYY-MM-DD HH24:MI:SS') as "localTime", p.duration_ms as "durationMs", p.outcome,
        (extract(epoch from p.received_at) * 1000)::float8 as "receivedAtMs",
        coalesce(m.people[${hourOfWeek(sql, "(date_trunc('hour', p.started_at, 'UTC') at time zone e.time_zone)")}],
          e.audience_per_hour) as "peoplePerHour",
        coalesce(m.dwell_seconds, e.dwell_seconds) as "dwellSeconds", coalesce(m.version, 0) as "audienceVersion",
        m.notice_low as "noticeLow", m.notice_best as "noticeBest", m.notice_high as "noticeHigh"
      from plays p join endpoints e on e.id = p.endpoint_id left join present m on m.endpoint_id = p.endpoint_id
      where p.started_at >= to_timestamp(${first}::float8 / 1000)
        and p.started_at < to_timestamp(${last}::float8 / 1000) + interval '1 hour'
        and ${local}::date between ${from}::text::date and ${to}::text::date
        and ${chosen(query, 'p', sql`coalesce(p.booking_id, 0)`)} and ${hourChosen(query, hourStart)}
        and ${outcome === undefined ? sql`true` : sql`p.outcome = ${outcome}`}
        and ${after === null ? sql`true` : afterCursor(after)}
      order by p.started_at, p.endpoint_id, p.player_id, p.epoch_no, p.seq limit ${limit + 1}`;
  }

  function afterCursor({ startedAtUs, endpointId, playerId, epochNo, seq }: PlayCursor): Fragment {
    return sql`(p.started_at, p.endpoint_id, p.player_id, p.epoch_no, p.seq) >
      (timestamptz 'epoch' + ${startedAtUs}::float8 * interval '1 microsecond', ${endpointId}::int, ${playerId}::int,
        ${epochNo}::int, ${seq}::float8::int8)`;
  }

  function counted({ outcome }: SinglePlayQuery): Fragment {
    if (outcome === undefined) return sql`h.completed + h.cut + h.failed`;
    return { completed: sql`h.completed`, cut: sql`h.cut`, failed: sql`h.failed` }[outcome];
  }

  function chosen(query: SinglePlayQuery, table: 'h' | 'p', booking: Fragment): Fragment {
    const { campaignId, bookingId, endpointId, areaId, owner, assetId, within = null } = query;
    const when = (value: unknown, condition: () => Fragment) =>
      value === undefined ? sql`true` : condition();
    const column = (name: string) => sql.unsafe(`${table}.${name}`);
    return sql`${when(
      campaignId,
      () => sql`${booking} in (select id from bookings where campaign_id = ${campaignId ?? 0})`,
    )} and ${when(bookingId, () => sql`${booking} = ${bookingId ?? 0}`)}
      and ${when(endpointId, () => sql`${column('endpoint_id')} = ${endpointId ?? 0}`)}
      and ${when(areaId, () => sql`e.area_id = ${areaId ?? 0}`)} and ${when(owner, () => sql`e.owner = ${owner ?? ''}`)}
      and ${within === null ? sql`true` : sql`${column('endpoint_id')} = any(${[...within]}::int[])`}
      and ${when(assetId, () => sql`${column('asset_id')} = ${assetId ?? 0}`)}`;
  }

  function hourChosen({ weekday, hour }: SinglePlayQuery, at: Fragment): Fragment {
    return sql`${weekday === undefined ? sql`true` : sql`extract(isodow from ${at} at time zone e.time_zone) = ${weekday}`}
      and ${hour === undefined ? sql`true` : sql`extract(hour from ${at} at time zone e.time_zone) = ${hour}`}`;
  }
}
