import { setTimeout as pause } from 'node:timers/promises';
import type { Fragment, Sql } from 'postgres';
import { DAY_MS, type EpochMs } from '../base/units.ts';
import type { Within } from '../base/within.ts';
import { hourOfWeek, noticeColumns, presentModels } from './exposure-store.ts';
import { csvCell } from './report-text.ts';

/** What is exported: every play, or the plays of each hour at each endpoint by booking. Dates are local, both included. */
export interface ExportQuery {
  readonly of: 'plays' | 'hours';
  readonly from: string;
  readonly to: string;
  readonly campaignId?: number | undefined;
  readonly endpointId?: number | undefined;
  readonly areaId?: number | undefined;
  readonly owner?: string | undefined;
  /** Only these endpoints. */
  readonly within?: Within;
}

/** Reads exports piece by piece, however long they are. */
export interface ExportStore {
  /**
   * The lines as CSV text (RFC 4180, CRLF), the header first, some hundred in each piece. Plays in the order of their
   * start; hours by hour and endpoint. Read in short queries: what comes in meanwhile may be in it.
   */
  pieces(query: ExportQuery): AsyncGenerator<string>;
}

const COLUMNS = {
  plays:
    'started_at,local_time,endpoint_id,endpoint,asset_id,booking_id,campaign_id,override_id,duration_ms,outcome,' +
    'received_at,player_id,epoch_no,seq,qty_multiplier,qty_sourcetype',
  hours:
    'hour_starts_at,local_hour,endpoint_id,endpoint,booking_id,campaign_id,completed,cut,failed,airtime_ms,' +
    'people_per_hour,dwell_seconds,audience_version,opportunities,impressions_low,impressions_best,impressions_high,' +
    'qty_multiplier,qty_sourcetype',
} as const;
/** So many plays, or sums, are read by one query: some 25 ms of the database. */
const LINES_A_BLOCK = 5_000;
/** So many lines come as one row: no piece is large enough to keep the server from other work. */
const LINES_A_PIECE = 250;

interface Block {
  readonly hour: EpochMs;
  readonly first: number;
  readonly last: number;
}

