import type { Fragment, TransactionSql } from 'postgres';
import { MISSING_NUMBERS, NEWEST_PLAYERS } from '../plays/newest-players-store.ts';
import { localHours } from './report-cells-store.ts';
import { CAUSES, type Cause, UNPROMISED, type Unpromised } from './shortfall.ts';

/** What is said of a play that no report tells of, by its hour. */
const REST: readonly Cause[] = CAUSES.slice(CAUSES.indexOf('noPlayer'));

const column = (cause: Cause) => `"${cause}"`;

/**
 * What days are short of, with its cause, balanced by day: a spot that slips over the end of an hour is no shortfall.
 * `days` has the figures of all local days, and only hours of days that are short are looked into: `promised` has their
 * promises by UTC hour. Where hours say more than their day, the least certain causes give way first.
 */
export function balanced(
  tx: TransactionSql,
  days: Fragment,
  promised: Fragment,
  withheld: Fragment,
  period: { from: string; to: string; first: number; end: number; until: number },
): Fragment {
  const at = (ms: number) => tx`to_timestamp(${ms}::float8 / 1000)`;
  // From the least certain to the surest; each loses what the day's balance takes from it.
  const giving = CAUSES.filter((cause) => !isUnpromised(cause)).reverse();
  const kept = giving
    .map((cause, place) => {
      const before = giving.slice(0, place).map(column).join(' + ') || '0';
      return `${column(cause)} - least(${column(cause)}, greatest(0, excess - (${before}))) as ${column(cause)}`;
    })
    .join(', ');
  const sums = tx.unsafe(
    CAUSES.map((cause) => `sum(${column(cause)})::float8 as ${column(cause)}`).join(', '),
  );
  const none = (causes: readonly Cause[]) =>
    tx.unsafe(causes.map((cause) => `0 as ${column(cause)}`).join(', '));
  return tx`
    with day as materialized (${days}), short_day as materialized (
      select booking_id, endpoint_id, local as date, promised - completed as short from day where promised > completed
    ), short_pair as materialized (
      select distinct booking_id, endpoint_id from short_day
    ), cell as (
      select endpoint_id, booking_id, hour_starts_at, sum(promised)::int as promised, sum(completed)::int as completed,
        sum(cut)::int as cut, sum(failed)::int as failed
      from (
        select p.endpoint_id, p.booking_id, p.hour_starts_at, p.promised, 0 as completed, 0 as cut, 0 as failed
        from (${promised}) as p join short_pair using (booking_id, endpoint_id)
        union all
        select h.endpoint_id, h.booking_id, h.hour_starts_at, 0, h.completed, h.cut, h.failed
        from play_hours h join short_pair using (booking_id, endpoint_id)
        where h.hour_starts_at >= ${at(period.first)} and h.hour_starts_at < ${at(period.end)}
      ) as both_sides
      group by 1, 2, 3 having sum(promised) > sum(completed)
    ), changed as materialized (
      select endpoint_id, date_trunc('hour', starts_at, 'UTC') as hour from programme
      where starts_at >= ${at(period.first)} and starts_at < ${at(period.until)}
      group by 1, 2 having count(*) > 1
    ), emergency as materialized (
      select distinct e.id as endpoint_id, hour
      from overrides o, jsonb_array_elements(o.parts) as part,
        jsonb_array_elements_text(part -> 'endpoints') as place (id), endpoints e,
        greatest(o.from_at, ${at(period.first)}) as first, least(o.until_at, o.ended_at, ${at(period.until)}) as last,
        generate_series(date_trunc('hour', first at time zone e.time_zone) at time zone e.time_zone, last,
          interval '1 hour') as hour
      where o.state in ('live', 'withdrawn') and e.id = place.id::int and first < last and hour < last
    ), box as materialized (
      select b.endpoint_id, b.id, b.last_seen_at as seen, r.missing as holes
      from (${tx.unsafe(NEWEST_PLAYERS)}) as b left join (${tx.unsafe(MISSING_NUMBERS)}) as r on r.player_id = b.id
    ), clock as materialized (
      select time_zone, hour_starts_at, local::date as date, local at time zone time_zone as hour
      from (${localHours(tx, period)}) as l
    ), caused as (
      select c.booking_id, c.endpoint_id, l.date, c.missing, least(c.cut, c.missing) as cuts,
        least(c.failed, c.missing - least(c.cut, c.missing)) as fails,
        case when s.id is null then 'noPlayer' when coalesce(s.seen < l.hour + interval '1 hour', true) then 'silent'
          when s.holes > 0 then 'reportsMissing'
          when g.hour is not null then 'override'
          when h.hour is not null then 'programmeChanged' else 'notPlayed' end as cause
      from (select *, promised - completed as missing from cell) as c
      join endpoints e on e.id = c.endpoint_id
      join clock l on l.time_zone = e.time_zone and l.hour_starts_at = c.hour_starts_at
      left join box s on s.endpoint_id = c.endpoint_id
      left join emergency g on g.endpoint_id = c.endpoint_id and g.hour = l.hour
      left join changed h on h.endpoint_id = c.endpoint_id and h.hour = c.hour_starts_at
    ), hours as (
      select booking_id, endpoint_id, date, sum(missing) as missing, sum(cuts) as cut, sum(fails) as failed,
        ${tx.unsafe(REST.map((cause) => `coalesce(sum(missing - cuts - fails) filter (where cause = '${cause}'), 0) as ${column(cause)}`).join(', '))}
      from caused group by 1, 2, 3
    ), judged as (
      -- Where the local hour is not the UTC hour, a day may be short of more than its hours.
      select booking_id, endpoint_id, short, missing - short as excess,
        ${tx.unsafe(giving.map((cause) => `${cause === 'notPlayed' ? `${column(cause)} + greatest(0, short - missing)` : column(cause)} as ${column(cause)}`).join(', '))}
      from (
        select s.booking_id, s.endpoint_id, s.short, coalesce(h.missing, 0) as missing,
          ${tx.unsafe(giving.map((cause) => `coalesce(h.${column(cause)}, 0) as ${column(cause)}`).join(', '))}
        from short_day s left join hours h using (booking_id, endpoint_id, date)
      ) as s
    ), settled as (
      select booking_id, endpoint_id, 0 as promised, 0 as completed, short, ${none(UNPROMISED)}, ${tx.unsafe(kept)}
      from judged
      union all
      select booking_id, endpoint_id, promised, completed, 0, ${none(UNPROMISED)}, ${none(giving)} from day
      union all
      select booking_id, endpoint_id, 0, 0, plays,
        ${tx.unsafe(UNPROMISED.map((cause) => `case cause when '${cause}' then plays else 0 end`).join(', '))},
        ${none(giving)}
      from (${withheld}) as w
    ), total as (
      select booking_id, endpoint_id, sum(promised)::float8 as promised, sum(completed)::float8 as completed,
        sum(short)::float8 as short, ${sums}
      from settled group by 1, 2 having sum(short) > 0
    ), taken_over as (
      select m.for_booking_id as booking_id, m.endpoint_id, sum(m.plays)::float8 as plays
      from make_goods m join bookings taken on taken.id = m.booking_id
      where taken.withdrawn_at is null
        and m.from_date <= ${period.to}::text::date and m.to_date >= ${period.from}::text::date
      group by 1, 2
    )
    select t.booking_id as "bookingId", b.name as booking, t.endpoint_id as "endpointId",
      e.code || ' ' || e.name as endpoint,
      promised + ${tx.unsafe(UNPROMISED.map(column).join(' + '))} as asked, promised, completed as counted, short,
      ${tx.unsafe(CAUSES.map(column).join(', '))}, coalesce(o.plays, 0) as "takenOver"
    from total t join bookings b on b.id = t.booking_id join endpoints e on e.id = t.endpoint_id
    left join taken_over o on o.booking_id = t.booking_id and o.endpoint_id = t.endpoint_id`;
}

