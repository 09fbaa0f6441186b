import type { LocalHour } from '../base/local-time.ts';
import type { EpochMs, Ms } from '../base/units.ts';
import type { Sentence } from '../campaigns/booking-fit.ts';
import type { CompiledDay } from './compile-programme.ts';
import type { SpotReason, VerdictCode } from './compiled-hour.ts';
import type { BookingFacts, EndpointFacts, ExclusionCode, World } from './eligible.ts';

/** A spot on the clock. */
export interface AiredSpot {
  readonly startsAt: EpochMs;
  readonly durationMs: Ms;
  readonly assetId: number;
  readonly bookingId: number | null;
}

/** An emergency that holds an endpoint at an instant. */
export interface HoldingOverride {
  readonly overrideId: number;
  readonly title: string;
  readonly since: EpochMs;
}

/** Everything that an explanation looks at. */
export interface ExplainFacts {
  readonly world: World;
  readonly endpoint: EndpointFacts & { readonly code: string };
  readonly at: EpochMs;
  /** The local hours of the date at `at`, and the day as the facts of now compile it. */
  readonly hours: readonly LocalHour[];
  readonly day: CompiledDay;
  /** The spots promised around the instant. */
  readonly promised: readonly AiredSpot[];
  /** Whether the instant is past or within what was given out, so that only the promise counts. */
  readonly isPromised: boolean;
  readonly override: HoldingOverride | null;
  readonly withdrawn: readonly { readonly booking: BookingFacts; readonly at: EpochMs }[];
  readonly titles: ReadonlyMap<number, string>;
  /** The recurrence rules as written, by booking. */
  readonly rules: ReadonlyMap<number, string>;
  /** The next start after `at` of each booking and of each asset. */
  readonly next: {
    readonly bookings: ReadonlyMap<number, EpochMs>;
    readonly assets: ReadonlyMap<number, EpochMs>;
  };
  readonly assetId: number | null;
  readonly bookingId: number | null;
  /** Review state of the asset asked about. */
  readonly assetState: string | null;
}

/** Why something plays or does not. `playing`, `notItsTurn` and verdict codes mean that it takes part. */
export type ReasonCode =
  | ExclusionCode
  | VerdictCode
  | 'playing'
  | 'notItsTurn'
  | 'nothingThisHour'
  | 'withdrawn'
  | 'override'
  | 'notApproved'
  | 'notInPlaylist';

/** What became of one booking at the instant. */
export interface BookingReason {
  readonly bookingId: number;
  readonly name: string;
  readonly takesPart: boolean;
  readonly code: ReasonCode;
  readonly sentence: Sentence;
  readonly tier: number;
  /** Plays asked of and granted in this hour; null when it takes no part. */
  readonly asked: number | null;
  readonly granted: number | null;
  readonly why: readonly VerdictCode[];
  readonly nextPlayAt: EpochMs | null;
}

/** One step of the decision, in the order in which it is taken. */
export interface ChainStep {
  readonly step: 'override' | 'opening' | 'bookings' | 'rates' | 'spot';
  readonly passed: boolean;
  readonly sentence: Sentence;
}

/** What plays at an endpoint at an instant, and why everything else does not. */
export interface Explanation {
  readonly at: EpochMs;
  readonly localTime: string;
  /** `promised`: from the programme given out. `compiled`: from what bookings say now. */
  readonly source: 'promised' | 'compiled';
  /** Whether what bookings say now gives the spot that was promised; null when nothing was. */
  readonly unchanged: boolean | null;
  readonly plays:
    | (AiredSpot & {
        readonly title: string;
        readonly reason: SpotReason | null;
        readonly sentence: Sentence;
      })
    | null;
  readonly chain: readonly ChainStep[];
  readonly bookings: readonly BookingReason[];
  readonly asset: {
    readonly assetId: number;
    readonly title: string;
    readonly code: ReasonCode;
    readonly sentence: Sentence;
    readonly nextPlayAt: EpochMs | null;
  } | null;
}
