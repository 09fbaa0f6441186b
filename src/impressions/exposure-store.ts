import type { Fragment, Sql, TransactionSql } from 'postgres';
import { NOTICE } from '../audience/notice.ts';
import { DAY_MS } from '../base/units.ts';

/** The cells that a report is about. Dates are local at each endpoint, both included; null means all. */
export interface ExposureScope {
  readonly from: string;
  readonly to: string;
  readonly bookingIds: readonly number[] | null;
  readonly endpointIds: readonly number[] | null;
}

/** Any number that is the same in every server process: those who write exposures wait for each other. */
const WRITE_LOCK = 119_005;
const PORTION_DAYS = 31;

/** The audience models that hold now: `endpoint_id, version, people, dwell_seconds, notice_low …`. */
export function presentModels(sql: Pick<Sql, 'unsafe'>) {
  return sql.unsafe(
    'select distinct on (endpoint_id) * from audience_models order by endpoint_id, version desc',
  );
}

/** The place in a model's 168 numbers of a local time, from 1 as arrays have it. */
export function hourOfWeek(sql: Pick<Sql, 'unsafe'>, local: string) {
  return sql.unsafe(`((extract(isodow from ${local}) - 1) * 24 + extract(hour from ${local}) + 1)::int`);
}

/**
 * Brings the sums of audience × time up to what is counted and to the audience that holds now, for endpoints
 * with a model. What agrees already is left alone. Reports stay right without it, but then take longer.
 */
export async function settleExposures(sql: Sql, scope: ExposureScope): Promise<void> {
  const [model] = await sql`select from audience_models limit 1`;
  if (!model) return;
  for (let from = Date.parse(scope.from); from <= Date.parse(scope.to); from += PORTION_DAYS * DAY_MS) {
    const to = Math.min(Date.parse(scope.to), from + (PORTION_DAYS - 1) * DAY_MS);
    await settlePortion(sql, { ...scope, from: dateText(from), to: dateText(to) });
  }
}

const dateText = (at: number) => new Date(at).toISOString().slice(0, 10);

async function settlePortion(sql: Sql, { from, to, bookingIds, endpointIds }: ExposureScope) {
  const only = (column: Fragment, ids: readonly number[] | null) =>
    ids === null ? sql`true` : sql`${column} = any(${ids}::int[])`;
  const isChosen = (t: string) =>
    sql`${only(sql.unsafe(`${t}.booking_id`), bookingIds)} and ${only(sql.unsafe(`${t}.endpoint_id`), endpointIds)}`;
  const stale = sql`
    select c.* from (
      select d.booking_id, d.date, d.endpoint_id, m.version, sum(d.completed)::int as completed, sum(d.cut)::int as cut,
        sum(d.airtime_ms)::int8 as airtime_ms
      from play_days d join present m on m.endpoint_id = d.endpoint_id
      where d.date between ${from}::text::date and ${to}::text::date and ${isChosen('d')}
      group by 1, 2, 3, 4
    ) as c left join exposure_days x
      on x.booking_id = c.booking_id and x.date = c.date and x.endpoint_id = c.endpoint_id
    where (x.version, x.completed, x.cut, x.airtime_ms)
      is distinct from (c.version, c.completed, c.cut, c.airtime_ms)`;
  await sql.begin(async (tx) => {
    await tx`select set_config('work_mem', '64MB', true), set_config('jit', 'off', true)`;
    const [first] = await tx`with present as (${presentModels(tx)}) select from (${stale}) as s limit 1`;
    if (!first) return;
    await tx`select pg_advisory_xact_lock(${WRITE_LOCK})`;
    await tx`
      with present as materialized (${presentModels(tx)}), stale as materialized (${stale})
      insert into exposure_days as t
        (booking_id, date, endpoint_id, version, completed, cut, airtime_ms, person_ms)
      select s.booking_id, s.date, s.endpoint_id, s.version, s.completed, s.cut, s.airtime_ms,
        coalesce(sum(m.people[${hourOfWeek(tx, 'h.local')}]::float8
          * (m.dwell_seconds * 1000::float8 * h.completed + h.airtime_ms)), 0)
      from stale s join present m on m.endpoint_id = s.endpoint_id
      left join (
        select h.endpoint_id, h.booking_id, h.hour_starts_at at time zone e.time_zone as local, h.completed, h.airtime_ms
        from play_hours h join endpoints e on e.id = h.endpoint_id
        where h.hour_starts_at >= ${from}::text::date - interval '1 day'
          and h.hour_starts_at < ${to}::text::date + interval '2 days' and ${isChosen('h')}
          and h.endpoint_id in (select endpoint_id from present)
      ) as h on h.endpoint_id = s.endpoint_id and h.booking_id = s.booking_id and h.local::date = s.date
      group by 1, 2, 3, 4, 5, 6, 7
      on conflict (booking_id, date, endpoint_id) do update set version = excluded.version,
        completed = excluded.completed, cut = excluded.cut, airtime_ms = excluded.airtime_ms,
        person_ms = excluded.person_ms`;
  });
}

