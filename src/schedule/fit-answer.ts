import { playsPerHour } from '../campaigns/booking.ts';
import type { BookingFit, FitLoss } from '../campaigns/booking-fit.ts';
import type { CompiledDays } from './compile-programme.ts';
import type { VerdictCode } from './compiled-hour.ts';
import { findAlternatives } from './fit-alternatives.ts';
import {
  type FitBudget,
  type FitQuestion,
  firstDates,
  fitsWell,
  type GroupFit,
  type HourLosses,
  likeEndpoints,
  measureGroup,
  sumOf,
  totalsOf,
} from './measure-fit.ts';
import { EXCLUSION_WORDS, VERDICT_WORDS } from './reason-words.ts';

/** Most dates that an answer looks at. */
export const FIT_DATES = 7;
/** Most rows of endpoints in the losses of an answer. */
const ROWS_MAX = 500;
/** Most endpoint ids in one entry of `cannotPlay`. */
const IDS_MAX = 100;

/**
 * What a booking would get and what others would lose by it, with alternatives where it does not fit.
 * Compiles only days whose demands it has not seen (`memory`), at most `budget` of them.
 */
export async function answerFit(
  question: FitQuestion,
  memory: CompiledDays,
  budget: FitBudget,
): Promise<BookingFit> {
  const { after, booking } = question;
  const groups = likeEndpoints(after, booking);
  const zone = groups[0]?.first.timeZone ?? 'UTC';
  const dates =
    question.dates ?? firstDates(booking, after.calendar, { zone, from: question.now, most: FIT_DATES });
  const fits: GroupFit[] = [];
  for (const group of groups) {
    const fit = await measureGroup(question, booking, group, dates, memory, budget);
    if (!fit) break;
    fits.push(fit);
  }
  const totals = totalsOf(fits);
  const complete = fits.length === groups.length;
  const isFit = fitsWell(fits) && dates.length > 0 && complete;
  const { rows, omitted } = lossRows(question, fits);
  return {
    fits: isFit,
    dates: [...dates],
    endpoints: {
      selected: groups.reduce((sum, { ids }) => sum + ids.length, 0),
      compiled: fits.reduce((sum, { group }) => sum + group.ids.length, 0),
    },
    complete,
    ...totals,
    why: whyOf(fits),
    hourlyPlays: playsPerHour(booking.rate),
    worstGapMs: fits.reduce<number | null>(
      (worst, { worstGapMs }) => (worstGapMs === null ? worst : Math.max(worst ?? 0, worstGapMs)),
      null,
    ),
    separationBreaks: {
      before: fits.reduce((sum, { breaks, group }) => sum + breaks.before * group.ids.length, 0),
      after: fits.reduce((sum, { breaks, group }) => sum + breaks.after * group.ids.length, 0),
    },
    losses: rows,
    sharesGive: Math.max(
      0,
      fits.reduce((sum, fit) => sum + fit.sharesGive * fit.group.ids.length, 0),
    ),
    omitted,
    cannotPlay: cannotPlay(fits),
    alternatives:
      isFit || !complete || totals.asked === 0
        ? []
        : await findAlternatives(question, fits, dates, memory, budget),
  };
}

/** Everybody's losses by booking and endpoint, the worst first, in at most 500 rows of endpoints. */
function lossRows(question: FitQuestion, fits: readonly GroupFit[]): { rows: FitLoss[]; omitted: number } {
  const { booking, before, stored } = question;
  const names = new Map(before.bookings.map((one) => [one.id, one.name]));
  const kindOf = new Map(before.bookings.map((one) => [one.id, one.rate.kind]));
  const byBooking = new Map<number, { endpointId: number; plays: number; hours: HourLosses }[]>();
  for (const fit of fits) {
    const own: (readonly [number, HourLosses])[] = [...fit.rateLosses, [booking.id, fit.shortfalls]];
    for (const [id, hours] of own) {
      const plays = sumOf(hours);
      if (plays <= 0) continue;
      const rows = byBooking.get(id) ?? [];
      byBooking.set(id, rows);
      for (const endpointId of fit.group.ids) rows.push({ endpointId, plays, hours });
    }
  }
  let left = ROWS_MAX;
  let omitted = 0;
  const rows = [...byBooking]
    .map(([id, endpoints]) => ({
      id,
      plays: endpoints.reduce((sum, one) => sum + one.plays, 0),
      endpoints: endpoints.sort((a, b) => b.plays - a.plays || a.endpointId - b.endpointId),
    }))
    .sort((a, b) => b.plays - a.plays || a.id - b.id)
    .map(({ id, plays, endpoints }): FitLoss => {
      const shown = endpoints.slice(0, left);
      left -= shown.length;
      omitted += endpoints.length - shown.length;
      const isThis = id === booking.id;
      return {
        bookingId: isThis && !stored ? null : id,
        isThis,
        name: isThis ? booking.name : (names.get(id) ?? ''),
        kind: kindOf.get(id) === 'share' ? 'share' : 'perHour',
        plays,
        endpoints: shown.map((one) => ({
          endpointId: one.endpointId,
          plays: one.plays,
          hours: [...one.hours]
            .filter(([, lost]) => lost > 0)
            .sort(([a], [b]) => a - b)
            .map(([hour, lost]) => ({ hour, plays: lost })),
        })),
      };
    });
  return { rows, omitted };
}

function whyOf(fits: readonly GroupFit[]): BookingFit['why'] {
  const counts = new Map<VerdictCode, number>();
  for (const { why, group } of fits) {
    for (const [code, hours] of why) counts.set(code, (counts.get(code) ?? 0) + hours * group.ids.length);
  }
  return [...counts].map(([code, hours]) => ({ code, hours, sentence: VERDICT_WORDS[code] }));
}

function cannotPlay(fits: readonly GroupFit[]): BookingFit['cannotPlay'] {
  const byCode = new Map<NonNullable<GroupFit['excluded']>, number[]>();
  for (const { excluded, group } of fits) {
    if (excluded !== null) byCode.set(excluded, [...(byCode.get(excluded) ?? []), ...group.ids]);
  }
  return [...byCode].map(([code, ids]) => ({
    code,
    sentence: code === 'clipTooLong' ? VERDICT_WORDS.clipTooLong : EXCLUSION_WORDS[code],
    endpoints: ids.length,
    endpointIds: ids.sort((a, b) => a - b).slice(0, IDS_MAX),
  }));
}
