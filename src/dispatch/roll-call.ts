import { type EpochMs, HOUR_MS, MINUTE_MS, type Ms } from '../base/units.ts';

/** What is known of an endpoint when the roll is called. */
export interface EndpointPulse {
  readonly endpointId: number;
  readonly code: string;
  readonly name: string;
  readonly area: string;
  readonly isPaired: boolean;
  readonly lastSeenAt: EpochMs | null;
  /** Start of the latest UTC hour of the last day in which anything was played, as far as reported. */
  readonly lastPlayHour: EpochMs | null;
  /** Sequence numbers of its player's present storage that have not come in. */
  readonly missing: number;
  /** For how long it has been open without a break, at least as far as asked; 0: closed now. */
  readonly openForMs: Ms;
}

/** One endpoint's answer. `closed`: outside its hours, so silence means nothing. */
export interface RollCallEntry
  extends Omit<EndpointPulse, 'lastSeenAt' | 'openForMs' | 'isPaired' | 'lastPlayHour'> {
  readonly state: 'up' | 'behind' | 'silent' | 'closed';
  readonly reason: 'noPlayer' | 'notSeen' | 'reportsMissing' | 'noPlays' | null;
  /** ISO 8601. */
  readonly lastSeenAt: string | null;
}

/** Which endpoints are up, behind and silent at an instant. */
export interface RollCall {
  /** ISO 8601. */
  readonly at: string;
  readonly counts: Readonly<Record<RollCallEntry['state'], number>>;
  readonly entries: readonly RollCallEntry[];
}

/** A player polls every 30 s: after so long without a word it is silent. */
export const SILENT_AFTER_MS: Ms = 10 * MINUTE_MS;
/** An endpoint that has been open for so long must have reported a play of that time. */
export const PLAYS_WITHIN_MS: Ms = 2 * HOUR_MS;

/** Calls the roll. The worst first, then by code. */
export function rollCallOf(pulses: readonly EndpointPulse[], now: EpochMs): RollCall {
  const entries = pulses.map((pulse) => entryOf(pulse, now));
  const counts = { up: 0, behind: 0, silent: 0, closed: 0 };
  for (const { state } of entries) counts[state] += 1;
  const order = ['silent', 'behind', 'up', 'closed'];
  entries.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (a.code < b.code ? -1 : 1));
  return { at: new Date(now).toISOString(), counts, entries };
}

function entryOf(pulse: EndpointPulse, now: EpochMs): RollCallEntry {
  const { endpointId, code, name, area, missing } = pulse;
  const lastSeenAt = pulse.lastSeenAt === null ? null : new Date(pulse.lastSeenAt).toISOString();
  const is = (state: RollCallEntry['state'], reason: RollCallEntry['reason']) => ({
    ...{ endpointId, code, name, area, missing, lastSeenAt },
    state,
    reason,
  });
  const isSeen = pulse.lastSeenAt !== null && now - pulse.lastSeenAt <= SILENT_AFTER_MS;
  if (pulse.openForMs === 0 && !isSeen) return is('closed', null);
  if (!pulse.isPaired) return is('silent', 'noPlayer');
  if (!isSeen) return is('silent', 'notSeen');
  if (missing > 0) return is('behind', 'reportsMissing');
  const hasPlayed = pulse.lastPlayHour !== null && now - pulse.lastPlayHour < PLAYS_WITHIN_MS + HOUR_MS;
  if (pulse.openForMs >= PLAYS_WITHIN_MS && !hasPlayed) return is('behind', 'noPlays');
  return is(pulse.openForMs === 0 ? 'closed' : 'up', null);
}
