import type { Fragment, TransactionSql } from 'postgres';
import { CAUSES, type Cause, UNPROMISED, type Unpromised } from './shortfall.ts';

/**
 * What hours are short of, with its cause, balanced by day: a spot that slips over the end of an hour is no
 * shortfall. Where hours say more than their day, the least certain causes give way first.
 */
export function balanced(
  tx: TransactionSql,
  cells: Fragment,
  withheld: Fragment,
  period: { from: string; to: string; first: number; end: number },
): Fragment {
  const rest: readonly Cause[] = [
    'noPlayer',
    'silent',
    'reportsMissing',
    'override',
    'programmeChanged',
    'notPlayed',
  ];
  const column = (cause: Cause) => `"${cause}"`;
  // From the least certain to the surest; each loses what the day's balance takes from it.
  const broken = CAUSES.filter((cause) => !isUnpromised(cause));
  const giving = [...broken].reverse();
  const kept = giving
    .map((cause, at) => {
      const before = giving.slice(0, at).map(column).join(' + ') || '0';
      return `${column(cause)} - least(${column(cause)}, greatest(0, excess - (${before}))) as ${column(cause)}`;
    })
    .join(', ');
  const summed = CAUSES.map((cause) => `sum(${column(cause)})::float8 as ${column(cause)}`).join(', ');
  return tx`
    with cell as materialized (${cells}), changed as materialized (
      select endpoint_id, date_trunc('hour', starts_at, 'UTC') as hour from programme
      where starts_at >= to_timestamp(${period.first}::float8 / 1000) and starts_at < to_timestamp(${period.end}::float8 / 1000)
      group by 1, 2 having count(*) > 1
    ), emergency as materialized (
      select distinct e.id as endpoint_id, hour
      from overrides o, jsonb_array_elements(o.parts) as part,
        jsonb_array_elements_text(part -> 'endpoints') as place (id), endpoints e,
        greatest(o.from_at, to_timestamp(${period.first}::float8 / 1000)) as first,
        least(o.until_at, o.ended_at, to_timestamp(${period.end}::float8 / 1000)) as last,
        generate_series(date_trunc('hour', first at time zone e.time_zone) at time zone e.time_zone, last,
          interval '1 hour') as hour
      where o.state in ('live', 'withdrawn') and e.id = place.id::int and first < last and hour < last
    ), box as materialized (
      select distinct on (p.endpoint_id) p.endpoint_id, p.id, p.last_seen_at as seen, (
        select upper(received) - 1 - (select sum(upper(part) - lower(part)) from unnest(received) as part)
        from player_epochs where player_id = p.id order by epoch_no desc limit 1) as holes
      from players p where p.revoked_at is null order by p.endpoint_id, p.id desc
    ), caused as materialized (
      select c.*, least(c.cut, missing) as cuts, least(c.failed, missing - least(c.cut, missing)) as fails,
        missing - least(c.cut, missing) - least(c.failed, missing - least(c.cut, missing)) as rest,
        case when s.id is null then 'noPlayer' when coalesce(s.seen < c.hour + interval '1 hour', true) then 'silent'
          when s.holes > 0 then 'reportsMissing'
          when g.hour is not null then 'override'
          when h.hour is not null then 'programmeChanged' else 'notPlayed' end as cause
      from (
        select cell.*, cell.local at time zone e.time_zone as hour, greatest(0, promised - completed) as missing
        from cell join endpoints e on e.id = cell.endpoint_id
      ) as c
      left join box s on s.endpoint_id = c.endpoint_id
      left join emergency g on g.endpoint_id = c.endpoint_id and g.hour = c.hour
      left join changed h on h.endpoint_id = c.endpoint_id and h.hour = date_trunc('hour', c.hour, 'UTC')
    ), days as (
      select booking_id, endpoint_id, local::date as date, sum(promised) as promised, sum(completed) as completed,
        sum(missing) - greatest(0, sum(promised) - sum(completed)) as excess, sum(cuts) as cut, sum(fails) as failed,
        ${tx.unsafe(rest.map((cause) => `coalesce(sum(rest) filter (where cause = '${cause}'), 0) as ${column(cause)}`).join(', '))}
      from caused group by 1, 2, 3
    ), settled as (
      select booking_id, endpoint_id, promised, completed, greatest(0, promised - completed) as short,
        ${tx.unsafe(UNPROMISED.map((cause) => `0 as ${column(cause)}`).join(', '))}, ${tx.unsafe(kept)}
      from days
      union all
      select booking_id, endpoint_id, 0, 0, plays,
        ${tx.unsafe(UNPROMISED.map((cause) => `case cause when '${cause}' then plays else 0 end`).join(', '))},
        ${tx.unsafe(giving.map(() => '0').join(', '))}
      from (${withheld}) as w
    )
    select t.booking_id as "bookingId", b.name as booking, t.endpoint_id as "endpointId",
      e.code || ' ' || e.name as endpoint,
      (sum(promised) + ${tx.unsafe(UNPROMISED.map((cause) => `sum(${column(cause)})`).join(' + '))})::float8 as asked,
      sum(promised)::float8 as promised, sum(completed)::float8 as counted,
      sum(short)::float8 as short, ${tx.unsafe(summed)}, coalesce((
        select sum(m.plays) from make_goods m join bookings taken on taken.id = m.booking_id
        where m.for_booking_id = t.booking_id and m.endpoint_id = t.endpoint_id and taken.withdrawn_at is null
          and m.from_date <= ${period.to}::text::date and m.to_date >= ${period.from}::text::date
      ), 0)::float8 as "takenOver"
    from settled t join bookings b on b.id = t.booking_id join endpoints e on e.id = t.endpoint_id
    group by t.booking_id, b.name, t.endpoint_id, e.code, e.name having sum(short) > 0`;
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
