import type { Audit } from '../base/audit.ts';
import { type Clock, DAY_MS, MINUTE_MS, type Ms } from '../base/units.ts';
import type { Database, Db } from '../db/connect.ts';
import { makeGoods } from '../db/report-tables.ts';
import { heavyReads } from './heavy-reads.ts';
import { atOneMoment, sumWithoutSorting } from './one-moment-store.ts';
import { type LoopShares, loopShares, promisedSpots } from './promise-store.ts';
import { settlePromises } from './promised-days-store.ts';
import { dayCells } from './report-cells-store.ts';
import { instantsOf } from './report-scope-store.ts';
import { CAUSES, type Cause, type Causes, owedOf, type ShortfallRow, type UpHours } from './shortfall.ts';
import { balanced, withheldCells } from './shortfall-cells-store.ts';

/** Of what shortfalls are asked. Dates are local, both included. */
export interface ShortfallScope {
  readonly from: string;
  readonly to: string;
  readonly campaignId?: number | undefined;
  readonly bookingId?: number | undefined;
}

/** How long endpoints were at work: hours in which something was promised. */
export interface UptimeRow extends UpHours {
  readonly endpointId: number;
  readonly endpoint: string;
  readonly area: string;
}

/** Reads what was promised and not played, and when endpoints were at work. */
export interface ShortfallStore {
  /** By booking and endpoint, the most owed first; filler is left out. */
  shortfalls(scope: ShortfallScope): Promise<ShortfallRow[]>;
  /** By endpoint, the lowest share first. */
  uptime(period: { readonly from: string; readonly to: string }): Promise<UptimeRow[]>;
  /** Notes which booking makes what good. */
  noteMakeGood(
    made: {
      readonly bookingId: number;
      readonly forBookingId: number;
      readonly from: string;
      readonly to: string;
      readonly plays: ReadonlyMap<number, number>;
    },
    actor: string,
  ): Promise<void>;
  /** Lets one at a time make good what a booking is short of; null: somebody is at it, or there is no such booking. */
  alone<T>(bookingId: number, act: () => Promise<T>): Promise<{ readonly result: T } | null>;
}

/** A turn ends by itself when its server has died. */
const TURN_MS: Ms = 2 * MINUTE_MS;
const ROWS_A_STATEMENT = 500;

