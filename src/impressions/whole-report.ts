import { z } from '@hono/zod-openapi';
import { channelSumSchema, tallySchema } from '../outreach/tally.ts';
import { reachSchema } from './reach.ts';
import { figuresSchema, playsReportSchema, type ReportRow, reportRowSchema } from './report-figures.ts';
import { shortfallRowSchema, shortfallTotalsSchema } from './shortfall.ts';

/** Most endpoints of which a whole report has rows; more are told by `endpointsOmitted`. */
export const MOST_ENDPOINT_ROWS = 5_000;
/** Most shortfalls of which a whole report has rows; the totals are of all. */
export const MOST_SHORTFALL_ROWS = 500;
/** Most tallies of which a whole report has rows; the sums are of all. */
export const MOST_TALLY_ROWS = 2_000;

/** See {@link HeatCell}. */
export const heatSchema = z.object({
  /** 1 Monday … 7 Sunday, local to each endpoint. */
  weekday: z.int(),
  /** 0 … 23, local to each endpoint. */
  hour: z.int(),
  promised: z.int(),
  counted: z.int(),
});
/** Plays of one hour of the week, summed over the period. */
export type HeatCell = z.infer<typeof heatSchema>;

/** What a campaign did beside its plays: told beside impressions, never added to them. */
export const otherChannelsSchema = z.object({
  sums: z.array(channelSumSchema),
  tallies: z.array(tallySchema),
  omitted: z.int(),
});
/** See {@link otherChannelsSchema}. */
export type OtherChannels = z.infer<typeof otherChannelsSchema>;

const uptimeSchema = z.object({
  hoursPromised: z.int(),
  hoursUp: z.int(),
  hoursUnknown: z.int(),
  /** 0 to 1, rounded down; null when nothing was promised. */
  share: z.number().nullable(),
});
const shortfallsSchema = z.object({
  totals: shortfallTotalsSchema,
  /** The most owed first. */
  rows: z.array(shortfallRowSchema),
  omitted: z.int(),
});

/** Everything that is said of one period at once: what a report on paper shows, and what is frozen when issued. */
export const wholeReportSchema = z
  .object({
    form: z.literal('beacon-report/1'),
    productVersion: z.string(),
    title: z.string(),
    campaign: z.object({ id: z.int(), name: z.string() }).nullable(),
    endpointId: z.int().nullable(),
    areaId: z.int().nullable(),
    /** Local dates at each endpoint, both included. */
    from: z.string(),
    to: z.string(),
    generatedAt: z.string(),
    /** The period was not over when the report was made: its figures were bound to grow. */
    periodWasOpen: z.boolean(),
    totals: figuresSchema,
    days: z.array(reportRowSchema),
    areas: z.array(reportRowSchema),
    endpoints: z.array(reportRowSchema),
    endpointsOmitted: z.int(),
    /** These five are missing in reports that were issued before they were told. */
    owners: z.array(reportRowSchema).optional(),
    assets: z.array(reportRowSchema).optional(),
    reach: reachSchema.optional(),
    uptime: uptimeSchema.optional(),
    shortfalls: shortfallsSchema.optional(),
    hoursOfWeek: z.array(heatSchema),
    /** Null when the report is of one endpoint, to which no tally belongs. */
    otherChannels: otherChannelsSchema.nullable(),
    formula: playsReportSchema.shape.formula,
  })
  .openapi('WholeReport');
/** See {@link wholeReportSchema}. */
export type WholeReport = z.infer<typeof wholeReportSchema>;

/** Puts rows by hour of the week (`1 08:00`) into the 168 hours of the week, Monday 0:00 first. */
export function hoursOfWeek(
  rows: readonly Pick<ReportRow, 'key' | 'playsPromised' | 'playsCounted'>[],
): HeatCell[] {
  const cells = Array.from({ length: 168 }, (_, at) => ({
    weekday: Math.floor(at / 24) + 1,
    hour: at % 24,
    promised: 0,
    counted: 0,
  }));
  for (const row of rows) {
    const [weekday, hour] = [Number(row.key.slice(0, 1)), Number(row.key.slice(2, 4))];
    const cell = cells[(weekday - 1) * 24 + hour];
    if (!cell) continue;
    cell.promised += row.playsPromised;
    cell.counted += row.playsCounted;
  }
  return cells;
}

/** One figure that is no longer what it was. Null: was not, or is no longer, in the report. */
export const changeSchema = z.object({
  where: z.string().openapi({ example: 'totals.playsCounted' }),
  label: z.string(),
  issued: z.number().nullable(),
  now: z.number().nullable(),
});
/** See {@link changeSchema}. */
export type ReportChange = z.infer<typeof changeSchema>;

/** What differs between a report as issued and the same report made anew: totals, then areas, days, channels. */
export function changesBetween(issued: WholeReport, now: WholeReport): ReportChange[] {
  return [
    ...rowChanges(
      'totals',
      [{ key: '', label: '', ...issued.totals }],
      [{ key: '', label: '', ...now.totals }],
    ),
    ...rowChanges('areas', issued.areas, now.areas),
    ...rowChanges('days', issued.days, now.days),
    ...channelChanges(issued.otherChannels, now.otherChannels),
    ...modelChange(issued, now),
    ...(issued.formula.version === now.formula.version
      ? []
      : [
          {
            where: 'formula.version',
            label: `${issued.formula.version} → ${now.formula.version}`,
            issued: null,
            now: null,
          },
        ]),
  ];
}

/** Another audience model: what is estimated differs although nothing else was played. */
function modelChange(issued: WholeReport, now: WholeReport): ReportChange[] {
  const [was, is] = [issued.formula.audience?.version ?? null, now.formula.audience?.version ?? null];
  return was === is ? [] : [{ where: 'formula.audience.version', label: '', issued: was, now: is }];
}

const FIGURES: readonly (readonly [string, (row: ReportRow) => number | null])[] = [
  ['playsPromised', (row) => row.playsPromised],
  ['playsCounted', (row) => row.playsCounted],
  ['playsCut', (row) => row.playsCut],
  ['playsFailed', (row) => row.playsFailed],
  ['playsUnknown', (row) => row.playsUnknown],
  ['airtimeMs', (row) => row.airtimeMs],
  ['coverage', (row) => row.coverage],
  ['impressions.best', (row) => row.impressions.best],
  ['hearers.best', (row) => row.hearers.best],
];

function rowChanges(part: string, issued: readonly ReportRow[], now: readonly ReportRow[]): ReportChange[] {
  const before = new Map(issued.map((row) => [row.key, row]));
  const after = new Map(now.map((row) => [row.key, row]));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [old, fresh] = [before.get(key), after.get(key)];
    const at = key === '' ? part : `${part}.${key}`;
    return FIGURES.flatMap(([name, of]) => {
      const [was, is] = [old ? of(old) : null, fresh ? of(fresh) : null];
      return was === is
        ? []
        : [{ where: `${at}.${name}`, label: (fresh ?? old)?.label ?? '', issued: was, now: is }];
    });
  });
}

function channelChanges(issued: OtherChannels | null, now: OtherChannels | null): ReportChange[] {
  return (now?.sums ?? []).flatMap(({ channel, en, count }) => {
    const was = issued?.sums.find((sum) => sum.channel === channel)?.count ?? null;
    return was === count ? [] : [{ where: `otherChannels.${channel}`, label: en, issued: was, now: count }];
  });
}
