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
    isInstant(play.startedAt) &&
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

/** The one form in which JavaScript writes instants; all others are left to the schema. */
function isInstant(value: unknown): boolean {
  if (typeof value !== 'string' || value.length !== 24) return false;
  const at = Date.parse(value);
  return !Number.isNaN(at) && new Date(at).toISOString() === value;
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
