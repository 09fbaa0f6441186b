import type { EpochMs } from '../../src/base/units.ts';
import { goesBefore, type Override, overrideSchema } from '../../src/contract/override.ts';

/** What the player knows of one override: the latest statement about it. */
export interface OverrideEntry {
  readonly statement: Override;
  /** The statement as signed; checked again after a restart. */
  readonly jws: string;
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  /** Statements may be forgotten after this: every one ever heard of this override has ended by then. */
  readonly forgetMs: EpochMs;
}

/** By override id. */
export type OverrideBook = ReadonlyMap<number, OverrideEntry>;

/** Why a statement with a good signature changed nothing. */
export type OverrideFault =
  | 'override.malformed'
  | 'override.otherEndpoint'
  | 'override.oldNews'
  | 'override.ended';

/** Enters a statement whose signature was good. A withdrawal is kept too, so that an old raise cannot come back. */
export function withStatement(
  book: OverrideBook,
  text: string,
  jws: string,
  endpointId: number,
  nowMs: EpochMs | null,
): OverrideBook | OverrideFault {
  const statement = readStatement(text);
  if (!statement) return 'override.malformed';
  if (!statement.endpoints.includes(endpointId)) return 'override.otherEndpoint';
  const old = book.get(statement.overrideId);
  if (old && statement.serial <= old.statement.serial) return 'override.oldNews';
  const untilMs = Date.parse(statement.until);
  if (nowMs !== null && untilMs <= nowMs && !old) return 'override.ended';
  const entry = {
    statement,
    jws,
    fromMs: Date.parse(statement.from),
    untilMs,
    forgetMs: Math.max(untilMs, old?.forgetMs ?? untilMs),
  };
  return new Map(book).set(statement.overrideId, entry);
}

/** The override that has the endpoint now: of several, the one that goes before all others. */
export function activeOverride(book: OverrideBook, ms: EpochMs): OverrideEntry | null {
  let active: OverrideEntry | null = null;
  for (const entry of book.values()) {
    if (entry.statement.action !== 'raise' || ms < entry.fromMs || ms >= entry.untilMs) continue;
    if (!active || goesBefore(claimOf(entry), claimOf(active))) active = entry;
  }
  return active;
}

/** The next instant after `ms` at which an override begins or ends; Infinity when none does. */
export function nextOverrideChange(book: OverrideBook, ms: EpochMs): EpochMs {
  let next = Number.POSITIVE_INFINITY;
  for (const entry of book.values()) {
    if (entry.statement.action !== 'raise') continue;
    for (const edge of [entry.fromMs, entry.untilMs]) if (edge > ms && edge < next) next = edge;
  }
  return next;
}

/** The book without what has ended; the same book when nothing has. */
export function withoutEnded(book: OverrideBook, ms: EpochMs): OverrideBook {
  for (const entry of book.values()) {
    if (entry.forgetMs <= ms) return new Map([...book].filter(([, { forgetMs }]) => forgetMs > ms));
  }
  return book;
}

function claimOf({ statement, fromMs }: OverrideEntry) {
  const { overrideId, drill, severity } = statement;
  return { overrideId, drill, severity, fromMs };
}

function readStatement(text: string): Override | null {
  try {
    return overrideSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