function isUnpromised(cause: Cause): cause is Unpromised {
  return UNPROMISED.some((one) => one === cause);
}

/** Which of the compiler's reasons are told as what; all others say that the hour was over-full. */
const REASONS: Readonly<Record<Exclude<Unpromised, 'overFull'>, readonly string[]>> = {
  closed: ['noWindow', 'clipTooLong', 'windowFull'],
  separation: ['separation'],
};

/** A query for what bookings asked of hours and no loop could promise: `endpoint_id, booking_id, cause, plays`. */
export function withheldCells(
  tx: TransactionSql,
  scope: { from: string; to: string; first: number; end: number; bookingIds: readonly number[] },
): Fragment {
  const { from, to, first, end, bookingIds } = scope;
  return tx`
    select w.endpoint_id, (one ->> 0)::int as booking_id, (one ->> 1)::int as plays,
      case when one ->> 2 = any(${REASONS.closed}::text[]) then 'closed'
        when one ->> 2 = any(${REASONS.separation}::text[]) then 'separation' else 'overFull' end as cause
    from withheld_plays w join endpoints e on e.id = w.endpoint_id, jsonb_array_elements(w.plays) as one
    where w.hour_starts_at >= to_timestamp(${first}::float8 / 1000)
      and w.hour_starts_at < to_timestamp(${end}::float8 / 1000)
      and (w.hour_starts_at at time zone e.time_zone)::date between ${from}::text::date and ${to}::text::date
      and (one ->> 0)::int = any(${bookingIds}::int[])`;
}
