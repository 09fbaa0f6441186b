import { z } from '@hono/zod-openapi';
import { type AudienceFacts, audienceFactsSchema } from '../audience/audience.ts';
import { type Exposures, FORMULA, impressionsOf } from './impressions.ts';

/**
 * By what a report has its rows. `day`, `hour` and `weekHour` (`1 08:00`: Mondays at 8) are local to each endpoint.
 */
export const reportBySchema = z.enum([
  'campaign',
  'endpoint',
  'area',
  'owner',
  'asset',
  'day',
  'hour',
  'weekHour',
]);
/** See {@link reportBySchema}. */
export type ReportBy = z.infer<typeof reportBySchema>;

const estimateSchema = z.object({ low: z.int(), best: z.int(), high: z.int() });

/** The figures of one row, or of the whole report. */
export const figuresSchema = z.object({
  /** Spots of the programme that should have started in the period, up to now. */
  playsPromised: z.int(),
  /** Plays reported as completed. */
  playsCounted: z.int(),
  playsCut: z.int(),
  playsFailed: z.int(),
  /** Promised spots of which no report has told anything yet. */
  playsUnknown: z.int(),
  /** Milliseconds. */
  airtimePromisedMs: z.int(),
  /** Milliseconds really shown or heard, cut plays included. */
  airtimeMs: z.int(),
  /** Share of the promised airtime that reports account for, 0 to 1; null when nothing was promised. */
  coverage: z.number().nullable(),
  opportunities: z.int(),
  impressions: estimateSchema,
  hearers: estimateSchema,
});
/** See {@link figuresSchema}. */
export type Figures = z.infer<typeof figuresSchema>;

/** One row: `key` is an id, a date or a local hour; `label` is for people. */
export const reportRowSchema = figuresSchema.extend({ key: z.string(), label: z.string() });
/** See {@link reportRowSchema}. */
export type ReportRow = z.infer<typeof reportRowSchema>;

/** A report of plays and what they reached. */
export const playsReportSchema = z
  .object({
    by: reportBySchema,
    /** Local dates at each endpoint, both included. */
    from: z.string(),
    to: z.string(),
    generatedAt: z.string(),
    campaign: z.object({ id: z.int(), name: z.string() }).nullable(),
    rows: z.array(reportRowSchema),
    totals: figuresSchema,
    formula: z.object({
      version: z.string(),
      text: z.string(),
      inputs: z.record(z.string(), z.unknown()),
      assumptions: z.array(z.string()),
      /** Which audience went in; reports of formula version 1 do not say. */
      audience: audienceFactsSchema.optional(),
    }),
  })
  .openapi('PlaysReport');
/** See {@link playsReportSchema}. */
export type PlaysReport = z.infer<typeof playsReportSchema>;

/** What the database sums for one row. */
export interface Sums {
  readonly key: string;
  readonly label: string;
  readonly promised: number;
  readonly promisedMs: number;
  readonly completed: number;
  readonly cut: number;
  readonly failed: number;
  readonly airtimeMs: number;
  /** Promised spots that reports account for, as a number and as their promised time. */
  readonly accounted: number;
  readonly accountedMs: number;
  readonly exposures: Exposures;
}

/** Sums of several rows together. */
export function totalOf(rows: readonly Sums[]): Sums {
  const total = (of: (row: Sums) => number) => rows.reduce((sum, row) => sum + of(row), 0);
  const exposure = (kind: keyof Exposures) => ({
    personMs: total((row) => row.exposures[kind].personMs),
    low: total((row) => row.exposures[kind].low),
    best: total((row) => row.exposures[kind].best),
    high: total((row) => row.exposures[kind].high),
  });
  return {
    key: '',
    label: '',
    promised: total((row) => row.promised),
    promisedMs: total((row) => row.promisedMs),
    completed: total((row) => row.completed),
    cut: total((row) => row.cut),
    failed: total((row) => row.failed),
    airtimeMs: total((row) => row.airtimeMs),
    accounted: total((row) => row.accounted),
    accountedMs: total((row) => row.accountedMs),
    exposures: { seen: exposure('seen'), heard: exposure('heard') },
  };
}

/** The figures to show, rounded to whole contacts; coverage to 4 places, downwards so that 1 means all. */
export function figuresOf(sums: Sums): Figures {
  const { opportunities, impressions, hearers } = impressionsOf(sums.exposures);
  const whole = ({ low, best, high }: typeof impressions) => ({
    low: Math.round(low),
    best: Math.round(best),
    high: Math.round(high),
  });
  return {
    playsPromised: sums.promised,
    playsCounted: sums.completed,
    playsCut: sums.cut,
    playsFailed: sums.failed,
    playsUnknown: sums.promised - sums.accounted,
    airtimePromisedMs: sums.promisedMs,
    airtimeMs: sums.airtimeMs,
    coverage:
      sums.promisedMs === 0 ? null : Math.floor((sums.accountedMs / sums.promisedMs) * 10_000) / 10_000,
    opportunities: Math.round(opportunities),
    impressions: whole(impressions),
    hearers: whole(hearers),
  };
}

/** Puts a report together. */
export function playsReport(
  head: Pick<PlaysReport, 'by' | 'from' | 'to' | 'generatedAt' | 'campaign'>,
  rows: readonly Sums[],
  audience: AudienceFacts,
): PlaysReport {
  return {
    ...head,
    rows: rows.map((row) => ({ key: row.key, label: row.label, ...figuresOf(row) })),
    totals: figuresOf(totalOf(rows)),
    formula: { ...FORMULA, assumptions: [...FORMULA.assumptions], audience },
  };
}
