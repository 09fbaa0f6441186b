const HOUR_MS = 3_600_000;
/** A clock that is off by more shows spots at the wrong second. */
const CLOCK_BOUND_MS = 5_000;

/** What was told in one hour. */
export interface ToldHour {
  readonly hour: string;
  readonly reports: number;
  readonly clockOffMs: number;
  readonly troubles: number;
}

/** One hour of the grid. `state` is the worst that was told. */
export interface HealthCell {
  readonly at: number;
  readonly state: 'none' | 'up' | 'trouble' | 'clock';
  readonly told: ToldHour | null;
}

/** Days of 24 hours each, the last of them ending with the hour of `now`; hours without a report stay in it. */
export function healthGrid(hours: readonly ToldHour[], now: number, days: number): HealthCell[][] {
  const told = new Map(hours.map((one) => [Date.parse(one.hour), one]));
  const last = Math.floor(now / HOUR_MS) * HOUR_MS;
  const first = last - (days * 24 - 1) * HOUR_MS;
  return Array.from({ length: days }, (_, day) =>
    Array.from({ length: 24 }, (_hour, hour) => {
      const at = first + (day * 24 + hour) * HOUR_MS;
      const found = told.get(at) ?? null;
      return { at, state: stateOf(found), told: found };
    }),
  );
}

function stateOf(told: ToldHour | null): HealthCell['state'] {
  if (told === null) return 'none';
  if (told.troubles > 0) return 'trouble';
  return Math.abs(told.clockOffMs) > CLOCK_BOUND_MS ? 'clock' : 'up';
}
