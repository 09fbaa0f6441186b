/** A length of time in whole milliseconds. */
export type Ms = number;
/** An instant as milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;
/** A size in bytes. */
export type Bytes = number;

/** Milliseconds in one second. */
export const SECOND_MS: Ms = 1_000;
/** Milliseconds in one minute. */
export const MINUTE_MS: Ms = 60 * SECOND_MS;
/** Milliseconds in one hour. */
export const HOUR_MS: Ms = 60 * MINUTE_MS;
/** Milliseconds in a day of 24 hours; a local day may be 23 or 25 hours long, see local-time. */
export const DAY_MS: Ms = 24 * HOUR_MS;

/** Reads the present instant. Only the composition root owns a real one; everything else is handed it. */
export type Clock = () => EpochMs;

/** A half-open stretch of time, [fromMs, toMs), in milliseconds from an origin that the holder states. */
export interface Window {
  readonly fromMs: Ms;
  readonly toMs: Ms;
}
