import type { EndpointKind } from '../contract/media-type.ts';

/** Names the formula and its factors; changes whenever a figure could. */
export const IMPRESSIONS_VERSION = '1';

/** A figure with its range. */
export interface Estimate {
  readonly low: number;
  readonly best: number;
  readonly high: number;
}

/** What the plays of one kind of endpoint sum to; the formula is linear, so hourly sums lose nothing. */
export interface Exposure {
  /** Σ audience per hour × dwell seconds, over completed plays. */
  readonly dwelling: number;
  /** Σ audience per hour × milliseconds shown or heard, over completed and cut plays. */
  readonly passing: number;
}

/** Exposures by kind of endpoint. */
export type Exposures = Readonly<Record<EndpointKind, Exposure>>;

/** What the formula makes of exposures. Persons may be counted again at each play: contacts, not people. */
export interface Impressions {
  /** People who were there at some moment of a play of a screen or television: opportunities to see. */
  readonly opportunities: number;
  /** Those of them who, by the notice factor, looked. Screens and televisions only. */
  readonly impressions: Estimate;
  /** People in hearing range of loudspeakers who, by the notice factor, heard. Never viewers. */
  readonly hearers: Estimate;
}

/**
 * The share of those present who notice a play: assumptions of this product, not calibrated by a survey.
 * Outdoor screens compete with traffic; lobby and lift televisions have people standing before them; sound is
 * hard not to hear, but speech is lost to noise and walls.
 */
export const NOTICE: Readonly<Record<EndpointKind, Estimate>> = {
  screen: { low: 0.15, best: 0.3, high: 0.5 },
  tv: { low: 0.4, best: 0.6, high: 0.8 },
  loudspeaker: { low: 0.4, best: 0.6, high: 0.8 },
};

/** The formula as it is printed in every report. */
export const FORMULA = {
  version: IMPRESSIONS_VERSION,
  text: 'impressions = Σ plays λ × (d + s) ÷ 3600 × notice',
  inputs: {
    λ: 'audiencePerHour of the endpoint: people who come by in an average open hour',
    d: 'dwellSeconds of the endpoint: how long each stays, on average',
    s: 'seconds that the play was really shown or heard, as reported by the player',
    notice: NOTICE,
  },
  assumptions: [
    'Plays are measured; impressions are estimated. They are contacts: one person counts again at each play.',
    'People come evenly over the open hours; with the flow λ and the stay d, λ × (d + s) ÷ 3600 of them are there at some moment of s seconds.',
    'A play that was cut is credited only with those who came while it ran: d counts as 0. Failed plays count nothing.',
    'Notice factors are defaults by kind of endpoint, with a low and a high bound; no survey has calibrated them.',
    'Audience and dwell are the present settings of each endpoint, the same for every open hour.',
    'Loudspeakers are told as hearers, never added to impressions.',
  ],
} as const;

const HOUR_S = 3_600;

/**
 * Estimates contacts of plays. For one play of s seconds where λ people an hour come by and each stays d
 * seconds, the number who are there at some moment of it is λ(d + s) ÷ 3600: those λd ÷ 3600 already
 * present (Little's law, L = λW) and those λs ÷ 3600 who come while it runs. Times the notice factor this
 * is an estimate of who noticed; the ladder from play to opportunity to impression follows the usage of
 * out-of-home standards (MRC OOH, 2024). Not rounded.
 */
export function impressionsOf(exposures: Exposures): Impressions {
  const present = ({ dwelling, passing }: Exposure): number => (dwelling + passing / 1_000) / HOUR_S;
  const screen = present(exposures.screen);
  const tv = present(exposures.tv);
  const loudspeaker = present(exposures.loudspeaker);
  const estimate = (bound: keyof Estimate) => screen * NOTICE.screen[bound] + tv * NOTICE.tv[bound];
  return {
    opportunities: screen + tv,
    impressions: { low: estimate('low'), best: estimate('best'), high: estimate('high') },
    hearers: {
      low: loudspeaker * NOTICE.loudspeaker.low,
      best: loudspeaker * NOTICE.loudspeaker.best,
      high: loudspeaker * NOTICE.loudspeaker.high,
    },
  };
}
