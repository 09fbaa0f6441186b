import type { Sql } from 'postgres';
import { DAY_MS } from '../../src/base/units.ts';
import { makeReport } from '../../src/impressions/report-flow.ts';
import { reportStore } from '../../src/impressions/report-store.ts';
import { type BenchResult, rounded } from './bench-result.ts';
import { dayOf, fillReportWorld, REPORT_DAYS } from './report-world.ts';
import { median, withScratchDatabase } from './scratch-database.ts';

const ROUNDS = 5;
const FIRST_DAY = '2027-01-31';
const LAST_DAY = dayOf(FIRST_DAY, REPORT_DAYS - 1);
const WEEK = { from: dayOf(FIRST_DAY, 8), to: dayOf(FIRST_DAY, 14) };
const NOW = Date.parse(`${FIRST_DAY}T07:00:00+08:00`) + REPORT_DAYS * DAY_MS;

async function timed<T>(act: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const began = performance.now();
  const result = await act();
  return { ms: performance.now() - began, result };
}

interface Counted {
  readonly key: string;
  readonly counts: readonly number[];
}

/** The counted side of a campaign's report, straight from plays. */
async function recount(sql: Sql, campaignId: number, from: string, to: string): Promise<Counted[]> {
  const rows = await sql<{ key: string; completed: number; cut: number; failed: number; airtime: number }[]>`
    select to_char(started_at at time zone e.time_zone, 'YYYY-MM-DD') as key,
      (count(*) filter (where outcome = 'completed'))::int as completed,
      (count(*) filter (where outcome = 'cut'))::int as cut,
      (count(*) filter (where outcome = 'failed'))::int as failed,
      coalesce(sum(duration_ms) filter (where outcome <> 'failed'), 0)::float8 as airtime
    from plays p join endpoints e on e.id = p.endpoint_id join bookings b on b.id = p.booking_id
    where b.campaign_id = ${campaignId}
      and started_at >= ${from}::text::timestamp at time zone 'Asia/Shanghai'
      and started_at < (${to}::text::timestamp + interval '1 day') at time zone 'Asia/Shanghai'
    group by 1 order by 1`;
  return rows.map(({ key, completed, cut, failed, airtime }) => ({
    key,
    counts: [completed, cut, failed, airtime],
  }));
}

/** Measures the report of one campaign by day against GROUP BY over 10 million plays, and that they agree. */
export async function run(): Promise<BenchResult> {
  return withScratchDatabase(async ({ sql }) => {
    await fillReportWorld(sql, FIRST_DAY);
    const [stored] = await sql<{ plays: number }[]>`select count(*)::int as plays from plays`;
    const clock = () => NOW;
    const store = reportStore(sql, clock);
    const month = { from: FIRST_DAY, to: LAST_DAY };
    const cold = await timed(() => makeReport(store, clock, { by: 'day', campaignId: 1, ...month }));
    const times = {
      month: [] as number[],
      monthRaw: [] as number[],
      week: [] as number[],
      weekRaw: [] as number[],
    };
    let differences = 0;
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const [name, period] of [
        ['month', month],
        ['week', WEEK],
      ] as const) {
        const campaignId = round * 7;
        const raw = await timed(() => recount(sql, campaignId, period.from, period.to));
        const report = await timed(() => makeReport(store, clock, { by: 'day', campaignId, ...period }));
        times[name].push(report.ms);
        times[`${name}Raw`].push(raw.ms);
        const counted = report.result.rows.map(
          (row): Counted => ({
            key: row.key,
            counts: [row.playsCounted, row.playsCut, row.playsFailed, row.airtimeMs],
          }),
        );
        if (JSON.stringify(counted) !== JSON.stringify(raw.result)) differences += 1;
      }
    }
    const all = await timed(() => makeReport(store, clock, { by: 'campaign', ...month }));
    if (differences > 0) throw new Error(`${differences} reports differ from a recount of plays`);
    const value = median(times.month);
    const yardstick = median(times.monthRaw);
    return {
      name: 'report',
      value: rounded(value),
      unit: 'ms',
      yardstick: rounded(yardstick),
      ratio: rounded(yardstick / value),
      n: ROUNDS,
      about:
        'one campaign by day over 30 days, promised spots and coverage included, against GROUP BY over plays',
      stored: stored?.plays,
      weekMs: rounded(median(times.week)),
      weekRatio: rounded(median(times.weekRaw) / median(times.week)),
      firstReportMs: rounded(cold.ms),
      allCampaignsMs: rounded(all.ms),
      differences,
    };
  });
}
