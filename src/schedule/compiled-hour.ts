import type { Ms } from '../base/units.ts';

/** Why a spot stands where it stands. One cheap word a spot; `explain` puts it into sentences. */
export type SpotReason =
  /** A `perHour` play within a tenth of its interval of its nominal instant. */
  | 'due'
  /** A `perHour` play more than a tenth of its interval before its nominal instant, to make room. */
  | 'dueEarly'
  /** A `perHour` play more than a tenth of its interval after its nominal instant. */
  | 'dueLate'
  /** A `share` play: the earliest deadline among those not a play ahead. */
  | 'share'
  /** A `share` play before its turn but within the bound: it fits better, or keeps a separation. */
  | 'sharePulled'
  /** A `share` play out of turn, because nothing in turn fitted or was allowed; the bound may suffer. */
  | 'shareOutOfTurn'
  /** The endpoint's filler: nothing else was due or allowed. */
  | 'filler';

/** One entry of a loop: a film or still, whole, at an instant. */
export interface Spot {
  /** From the start of the hour. Spots are sorted by it and never overlap. */
  readonly atMs: Ms;
  readonly durationMs: Ms;
  readonly sha256: string;
  readonly assetId: number;
  /** Null for the endpoint's filler. */
  readonly bookingId: number | null;
  readonly reason: SpotReason;
  /** The nominal instant that this play answers, from the start of the hour; null for share and filler. */
  readonly dueMs: Ms | null;
}

/** Why a booking gets less than it asks, or nothing. */
export type VerdictCode =
  /** The hour is over-full: the booking's tier was shrunk in proportion. */
  | 'overFull'
  /** Higher tiers left nothing for this one. */
  | 'outranked'
  /** Its windows and the opening hours leave no instant in this hour. */
  | 'noWindow'
  /** None of its clips is as short as the longest open time. */
  | 'clipTooLong'
  /** Its windows, or the time before closing, could not hold all its plays. */
  | 'windowFull'
  /** A hard separation left no room. */
  | 'separation'
  /** `perHour` plays took all the airtime. */
  | 'noAirtimeLeft'
  /** The rate is not a whole number of 1 to 240, or the weight not a whole number from 1 on. */
  | 'badRate'
  /** No clip of at least a second with a whole positive weight. */
  | 'badClip'
  /** The hour itself is not one: its length is not a whole number of milliseconds within a day. */
  | 'badHour';

/** What became of one demand in this hour. */
export interface Verdict {
  readonly bookingId: number;
  readonly kind: 'perHour' | 'share';
  /** Plays asked of this hour (`perHour`, prorated to its windows); 0 for `share`. */
  readonly asked: number;
  /** Plays that start in this hour. */
  readonly granted: number;
  /** asked - granted for `perHour`, never negative; 0 for `share`. */
  readonly shortfall: number;
  /** Airtime of the granted plays. */
  readonly airtimeMs: Ms;
  /** Every reason for a shortfall, or for a share booking that got nothing; empty when all is well. */
  readonly why: readonly VerdictCode[];
}

/** One separation that a loop breaks. */
export interface SeparationBreak {
  /** Start of the later of the two plays, from the start of the hour. */
  readonly atMs: Ms;
  /** Index into `HourDemand.separation`. */
  readonly rule: number;
  /** How much of the asked gap is missing. */
  readonly missingMs: Ms;
}

/** How far a `perHour` play starts from its nominal instant; negative when before it. */
export interface Lateness {
  readonly bookingId: number;
  readonly offMs: Ms;
  readonly intervalMs: Ms;
}

/** Facts measured on the finished loop, not promised beforehand. */
export interface Certificate {
  /** Open time in which nothing plays. */
  readonly idleMs: Ms;
  /** The longest stretch of it. */
  readonly longestIdleMs: Ms;
  /** The `perHour` play furthest from its nominal instant, in relation to its interval; null without one. */
  readonly latest: Lateness | null;
  /** The furthest play of each booking that has one more than half an interval off; sorted by booking. */
  readonly late: readonly Lateness[];
  /**
   * The worst distance of a share booking's airtime from its exact share at any boundary of a share
   * play, and the longest clip of the class to measure it by, played or not; both in milliseconds, the first rounded up.
   */
  readonly shareOffMs: Ms;
  readonly shareClipMs: Ms;
  /** How often one asset follows itself. */
  readonly repeats: number;
  readonly separationBreaks: readonly SeparationBreak[];
}

/** The loop of one endpoint and one local hour, what each booking got, and how good it is. */
export interface CompiledHour {
  readonly spots: readonly Spot[];
  /** One a demand, in the order of `HourDemand.demands`. */
  readonly verdicts: readonly Verdict[];
  readonly certificate: Certificate;
  /** The state in which the next hour starts. */
  readonly carried: Carried;
}

/** What a `perHour` booking carries over the seam between two hours. */
export interface RateCarry {
  /** Fraction of a play owed, in plays x milliseconds of its windows: 3,600,000 is a whole play. */
  readonly creditMs: number;
  /** Fraction of a play lost to shrinking, in millionths, so that the same booking does not always lose. */
  readonly lost: number;
  /** Plays a full hour that the phase was chosen for; another rate is placed anew. */
  readonly plays: number;
  /** Where in its interval the booking's nominal instants lie. */
  readonly phaseMs: Ms;
}

/** Where the share class stands. Airtimes are exact up to whole rounds, which are taken off both sides. */
export interface ShareCarry {
  /** Airtime clock of the class. */
  readonly clockMs: Ms;
  /** Bookings of the class when the state was left: id, weight and airtime, sorted by id. */
  readonly members: readonly { readonly bookingId: number; readonly weight: number; readonly servedMs: Ms }[];
  /** Bookings whose plays come next, in this order; see `ShareClass`. */
  readonly planned: readonly number[];
}

/** What played last, so that it need not follow itself. */
export interface LastSpot {
  readonly assetId: number;
  readonly bookingId: number | null;
}

/** The state that one compiled hour hands to the next. Immutable; a plain value. */
export interface Carried {
  /** How far the last spot runs into the next hour. */
  readonly busyMs: Ms;
  readonly rates: ReadonlyMap<number, RateCarry>;
  readonly share: ShareCarry;
  /**
   * Plays of each clip of a booking with more than one, modulo its whole rounds; by booking. Kept over hours
   * without the booking, so that one with a play every few hours still goes through its playlist.
   */
  readonly turns: ReadonlyMap<number, PlaylistTurn>;
  /** Airtime of each filler, by SHA-256, less what all of them have. */
  readonly filler: ReadonlyMap<string, Ms>;
  /** Asset and booking of the last spot; null before the first. */
  readonly last: LastSpot | null;
  /** End of the last play of each separated kind, from the start of the next hour (so mostly negative). */
  readonly kindEnds: ReadonlyMap<string, Ms>;
}

/** Whose turn it is inside one playlist; see `playlist-turns.ts`. */
export interface PlaylistTurn {
  /** Names the clips and weights that the counts belong to; other clips start afresh. */
  readonly key: string;
  /** Plays of each clip, in the order of the playlist. */
  readonly played: readonly number[];
}

/** The state at the start of each local day. */
export const START: Carried = {
  busyMs: 0,
  rates: new Map(),
  share: { clockMs: 0, members: [], planned: [] },
  turns: new Map(),
  filler: new Map(),
  last: null,
  kindEnds: new Map(),
};
