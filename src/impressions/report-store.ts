import type { Fragment, Sql, TransactionSql } from 'postgres';
import type { AudienceFacts } from '../audience/audience.ts';
import { readAudienceFacts } from '../audience/audience-facts-store.ts';
import { noSuch } from '../base/refusal.ts';
import { type Clock, type EpochMs, SECOND_MS } from '../base/units.ts';
import {
  dayExposure,
  type ExposureParts,
  hourExposure,
  noticeColumns,
  presentModels,
  settleExposures,
} from './exposure-store.ts';
import { heavyReads } from './heavy-reads.ts';
import { atOneMoment, sumWithoutSorting } from './one-moment-store.ts';
import { type LoopShares, loopShares, promisedSpots } from './promise-store.ts';
import { settledPromises, settlePromises } from './promised-days-store.ts';
import { dayCells, hourCells } from './report-cells-store.ts';
import type { ReportBy, Sums } from './report-figures.ts';
import { chosenBy, instantsOf, type LocalPeriod, type NarrowedTo } from './report-scope-store.ts';

/** What a report is about. */
export interface ReportScope extends LocalPeriod, NarrowedTo {
  readonly by: ReportBy;
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
  /**
   * One sum per row, sorted by key, and by name where rows are things with names; and the audience that went in.
   */
  sums(scope: ReportScope): Promise<{ readonly rows: Sums[]; readonly audience: AudienceFacts }>;
  /** @throws Refusal `campaign.unknown` */
  campaign(id: number): Promise<NamedCampaign>;
  /** The campaigns of exactly this name. */
  campaignsNamed(name: string): Promise<NamedCampaign[]>;
  /**
   * At most a second old, 10 s and the time that reading takes where the database has no time for it; never
   * waits for a running read.
   */
  totals(): Promise<PlayTotals>;
}

/** Totals may be so much older than they should be while newer ones are read; then askers wait. */
const STALE_MS = SECOND_MS;
/** However long reading totals takes on a busy machine, they are read again after this. */
const OLDEST_TOTALS_MS = 10 * SECOND_MS;

/** Rows that are summed from hours, since days do not tell them. */
const HOURLY: readonly ReportBy[] = ['hour', 'weekHour', 'asset'];

/**
 * Opens the store. `sql` must be a client whose serializers are untouched; stores that read the same database may share
 * what they know of loops.
 */