/** Opens the store. */
export function shortfallStore(deps: {
  database: Database;
  audit: Audit<Db>;
  now: Clock;
  shares?: LoopShares;
}): ShortfallStore {
  const { audit, now: clock, shares = loopShares() } = deps;
  const { db, sql } = deps.database;
  return {
    async shortfalls({ from, to, campaignId, bookingId }) {
      const now = clock();
      await settlePromises(sql, shares, now);
      return heavyReads.run(() =>
        atOneMoment(sql, async (tx) => {
          const found = await tx<{ id: number }[]>`
          select id from bookings where (${campaignId ?? null}::int is null or campaign_id = ${campaignId ?? null}::int)
            and (${bookingId ?? null}::int is null or id = ${bookingId ?? null}::int)`;
          const chosen = { bookingIds: found.map(({ id }) => id), endpointIds: null };
          const { first, end } = await instantsOf(tx, { from, to });
          // What is still to come cannot be short of anything.
          const until = Math.min(end, now);
          const period = { from, to, first, end, until };
          const { cells: days } = await dayCells(tx, shares, period, chosen, now);
          const stretch = { from: Math.min(first, until), to: until };
          const loops = await shares.over(tx, stretch.from, stretch.to, null);
          const promised = promisedSpots(tx, loops, { ...stretch, ...chosen, by: 'booking' });
          // Its guess of how many cells there are is a thousand times too low: loops in loops then take minutes.
          await tx`select set_config('enable_nestloop', 'off', true)`;
          await sumWithoutSorting(tx);
          const withheld = withheldCells(tx, { ...period, end: until, bookingIds: chosen.bookingIds });
          const rows = await tx<StoredShortfall[]>`${balanced(tx, days, promised, withheld, period)}`;
          return rows.map(rowOf).sort((a, b) => b.owed - a.owed || b.short - a.short);
        }),
      );
    },

    uptime: ({ from, to }) =>
      atOneMoment(sql, async (tx) => {
        const [first, end] = [Date.parse(from) - DAY_MS, Math.min(Date.parse(to) + 2 * DAY_MS, clock())];
        const at = (ms: number) => tx`to_timestamp(${ms}::float8 / 1000)`;
        return tx<UptimeRow[]>`
          with promised as (
            select distinct p.endpoint_id, date_trunc('hour', p.starts_at, 'UTC') as hour
            from programme p join endpoints e on e.id = p.endpoint_id
            where p.starts_at >= ${at(first)} and p.starts_at < ${at(end)} - interval '1 hour'
              and (p.starts_at at time zone e.time_zone)::date between ${from}::text::date and ${to}::text::date
          ), played as (
            select distinct endpoint_id, hour_starts_at as hour from play_hours
            where hour_starts_at >= ${at(first)} and hour_starts_at < ${at(end)} and completed + cut > 0
          )
          select e.id as "endpointId", e.code || ' ' || e.name as endpoint, a.name as area,
            count(*)::int as "hoursPromised", count(d.hour)::int as "hoursUp",
            (count(*) filter (where d.hour is null and coalesce(s.seen < p.hour + interval '1 hour', true)))::int
              as "hoursUnknown"
          from promised p join endpoints e on e.id = p.endpoint_id join areas a on a.id = e.area_id
          left join played d on d.endpoint_id = p.endpoint_id and d.hour = p.hour
          left join (
            select endpoint_id, max(last_seen_at) as seen from players group by 1
          ) as s on s.endpoint_id = p.endpoint_id
          group by 1, 2, 3 order by count(d.hour)::float8 / count(*), e.code`;
      }),

    noteMakeGood: ({ bookingId, forBookingId, from, to, plays }, actor) =>
      db.transaction(async (tx) => {
        const rows = [...plays].map(([endpointId, count]) => ({ endpointId, plays: count }));
        const same = { bookingId, forBookingId, fromDate: from, toDate: to };
        for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT)
          await tx
            .insert(makeGoods)
            .values(rows.slice(at, at + ROWS_A_STATEMENT).map((row) => ({ ...row, ...same })));
        const total = rows.reduce((sum, row) => sum + row.plays, 0);
        await audit(tx, {
          at: clock(),
          actor,
          action: 'makeGood.take',
          subject: `booking ${bookingId}`,
          detail: { forBookingId, from, to, endpoints: rows.length, plays: total },
        });
      }),

    async alone(bookingId, act) {
      const until = (ms: number) => sql`to_timestamp(${ms}::float8 / 1000)`;
      // No transaction is held meanwhile: the embedded database has room for one alone.
      const taken = await sql`
        insert into make_good_turns as t (for_booking_id, until_at)
        select id, ${until(clock() + TURN_MS)} from bookings where id = ${bookingId}
        on conflict (for_booking_id) do update set until_at = excluded.until_at
        where t.until_at < ${until(clock())}`;
      if (taken.count === 0) return null;
      try {
        return { result: await act() };
      } finally {
        await sql`update make_good_turns set until_at = 'epoch' where for_booking_id = ${bookingId}`;
      }
    },
  };
}

interface StoredShortfall extends Record<Cause, number> {
  readonly bookingId: number;
  readonly booking: string;
  readonly endpointId: number;
  readonly endpoint: string;
  readonly asked: number;
  readonly promised: number;
  readonly counted: number;
  readonly short: number;
  readonly takenOver: number;
}

function rowOf(row: StoredShortfall): ShortfallRow {
  const { bookingId, booking, endpointId, endpoint, asked, promised, counted, short, takenOver } = row;
  const causes = Object.fromEntries(CAUSES.map((cause) => [cause, row[cause]])) as Causes;
  const owed = owedOf(short, causes, takenOver);
  return {
    bookingId,
    booking,
    endpointId,
    endpoint,
    asked,
    promised,
    counted,
    short,
    causes,
    takenOver,
    owed,
  };
}