/** Where the exposure of a cell `c` (with its endpoint `e` and model `m`) comes from. */
export interface ExposureParts {
  /** Joins `m`, and what else is needed. */
  readonly joins: Fragment;
  /** People × milliseconds an hour of the cell. */
  readonly personMs: Fragment;
}

/** For cells by local day: from the sums, else straight from the hours. */
export function dayExposure(tx: TransactionSql): ExposureParts {
  return {
    joins: tx`
      left join present m on m.endpoint_id = c.endpoint_id
      left join exposure_days x on x.booking_id = c.booking_id and x.date = c.local and x.endpoint_id = c.endpoint_id
        and x.version = m.version and x.completed = c.completed and x.cut = c.cut and x.airtime_ms = c.airtime_ms`,
    personMs: tx`
      case when m.endpoint_id is null then ${flat(tx)}
        when c.completed = 0 and c.airtime_ms = 0 then 0
        else coalesce(x.person_ms, (
          select sum(m.people[${hourOfWeek(tx, '(h.hour_starts_at at time zone e.time_zone)')}]::float8
            * (m.dwell_seconds * 1000::float8 * h.completed + h.airtime_ms))
          from play_hours h
          where h.endpoint_id = c.endpoint_id and h.booking_id = c.booking_id
            and (h.hour_starts_at at time zone e.time_zone)::date = c.local
        ), 0)
      end`,
  };
}

/** For cells by local hour. */
export function hourExposure(tx: TransactionSql): ExposureParts {
  return {
    joins: tx`left join present m on m.endpoint_id = c.endpoint_id`,
    personMs: tx`
      case when m.endpoint_id is null then ${flat(tx)}
        else m.people[${hourOfWeek(tx, 'c.local')}]::float8 * (m.dwell_seconds * 1000::float8 * c.completed + c.airtime_ms)
      end`,
  };
}

function flat(tx: TransactionSql): Fragment {
  return tx`e.audience_per_hour::float8 * (e.dwell_seconds * 1000::float8 * c.completed + c.airtime_ms)`;
}

/** The notice factors of an endpoint `e` with its model `m`, in thousandths: `notice_low, notice_best, notice_high`. */
export function noticeColumns(tx: Pick<TransactionSql, 'unsafe'>) {
  const factor = (bound: 'low' | 'best' | 'high') =>
    `coalesce(m.notice_${bound}, case e.kind ${Object.entries(NOTICE)
      .map(([kind, notice]) => `when '${kind}' then ${Math.round(notice[bound] * 1_000)}`)
      .join(' ')} end)::float8 as notice_${bound}`;
  return tx.unsafe(`${factor('low')}, ${factor('best')}, ${factor('high')}`);
}