export function reportStore(sql: Sql, clock: Clock, shares: LoopShares = loopShares()): ReportStore {
  async function readTotals(): Promise<PlayTotals> {
    return atOneMoment(sql, async (tx) => {
      const now = clock();
      const { mark, promised: settled } = await settledPromises(tx);
      const isUsable = mark <= now;
      const all = { bookingIds: null, endpointIds: null, by: 'nothing' } as const;
      const live = { from: isUsable ? mark : 0, to: now, ...all };
      const promised = promisedSpots(tx, await shares.over(tx, live.from, live.to, null), live);
      const [row] = await tx<{ lately: number; counted: number }[]>`
        select (select coalesce(sum(promised), 0)::float8 from (${promised}) as p) as lately,
          ((select completed from settled_total) + (select coalesce(sum(completed), 0) from unsettled_sums))::float8
            as counted`;
      const lately = row?.lately ?? 0;
      return { playsPromised: isUsable ? settled + lately : lately, playsCounted: row?.counted ?? 0 };
    });
  }
  let latest: { readonly totals: PlayTotals; readonly goodUntil: EpochMs } | undefined;
  let reading: Promise<PlayTotals> | undefined;
  async function refresh(): Promise<PlayTotals> {
    try {
      await settlePromises(sql, shares, clock());
      const began = clock();
      const totals = await readTotals();
      // Reading takes at most a tenth of the time, unless the database has no time at all.
      const restMs = Math.min(10 * (clock() - began), OLDEST_TOTALS_MS);
      latest = { totals, goodUntil: began + Math.max(SECOND_MS, restMs) };
      return totals;
    } finally {
      reading = undefined;
    }
  }

  const campaignColumns = sql`id, name, from_date::text as from, to_date::text as to`;
  return {
    async campaign(id) {
      const [found] = await sql<NamedCampaign[]>`select ${campaignColumns} from campaigns where id = ${id}`;
      if (!found) throw noSuch('campaign.unknown', id);
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

    sums(scope) {
      return HOURLY.includes(scope.by) ? heavyReads.run(() => readSums(scope)) : readSums(scope);
    },
  };

  async function readSums(scope: ReportScope): ReturnType<ReportStore['sums']> {
    const now = clock();
    const isByHour = HOURLY.includes(scope.by);
    if (!isByHour) {
      await settlePromises(sql, shares, now);
      await settleExposures(sql, { from: scope.from, to: scope.to, ...(await chosenBy(sql, scope)) });
    }
    return atOneMoment(sql, async (tx) => {
      const { by, from, to } = scope;
      if (isByHour) await sumWithoutSorting(tx);
      const chosen = await chosenBy(tx, scope);
      const { first, end } = await instantsOf(tx, scope);
      const period = { from, to, first, end, until: Math.min(end, now) };
      // Accounts are balanced per endpoint, booking and local day (or hour): too much in one never hides
      // a hole in another, and a spot that slips over the end of an hour does not look like one.
      const { cells } = await (isByHour
        ? hourCells(tx, shares, period, chosen, by === 'asset')
        : dayCells(tx, shares, period, chosen, now));
      const rows = await sumsOf(tx, by, cells, isByHour ? hourExposure(tx) : dayExposure(tx));
      return { rows: rows.map(sumsFrom), audience: await readAudienceFacts(tx) };
    });
  }
}

/** Cells put together to rows. */
function sumsOf(
  tx: TransactionSql,
  by: ReportBy,
  cells: Fragment,
  { joins, personMs }: ExposureParts,
): Promise<SumsRow[]> {
  const hourOfWeek = tx`to_char(c.local, 'ID HH24:00')`;
  const key = {
    campaign: tx`coalesce(b.campaign_id, 0)::text`,
    endpoint: tx`e.id::text`,
    area: tx`e.area_id::text`,
    owner: tx`e.owner`,
    asset: tx`c.asset_id::text`,
    day: tx`to_char(c.local, 'YYYY-MM-DD')`,
    hour: tx`to_char(c.local, 'YYYY-MM-DD HH24:00')`,
    weekHour: hourOfWeek,
  }[by];
  // Looked up for each row, not for each of the thousands of cells that it is made of.
  const label = {
    campaign: tx`coalesce((select name from campaigns where id = key::int), '—')`,
    endpoint: tx`(select code || ' ' || name from endpoints where id = key::int)`,
    area: tx`(select name from areas where id = key::int)`,
    owner: tx`case key when '' then '—' else key end`,
    asset: tx`coalesce((select title_zh from assets where id = key::int), '—')`,
    day: tx`key`,
    hour: tx`key`,
    weekHour: tx`key`,
  }[by];
  const exposure = (isSeen: Fragment) => tx`
    coalesce(sum(person_ms) filter (where ${isSeen}), 0),
    coalesce(sum(person_ms * notice_low) filter (where ${isSeen}), 0),
    coalesce(sum(person_ms * notice_best) filter (where ${isSeen}), 0),
    coalesce(sum(person_ms * notice_high) filter (where ${isSeen}), 0)`;
  return tx<SumsRow[]>`
    with present as materialized (${presentModels(tx)}), kept as (
      select ${key} as key, c.*, e.kind, ${personMs} as person_ms, ${noticeColumns(tx)},
        least(c.promised, c.completed + c.cut + c.failed) as accounted
      from (${cells}) as c join endpoints e on e.id = c.endpoint_id left join bookings b on b.id = c.booking_id
      ${joins}
    )
    select key, ${label} as label, sum(promised) as promised, sum(promised_ms) as promised_ms, sum(completed) as completed,
      sum(cut) as cut, sum(failed) as failed, sum(airtime_ms) as airtime_ms, sum(accounted) as accounted,
      coalesce(sum(promised_ms * accounted / nullif(promised, 0)), 0) as accounted_ms,
      array[${exposure(tx`kind <> 'loudspeaker'`)}, ${exposure(tx`kind = 'loudspeaker'`)}] as exposures
    from kept group by key
    order by ${by === 'day' || HOURLY.includes(by) ? tx`key` : tx`label, key`}`;
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
  const exposure = (at: number) => ({
    personMs: e[at] ?? 0,
    low: e[at + 1] ?? 0,
    best: e[at + 2] ?? 0,
    high: e[at + 3] ?? 0,
  });
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
    exposures: { seen: exposure(0), heard: exposure(4) },
  };
}
