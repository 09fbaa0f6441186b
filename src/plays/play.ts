import { DAY_MS, type EpochMs, MINUTE_MS, type Ms, SECOND_MS } from '../base/units.ts';
import { type Play, type RejectionCode, seqSchema } from '../contract/play-report.ts';
import type { Place } from './place.ts';
import { readPlay, startOf } from './read-play.ts';
import type { ToldPlays } from './told-plays.ts';

/** How far ahead of the server a play may seem to start, for the clock of the player is never quite right. */
export const FUTURE_TOLERANCE_MS: Ms = 5 * MINUTE_MS;
/** How long before its pairing a player may have played: its clock may have been wrong then. */
export const PAIRING_TOLERANCE_MS: Ms = DAY_MS;
/** Plays older than this are not taken: their months may be archived. */
export const OLDEST_PLAY_MS: Ms = 400 * DAY_MS;
/** How much longer than its spot a play may last. */
export const LENGTH_TOLERANCE_MS: Ms = 2 * SECOND_MS;
/** How much two plays of one report may overlap. */
export const OVERLAP_TOLERANCE_MS: Ms = SECOND_MS;
/** How far the clock that a report was stamped with may be off; beyond it none of its times is believed. */
export const CLOCK_TOLERANCE_MS: Ms = 5 * MINUTE_MS;

/** A play that is believed. */
export interface BelievedPlay {
  readonly seq: number;
  readonly assetId: number;
  /** Null for filler and for plays of an override. */
  readonly bookingId: number | null;
  readonly overrideId: number | null;
  readonly startedAt: EpochMs;
  /** The local date of the start at the endpoint, as days since 1970-01-01. */
  readonly day: number;
  readonly durationMs: Ms;
  readonly outcome: Play['outcome'];
}

/** A play that is kept apart, and why. */
export interface DoubtedPlay {
  /** Null when the play had no readable number. */
  readonly seq: number | null;
  readonly code: RejectionCode;
  /** As sent. */
  readonly raw: unknown;
}

/** A report after judgement. Every number occurs once over both lists. */
export interface JudgedReport {
  readonly believed: readonly BelievedPlay[];
  readonly doubted: readonly DoubtedPlay[];
  /** Plays whose number occurred earlier in the same report. */
  readonly repeats: number;
}

/** What one override told one endpoint. */
export interface OverrideAtPlace {
  readonly from: EpochMs;
  /** As it was told first. */
  readonly until: EpochMs;
  shows(file: { readonly sha256: string; readonly assetId: number }): boolean;
}

/** What a play is judged against. */
export interface Witness {
  readonly now: EpochMs;
  readonly pairedAt: EpochMs;
  readonly told: ToldPlays;
  /** What an override told this endpoint; null for one that was never on the air here. */
  readonly override?: (overrideId: number) => OverrideAtPlace | null;
  readonly place: Place;
  /** Instants outside the opening hours at which the endpoint is known to have been open. */
  readonly openAfterAll?: ReadonlySet<EpochMs>;
  /** How far the player's clock was ahead of the server's when it reported. 0 by default. */
  readonly clockOffMs?: Ms;
  /** Whether the play runs beside an earlier report's. */
  readonly overlapsEarlier?: (play: BelievedPlay) => boolean;
}

/**
 * Judges each play of a report by itself, so that a bad one never loses the others. Of plays with the same
 * number the first counts. Then overlaps: in order of their starts, a play that begins more than
 * {@link OVERLAP_TOLERANCE_MS} before the end of the last one believed is kept apart. Earlier reports are
 * compared more gently, by `overlapsEarlier`, since the clock may have been corrected in between.
 */
export function judgeReport(raws: readonly unknown[], witness: Witness): JudgedReport {
  const seen = new Set<number>();
  const doubted: DoubtedPlay[] = [];
  const likely: { play: BelievedPlay; raw: unknown }[] = [];
  let repeats = 0;
  for (const raw of raws) {
    const judged = judgePlay(raw, witness);
    const { seq } = judged;
    if (seq !== null) {
      if (seen.has(seq)) {
        repeats += 1;
        continue;
      }
      seen.add(seq);
    }
    if ('code' in judged) doubted.push(judged);
    else likely.push({ play: judged, raw });
  }
  likely.sort((a, b) => a.play.startedAt - b.play.startedAt || a.play.seq - b.play.seq);
  const believed: BelievedPlay[] = [];
  let endsAt = Number.NEGATIVE_INFINITY;
  for (const { play, raw } of likely) {
    if (play.startedAt < endsAt - OVERLAP_TOLERANCE_MS || witness.overlapsEarlier?.(play)) {
      doubted.push({ seq: play.seq, code: 'play.overlaps', raw });
      continue;
    }
    believed.push(play);
    endsAt = Math.max(endsAt, play.startedAt + play.durationMs);
  }
  return { believed, doubted, repeats };
}

/** Judges one play as sent, without regard to its neighbours. */
export function judgePlay(raw: unknown, witness: Witness): BelievedPlay | DoubtedPlay {
  const play = readPlay(raw);
  if (play === null) return { seq: readableSeq(raw), code: 'play.malformed', raw };
  const { seq, assetId, sha256, durationMs, outcome } = play;
  const overrideId = play.overrideId ?? null;
  const bookingId = overrideId === null ? (play.bookingId ?? null) : null;
  const startedAt = startOf(play);
  const doubt = (code: RejectionCode): DoubtedPlay => ({ seq, code, raw });

  if (!Number.isFinite(startedAt)) return doubt('play.malformed');
  if (Math.abs(witness.clockOffMs ?? 0) > CLOCK_TOLERANCE_MS) return doubt('play.clockOff');
  if (startedAt > witness.now + FUTURE_TOLERANCE_MS) return doubt('play.fromFuture');
  const oldest = Math.max(witness.now - OLDEST_PLAY_MS, witness.pairedAt - PAIRING_TOLERANCE_MS);
  if (startedAt < oldest) return doubt('play.tooOld');
  if (overrideId !== null) {
    const told = witness.override?.(overrideId) ?? null;
    if (!told?.shows({ sha256, assetId })) return doubt('play.notTold');
    // It repeats its material for as long as it lasts. One that was withdrawn may have gone on without us.
    const early = startedAt < told.from - CLOCK_TOLERANCE_MS;
    const late = startedAt + durationMs > told.until + CLOCK_TOLERANCE_MS;
    if (early || late) return doubt('play.notTold');
  } else {
    const longestMs = witness.told.longestMs({ sha256, assetId, bookingId });
    if (longestMs === undefined) return doubt('play.notTold');
    if (durationMs > longestMs + LENGTH_TOLERANCE_MS) return doubt('play.tooLong');
    // An emergency may break into the night; nothing else may.
    const isOpen = witness.place.isOpen(startedAt) || witness.openAfterAll?.has(startedAt) === true;
    if (!isOpen) return doubt('play.closed');
  }
  const day = witness.place.dayOf(startedAt);
  return { seq, assetId, bookingId, overrideId, startedAt, day, durationMs, outcome };
}

function readableSeq(raw: unknown): number | null {
  if (typeof raw !== 'object' || raw === null || !('seq' in raw)) return null;
  const seq = seqSchema.safeParse(raw.seq);
  return seq.success ? seq.data : null;
}
