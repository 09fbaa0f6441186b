import type { Ms, Window } from '../base/units.ts';

/** The kinds of material, in the order in which the console lists them. */
export type Category = 'psa' | 'warning' | 'notice';

/** One playable file inside a demand: the rendition that this endpoint would play. */
export interface Clip {
  readonly assetId: number;
  /** SHA-256 of the rendition, lower-case hex; names the file in the manifest. */
  readonly sha256: string;
  /** How long one play lasts; films are never cut. Whole milliseconds, at least 1,000. */
  readonly durationMs: Ms;
  readonly category: Category;
  /** Weight of this clip among the clips of its booking; a positive integer. */
  readonly weight: number;
}

/** What a booking asks of an hour. */
export type DemandRate =
  /** `plays` starts in a full hour, at even distance; prorated when its windows cover less of the open time. */
  | { readonly kind: 'perHour'; readonly plays: number }
  /** An integer weight in the airtime that rates leave over. */
  | { readonly kind: 'share'; readonly weight: number };

/** One eligible booking as the compiler sees it. */
export interface Demand {
  readonly bookingId: number;
  readonly campaignId: number;
  /** Priority tier; a higher one is served first when the hour is over-full. */
  readonly tier: number;
  readonly rate: DemandRate;
  /** At least one; ordered as in the playlist. */
  readonly clips: readonly Clip[];
  /** When plays of it may start, from the start of the hour; sorted, disjoint. */
  readonly windows: readonly Window[];
  /**
   * Turns of its playlist that earlier days have taken, for a booking whose day is too short for a whole round; 0 (the
   * default) where each day holds one and so begins anew.
   */
  readonly turnsBefore?: number;
}

/** Keeps plays of one kind apart. `gapMs` runs from the end of one play to the start of the next. */
export interface SeparationRule {
  readonly by: 'category' | 'campaign';
  readonly value: string | number;
  readonly gapMs: Ms;
  readonly hard: boolean;
}

/** All that the compiler needs to know of one endpoint in one local hour; equal demands give equal loops. */
export interface HourDemand {
  /** Length of the local hour: 3,600,000, except where a zone changes its offset inside it. */
  readonly lengthMs: Ms;
  /** When the endpoint is open, from the start of the hour; sorted, disjoint. */
  readonly open: readonly Window[];
  /** Sorted by bookingId (all ids are positive integers), so that every server agrees. */
  readonly demands: readonly Demand[];
  /** What plays when nothing else does; may be empty only when the endpoint has nothing at all. */
  readonly filler: readonly Clip[];
  readonly separation: readonly SeparationRule[];
  /**
   * How long the endpoint stays open after this hour without a break; 0 (the default) when it closes at
   * the hour's end or the local day ends there. The last spot may run that far past the hour.
   * `compileDay` fills it in from the hours that follow.
   */
  readonly openAfterMs?: Ms;
  /** In the last hour of a day that is open over midnight: how the next day begins; see day-head.ts. */
  readonly nextDay?: DayHead;
}

/** The first spots of a local day, as the evening before has to know them. Plain, so that it can be part of a key. */
export interface DayHead {
  /** What plays first. */
  readonly assetId: number;
  /** First start of each separated kind, from midnight, named as in `Carried.kindEnds`. */
  readonly starts: Readonly<Record<string, Ms>>;
}
