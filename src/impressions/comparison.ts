import { z } from '@hono/zod-openapi';
import {
  figuresSchema,
  type PlaysReport,
  playsReportSchema,
  type ReportRow,
  reportBySchema,
} from './report-figures.ts';

/** By what a comparison has its rows: things that are the same in both periods. */
export const compareBySchema = reportBySchema.extract(['campaign', 'endpoint', 'area']);
/** See {@link compareBySchema}. */
export type CompareBy = z.infer<typeof compareBySchema>;

/** How a figure moved: by how much, and by what share of what it was (null when it was 0). */
const moveSchema = z.object({ by: z.int(), share: z.number().nullable() });

const changeSchema = z.object({
  playsPromised: moveSchema,
  playsCounted: moveSchema,
  airtimeMs: moveSchema,
  impressionsBest: moveSchema,
  hearersBest: moveSchema,
});

const periodSchema = z.object({ from: z.string(), to: z.string(), days: z.int() });

/** Two periods side by side, with the coverage of each. */
export const comparisonSchema = z
  .object({
    by: compareBySchema,
    generatedAt: z.string(),
    campaign: playsReportSchema.shape.campaign,
    later: periodSchema,
    earlier: periodSchema,
    /** Periods of different length: counts are not like for like. */
    sameLength: z.boolean(),
    totals: z.object({ later: figuresSchema, earlier: figuresSchema, change: changeSchema }),
    rows: z.array(
      z.object({
        key: z.string(),
        label: z.string(),
        /** Null: nothing was promised or played there in this period. */
        later: figuresSchema.nullable(),
        earlier: figuresSchema.nullable(),
        change: changeSchema,
      }),
    ),
    formula: playsReportSchema.shape.formula,
  })
  .openapi('Comparison');
/** See {@link comparisonSchema}. */
export type Comparison = z.infer<typeof comparisonSchema>;

type Figures = z.infer<typeof figuresSchema>;

/** Puts two reports with the same `by` side by side; rows by the size of their change, largest first. */
export function comparisonOf(later: PlaysReport, earlier: PlaysReport, by: CompareBy): Comparison {
  const before = new Map(earlier.rows.map((row) => [row.key, row]));
  const after = new Map(later.rows.map((row) => [row.key, row]));
  const rows = [...new Set([...after.keys(), ...before.keys()])].map((key) => {
    const [fresh, old] = [after.get(key) ?? null, before.get(key) ?? null];
    const label = (fresh ?? old)?.label ?? key;
    return { key, label, later: figuresIn(fresh), earlier: figuresIn(old), change: changeOf(fresh, old) };
  });
  const size = (row: (typeof rows)[number]) => Math.abs(row.change.playsCounted.by);
  const [ended, began] = [periodOf(later), periodOf(earlier)];
  return {
    by,
    generatedAt: later.generatedAt,
    campaign: later.campaign,
    later: ended,
    earlier: began,
    sameLength: ended.days === began.days,
    totals: { later: later.totals, earlier: earlier.totals, change: changeOf(later.totals, earlier.totals) },
    rows: rows.sort((a, b) => size(b) - size(a)),
    formula: later.formula,
  };
}

function figuresIn(row: ReportRow | null): Figures | null {
  if (row === null) return null;
  const { key: _, label: __, ...figures } = row;
  return figures;
}

function periodOf({ from, to }: PlaysReport) {
  return { from, to, days: Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1 };
}

function changeOf(later: Figures | null, earlier: Figures | null) {
  const move = (of: (figures: Figures) => number) => {
    const [is, was] = [later ? of(later) : 0, earlier ? of(earlier) : 0];
    return { by: is - was, share: was === 0 ? null : Math.round(((is - was) / was) * 10_000) / 10_000 };
  };
  return {
    playsPromised: move((f) => f.playsPromised),
    playsCounted: move((f) => f.playsCounted),
    airtimeMs: move((f) => f.airtimeMs),
    impressionsBest: move((f) => f.impressions.best),
    hearersBest: move((f) => f.hearers.best),
  };
}
