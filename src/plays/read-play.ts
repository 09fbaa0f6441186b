import type { EpochMs } from '../base/units.ts';
import { MAX_SEQ, outcomeSchema, type Play, playSchema } from '../contract/play-report.ts';

const OUTCOMES: ReadonlySet<unknown> = new Set(outcomeSchema.options);
const SHA256_LENGTH = 64;
const LONGEST_MS = 86_400_000;
const LONGEST_REASON = 200;

/**
 * A play as sent, if it fits the contract; else null. What ordinary players write is recognised by hand, in
 * a fifth of the time; everything else is left to the contract's own schema. Fields that the contract does
 * not know may stay on the result.
 */
export function readPlay(raw: unknown): Play | null {
  if (isOrdinary(raw)) return raw;
  const parsed = playSchema.safeParse(raw);
  return parsed.success ? parsed.data : null;
}

function isOrdinary(raw: unknown): raw is Play {
  if (typeof raw !== 'object' || raw === null) return false;
  const play: Partial<Record<keyof Play, unknown>> = raw;
  return (
    isId(play.seq) &&
    isId(play.assetId) &&
    (play.bookingId === undefined || play.bookingId === null || isId(play.bookingId)) &&
    (play.overrideId === undefined || play.overrideId === null || isId(play.overrideId)) &&
    isSha256(play.sha256) &&
    !Number.isNaN(ordinaryInstant(play.startedAt)) &&
    Number.isInteger(play.durationMs) &&
    (play.durationMs as number) >= 0 &&
    (play.durationMs as number) <= LONGEST_MS &&
    OUTCOMES.has(play.outcome) &&
    (play.reason === undefined || (typeof play.reason === 'string' && play.reason.length <= LONGEST_REASON))
  );
}

function isId(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_SEQ;
}

/** The instant that a play of the contract started; written the ordinary way it is read in a tenth of the time. */
export function startOf({ startedAt }: Pick<Play, 'startedAt'>): EpochMs {
  const at = ordinaryInstant(startedAt);
  return Number.isNaN(at) ? Date.parse(startedAt) : at;
}

/** Reads the one form in which JavaScript writes instants, 2027-02-05T11:00:00.000Z; NaN for any other text. */
function ordinaryInstant(text: unknown): EpochMs {
  if (typeof text !== 'string' || text.length !== 24 || !hasSigns(text)) return Number.NaN;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const ms = twoDigits(text, 20) * 10 + (twoDigits(text, 21) % 10);
  // Whatever is no digit is NaN here, and then no comparison holds. Months' ends are left to the calendar.
  const fits =
    year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour <= 23 && minute <= 59;
  if (fits && second <= 59 && ms >= 0) return Date.UTC(year, month - 1, day, hour, minute, second, ms);
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString() === text ? at : Number.NaN;
}

function hasSigns(text: string): boolean {
  return (
    text[4] === '-' &&
    text[7] === '-' &&
    text[10] === 'T' &&
    text[13] === ':' &&
    text[16] === ':' &&
    text[19] === '.' &&
    text[23] === 'Z'
  );
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function isSha256(value: unknown): boolean {
  if (typeof value !== 'string' || value.length !== SHA256_LENGTH) return false;
  for (let at = 0; at < SHA256_LENGTH; at += 1) {
    const code = value.charCodeAt(at);
    // 0 to 9, a to f
    if (!((code >= 48 && code <= 57) || (code >= 97 && code <= 102))) return false;
  }
  return true;
}
