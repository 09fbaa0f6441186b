import { z } from '@hono/zod-openapi';

/** Why a play that was asked for was never promised. */
export const UNPROMISED = ['overFull', 'closed', 'separation'] as const;
/** See {@link UNPROMISED}. */
export type Unpromised = (typeof UNPROMISED)[number];

/**
 * Why a play that was asked for is not counted as completed: first the promises that could not be made, then the
 * promises that were not kept, in the order in which they are told apart.
 */
export const CAUSES = [
  ...UNPROMISED,
  'cut',
  'failed',
  'noPlayer',
  'silent',
  'reportsMissing',
  'override',
  'programmeChanged',
  'notPlayed',
] as const;
/** See {@link CAUSES}. */
export type Cause = (typeof CAUSES)[number];

/** What each cause means, in both languages. */
export const CAUSE_WORDS: Readonly<Record<Cause, { readonly zh: string; readonly en: string }>> = {
  overFull: {
    zh: '该小时排期超额，其他排期优先',
    en: 'The hour was over-full, and other bookings came first',
  },
  closed: {
    zh: '开放时间与时段太短，排不下全部次数',
    en: 'Opening hours and dayparts left too little time for all its plays',
  },
  separation: { zh: '间隔规则没有留出空位', en: 'A separation rule left no room' },
  cut: { zh: '播放被中断', en: 'The play was cut short' },
  failed: { zh: '播放失败', en: 'The play failed' },
  noPlayer: { zh: '终端未配对播放器', en: 'The endpoint has no player' },
  silent: {
    zh: '播放器此后未再联系，可能已播，待上报',
    en: 'The player has not called since; it may have played, reports may come',
  },
  reportsMissing: {
    zh: '播放器在线，但其上报有缺号，待补报',
    en: 'The player calls, but numbers are missing from its reports; they may come',
  },
  override: { zh: '该时段有应急插播', en: 'An emergency was on the air in that hour' },
  programmeChanged: { zh: '该小时内节目单有变更', en: 'The programme changed inside that hour' },
  notPlayed: {
    zh: '播放器在线且上报齐全，但未播放',
    en: 'The player calls, all its reports are here, and it did not play',
  },
};

/** Causes after which plays may still come in: they are not made good yet. */
export const OPEN_CAUSES: readonly Cause[] = ['silent', 'reportsMissing'];

const causesSchema = z.object({
  /** Reports that were issued before these three were told have none of them. */
  overFull: z.int().default(0),
  closed: z.int().default(0),
  separation: z.int().default(0),
  cut: z.int(),
  failed: z.int(),
  noPlayer: z.int(),
  silent: z.int(),
  reportsMissing: z.int(),
  override: z.int(),
  programmeChanged: z.int(),
  notPlayed: z.int(),
});
/** Plays short, by cause. */
export type Causes = z.infer<typeof causesSchema>;

/** What one booking is short of at one endpoint. */
export const shortfallRowSchema = z.object({
  bookingId: z.int(),
  booking: z.string(),
  endpointId: z.int(),
  endpoint: z.string(),
  /** Promised, and what could not be promised; missing in reports that were issued before it was told. */
  asked: z.int().optional(),
  promised: z.int(),
  counted: z.int(),
  /** Asked and not promised, and promised and not completed; the latter balanced by local day. */
  short: z.int(),
  causes: causesSchema,
  /** Plays that earlier make-goods took over for these days. */
  takenOver: z.int(),
  /** What may be made good now: short, without what may still come in or was taken over. */
  owed: z.int(),
});
/** See {@link shortfallRowSchema}. */
export type ShortfallRow = z.infer<typeof shortfallRowSchema>;

/** Totals of shortfalls. */
export const shortfallTotalsSchema = shortfallRowSchema.pick({
  asked: true,
  promised: true,
  counted: true,
  short: true,
  causes: true,
  takenOver: true,
  owed: true,
});

/** Adds rows up. */
export function shortfallTotals(rows: readonly ShortfallRow[]): z.infer<typeof shortfallTotalsSchema> {
  const causes = Object.fromEntries(CAUSES.map((cause) => [cause, 0])) as Causes;
  const totals = { asked: 0, promised: 0, counted: 0, short: 0, takenOver: 0, owed: 0 };
  for (const row of rows) {
    for (const cause of CAUSES) causes[cause] += row.causes[cause];
    totals.asked += row.asked ?? row.promised;
    totals.promised += row.promised;
    totals.counted += row.counted;
    totals.short += row.short;
    totals.takenOver += row.takenOver;
    totals.owed += row.owed;
  }
  return { ...totals, causes };
}

/** What is owed of a shortfall. */
export function owedOf(short: number, causes: Causes, takenOver: number): number {
  const open = OPEN_CAUSES.reduce((sum, cause) => sum + causes[cause], 0);
  return Math.max(0, short - open - takenOver);
}

/** Hours in which something was promised, and in which of them anything was reported. */
export interface UpHours {
  readonly hoursPromised: number;
  readonly hoursUp: number;
  readonly hoursUnknown: number;
}

/** Adds hours up. */
export function uptimeTotals(rows: readonly UpHours[]): UpHours & { readonly share: number | null } {
  const sum = (of: (row: UpHours) => number) => rows.reduce((total, row) => total + of(row), 0);
  const hours = {
    hoursPromised: sum((row) => row.hoursPromised),
    hoursUp: sum((row) => row.hoursUp),
    hoursUnknown: sum((row) => row.hoursUnknown),
  };
  return { ...hours, share: upShare(hours) };
}

/** The share of hours up to four places, downwards, so that 1 means always; null when nothing was promised. */
export function upShare({
  hoursUp,
  hoursPromised,
}: Pick<UpHours, 'hoursUp' | 'hoursPromised'>): number | null {
  return hoursPromised === 0 ? null : Math.floor((hoursUp / hoursPromised) * 10_000) / 10_000;
}