/** Opens the store. `sql` must be a client whose serializers are untouched. */
export function exportStore(sql: Sql): ExportStore {
  return {
    async *pieces(query) {
      yield `\ufeff${COLUMNS[query.of]}\r\n`;
      const places = await placesOf(query);
      const ids = places.map(({ id }) => id);
      const cells = places.map(({ label }) => csvCell(label));
      const last = Date.parse(query.to) + DAY_MS;
      for (let day = Date.parse(query.from) - DAY_MS; day <= last && ids.length > 0; day += DAY_MS) {
        for (const block of await blocksOf(query, day, ids)) {
          const isIn = (id: number) => id >= block.first && id <= block.last;
          const at = ids.findIndex(isIn);
          const end = ids.findLastIndex(isIn) + 1;
          const named = sql`unnest(${ids.slice(at, end)}::int[], ${cells.slice(at, end)}::text[]) as s (id, cell)`;
          const lines =
            query.of === 'plays' ? playLines(query, block, named) : hourLines(query, block, named);
          const since = performance.now();
          const found = await piecesOf(lines);
          const tookMs = performance.now() - since;
          for (const { text } of found) yield text;
          // Every other moment belongs to players and to those who wait for a page.
          await pause(tookMs);
        }
      }
    },
  };

  function placesOf({ endpointId, areaId, owner, within = null }: ExportQuery) {
    return sql<{ id: number; label: string }[]>`
      select id, code || ' ' || name as label from endpoints
      where (${endpointId ?? null}::int is null or id = ${endpointId ?? null}::int)
        and (${areaId ?? null}::int is null or area_id = ${areaId ?? null}::int)
        and (${owner ?? null}::text is null or owner = ${owner ?? null}::text)
        and ${within === null ? sql`true` : sql`id = any(${[...within]}::int[])`}
      order by id`;
  }

  /** The hours of a UTC day in which anything was played, each in blocks of endpoints. */
  function blocksOf(query: ExportQuery, day: EpochMs, ids: readonly number[]): Promise<Block[]> {
    const lines = query.of === 'plays' ? sql`sum(completed + cut + failed)` : sql`count(*)`;
    return sql<Block[]>`
      select (extract(epoch from hour_starts_at) * 1000)::float8 as hour, min(endpoint_id) as first,
        max(endpoint_id) as last
      from (
        select hour_starts_at, endpoint_id,
          sum(n) over (partition by hour_starts_at order by endpoint_id) - n as before
        from (
          select hour_starts_at, endpoint_id, ${lines} as n from play_hours
          where hour_starts_at >= to_timestamp(${day}::float8 / 1000)
            and hour_starts_at < to_timestamp(${day + DAY_MS}::float8 / 1000)
            and endpoint_id = any(${ids}::int[]) and ${chosen(query, sql`booking_id`)}
          group by 1, 2
        ) as sums
      ) as placed
      group by hour_starts_at, floor(before / ${LINES_A_BLOCK})
      order by hour_starts_at, 2`;
  }

  function piecesOf(lines: Fragment) {
    return sql<{ text: string }[]>`
      with present as materialized (${presentModels(sql)}), line as (${lines})
      select string_agg(line, E'\r\n' order by k) || E'\r\n' as text from line
      group by (k - 1) / ${LINES_A_PIECE} order by min(k)`;
  }

  function playLines(query: ExportQuery, { hour, first, last }: Block, named: Fragment): Fragment {
    return sql`
      select row_number() over (order by started_at, endpoint_id, player_id, epoch_no, seq) as k, concat_ws(',',
        ${instant('started_at')}, to_char(started_at at time zone time_zone, 'YYYY-MM-DD HH24:MI:SS'), endpoint_id,
        cell, asset_id, coalesce(booking_id::text, ''), coalesce(campaign_id::text, ''),
        coalesce(override_id::text, ''), duration_ms, outcome, ${instant('received_at')}, player_id, epoch_no, seq,
        ${quantity(sql`kind <> 'loudspeaker' and outcome <> 'failed'`, sql`person_ms * notice_best / 3.6e9`)}) as line
      from (
        select p.*, s.cell, e.time_zone, e.kind, b.campaign_id, ${noticeColumns(sql)},
          coalesce(m.people[${hourOfWeek(sql, "(date_trunc('hour', p.started_at, 'UTC') at time zone e.time_zone)")}],
            e.audience_per_hour)::float8 * (case outcome when 'completed' then
            coalesce(m.dwell_seconds, e.dwell_seconds) * 1000 else 0 end + p.duration_ms) as person_ms
        from plays p join ${named} on s.id = p.endpoint_id join endpoints e on e.id = p.endpoint_id
        left join present m on m.endpoint_id = p.endpoint_id left join bookings b on b.id = p.booking_id
        where p.started_at >= to_timestamp(${hour}::float8 / 1000)
          and p.started_at < to_timestamp(${hour}::float8 / 1000) + interval '1 hour'
          and p.endpoint_id between ${first} and ${last}
          and (p.started_at at time zone e.time_zone)::date between ${query.from}::text::date and ${query.to}::text::date
          and ${chosen(query, sql`coalesce(p.booking_id, 0)`)}
      ) as play`;
  }

  function hourLines(query: ExportQuery, { hour, first, last }: Block, named: Fragment): Fragment {
    const seen = (figure: Fragment) =>
      sql`case when kind = 'loudspeaker' then '' else ${sixPlaces(figure)} end`;
    return sql`
      select row_number() over (order by endpoint_id, booking_id) as k, concat_ws(',',
        ${instant('starts_at')}, to_char(starts_at at time zone time_zone, 'YYYY-MM-DD HH24:MI'), endpoint_id, cell,
        coalesce(nullif(booking_id, 0)::text, ''), coalesce(campaign_id::text, ''), completed, cut, failed, airtime_ms,
        people, dwell, version, ${seen(sql`person_ms / 3.6e6`)}, ${seen(sql`person_ms * notice_low / 3.6e9`)},
        ${seen(sql`person_ms * notice_best / 3.6e9`)}, ${seen(sql`person_ms * notice_high / 3.6e9`)},
        ${quantity(
          sql`kind <> 'loudspeaker' and completed + cut > 0`,
          sql`person_ms * notice_best / 3.6e9 / nullif(completed + cut, 0)`,
        )}) as line
      from (
        select sums.*, people * (dwell * 1000::float8 * completed + airtime_ms) as person_ms
        from (
          select h.endpoint_id, h.booking_id, h.hour_starts_at as starts_at, s.cell, e.time_zone, e.kind, b.campaign_id,
            ${noticeColumns(sql)}, coalesce(m.version, 0) as version,
            coalesce(m.people[${hourOfWeek(sql, '(h.hour_starts_at at time zone e.time_zone)')}], e.audience_per_hour)
              as people,
            coalesce(m.dwell_seconds, e.dwell_seconds) as dwell,
            h.completed, h.cut, h.failed, h.airtime_ms
          from (
            select endpoint_id, booking_id, hour_starts_at, sum(completed) as completed, sum(cut) as cut,
              sum(failed) as failed, sum(airtime_ms) as airtime_ms
            from play_hours
            where hour_starts_at = to_timestamp(${hour}::float8 / 1000)
              and endpoint_id between ${first} and ${last} and ${chosen(query, sql`booking_id`)}
            group by 1, 2, 3
          ) as h join ${named} on s.id = h.endpoint_id join endpoints e on e.id = h.endpoint_id
          left join present m on m.endpoint_id = h.endpoint_id left join bookings b on b.id = h.booking_id
          where (h.hour_starts_at at time zone e.time_zone)::date
            between ${query.from}::text::date and ${query.to}::text::date
        ) as sums
      ) as hour`;
  }

  function chosen({ campaignId }: ExportQuery, booking: Fragment): Fragment {
    return campaignId === undefined
      ? sql`true`
      : sql`${booking} in (select id from bookings where campaign_id = ${campaignId})`;
  }

  function instant(column: string): Fragment {
    return sql.unsafe(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
  }

  function sixPlaces(figure: Fragment): Fragment {
    return sql`trim_scale(round((${figure})::numeric, 6))::text`;
  }

  /** OpenRTB 2.6 `imp.qty`: the multiplier of one play, and source type 2, the publisher; empty where nobody sees. */
  function quantity(isSeen: Fragment, multiplier: Fragment): Fragment {
    return sql`case when ${isSeen} then ${sixPlaces(multiplier)} || ',2' else ',' end`;
  }
}
