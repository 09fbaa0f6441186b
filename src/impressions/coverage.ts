import { z } from '@hono/zod-openapi';
import { type LocalHour, type WeeklyWindow, windowsInHour } from '../base/local-time.ts';
import type { EpochMs, Window } from '../base/units.ts';
import { seqRangeSchema } from '../contract/play-report.ts';
import type { ReceivedEpoch } from '../plays/received-store.ts';
import { holesOf } from '../plays/seq-set.ts';
import type { ReportRow } from './report-figures.ts';

/** Numbers that a player gave to plays and never sent, as closed ranges. */
const missingSchema = z.object({
  playerId: z.int(),
  epoch: z.string(),
  /** How many plays; `ranges` holds the first hundred ranges of them. */
  plays: z.int(),
  ranges: z.array(seqRangeSchema),
});

/** What is known of one hour at one endpoint. */
export const hourCoverageSchema = z.object({
  /** Local, for example `2027-02-05 08:00`. */
  hour: z.string(),
  startsAt: z.string(),
  state: z.enum(['open', 'partlyOpen', 'closed', 'toCome']),
  playsPromised: z.int(),
  playsCounted: z.int(),
  playsCut: z.int(),
  playsFailed: z.int(),
  /** Promised up to now, and no report has told anything yet. */
  playsUnknown: z.int(),
  /** 0 to 1; null when nothing was promised. */
  coverage: z.number().nullable(),
  /** Plays that started in this hour or next to it and were not sent: the neighbours of their numbers were. */
  missing: z.array(missingSchema),
});
/** See {@link hourCoverageSchema}. */
export type HourCoverage = z.infer<typeof hourCoverageSchema>;

const MOST_RANGES = 100;

/**
 * What is known of each hour of a local day. `rows` are the day's hours of a report; an hour without a row had
 * neither promise nor play. A hole in the numbers belongs to every hour between the plays on both sides of it.
 */
export function coverageOfDay(parts: {
  readonly hours: readonly LocalHour[];
  readonly openingHours: readonly WeeklyWindow[];
  readonly rows: readonly ReportRow[];
  readonly epochs: readonly ReceivedEpoch[];
  readonly now: EpochMs;
}): HourCoverage[] {
  const { hours, openingHours, rows, epochs, now } = parts;
  const first = hours[0];
  const last = hours.at(-1);
  if (first === undefined || last === undefined) return [];
  const day = { fromMs: first.startsAt, toMs: last.startsAt + last.lengthMs };
  const gaps = epochs.flatMap((epoch) => gapsOf(epoch, day));
  const byHour = new Map(rows.map((row) => [row.key, row]));
  return hours.map((hour) => {
    const name = `${hour.date} ${String(Math.floor(hour.fromMinute / 60)).padStart(2, '0')}:00`;
    const row = byHour.get(name);
    const inHour = gaps.filter(
      ({ fromMs, toMs }) => fromMs < hour.startsAt + hour.lengthMs && toMs >= hour.startsAt,
    );
    return {
      hour: name,
      startsAt: new Date(hour.startsAt).toISOString(),
      state: hour.startsAt > now ? 'toCome' : stateOf(hour, openingHours),
      playsPromised: row?.playsPromised ?? 0,
      playsCounted: row?.playsCounted ?? 0,
      playsCut: row?.playsCut ?? 0,
      playsFailed: row?.playsFailed ?? 0,
      playsUnknown: row?.playsUnknown ?? 0,
      coverage: row?.coverage ?? null,
      missing: missingOf(inHour),
    };
  });
}

interface Gap extends Window {
  readonly playerId: number;
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
}

/** The holes of an epoch that have a play of the day right before or after them. */
function gapsOf({ plays, ...epoch }: ReceivedEpoch, day: Window): Gap[] {
  const starts = new Map(plays.map(({ seq, startedAt }) => [seq, startedAt]));
  return holesOf(epoch.received).flatMap(([from, to]) => {
    const previous = starts.get(from - 1);
    const next = starts.get(to + 1);
    if (previous === undefined && next === undefined) return [];
    return [
      {
        epoch: epoch.epoch,
        playerId: epoch.playerId,
        from,
        to,
        fromMs: previous ?? day.fromMs,
        toMs: next ?? day.toMs,
      },
    ];
  });
}

function missingOf(gaps: readonly Gap[]): HourCoverage['missing'] {
  const byEpoch = Map.groupBy(gaps, ({ playerId, epoch }) => `${playerId} ${epoch}`);
  return [...byEpoch.values()].map((found) => ({
    playerId: found[0]?.playerId ?? 0,
    epoch: found[0]?.epoch ?? '',
    plays: found.reduce((sum, { from, to }) => sum + to - from + 1, 0),
    ranges: found.slice(0, MOST_RANGES).map(({ from, to }): [number, number] => [from, to]),
  }));
}

function stateOf(hour: LocalHour, openingHours: readonly WeeklyWindow[]): HourCoverage['state'] {
  if (openingHours.length === 0) return 'open';
  const openMs = windowsInHour(hour, openingHours).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  if (openMs === 0) return 'closed';
  return openMs >= hour.lengthMs ? 'open' : 'partlyOpen';
}
