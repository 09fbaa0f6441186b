import { dateAfter, localDateOf } from '../base/local-time.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS, type Ms } from '../base/units.ts';

/** When a plan is due. */
export interface PlanTimes {
  readonly what: 'daily' | 'weekly' | 'rollCall' | 'silence';
  readonly timeZone: string;
  /** Local minute of the day. */
  readonly atMinute: number;
  /** 1 Monday … 7 Sunday. */
  readonly weekday: number;
}

const ROLL_CALL_MINUTES = [0, 360, 720, 1_080];

/**
 * The latest instant at or before `now` at which a plan was due. A local time that a change of offset leaves
 * out moves to the next one that there is; one that comes twice counts the first time.
 */
export function lastDueAt(plan: PlanTimes, now: EpochMs): EpochMs {
  const today = localDateOf(now, plan.timeZone);
  const minutes = plan.what === 'rollCall' ? ROLL_CALL_MINUTES : [plan.atMinute];
  let latest = Number.NEGATIVE_INFINITY;
  for (let back = 0; back <= 7; back++) {
    const date = Temporal.PlainDate.from(dateAfter(today, -back));
    if (plan.what === 'weekly' && date.dayOfWeek !== plan.weekday) continue;
    for (const minute of minutes) {
      const time = Temporal.PlainTime.from({ hour: Math.floor(minute / 60), minute: minute % 60 });
      const at = date.toPlainDateTime(time).toZonedDateTime(plan.timeZone).epochMilliseconds;
      if (at <= now && at > latest) latest = at;
    }
  }
  return latest;
}

/** The local dates that a report due at an instant is about, both included: the day before, or the seven before. */
export function datesOf(plan: PlanTimes, dueAt: EpochMs): { readonly from: string; readonly to: string } {
  const due = localDateOf(dueAt, plan.timeZone);
  return { from: dateAfter(due, plan.what === 'weekly' ? -7 : -1), to: dateAfter(due, -1) };
}

const PAUSES_MS: readonly Ms[] = [1, 5, 15, 60, 180, 360, 720].map((minutes) => minutes * MINUTE_MS);
/** A report that could not be sent for so long is given up: a newer one says more. */
export const GIVE_UP_AFTER_MS: Ms = 24 * HOUR_MS;

/** How long to wait after the n-th attempt failed, n from 1; null: no more. */
export function pauseAfter(attempts: number): Ms | null {
  return PAUSES_MS[attempts - 1] ?? null;
}
