import { NOTICE } from '../audience/notice.ts';
import type { EndpointKind } from '../contract/media-type.ts';

/** Names the formula and its factors; changes whenever a figure could. */
export const IMPRESSIONS_VERSION = '2';

/** A figure with its range. */
export interface Estimate {
  readonly low: number;
  readonly best: number;
  readonly high: number;
}

/** What plays sum to; the formula is linear in them, so sums lose nothing. */
export interface Exposure {
  /** Σ people an hour × (stay of completed plays + time shown or heard), people × milliseconds an hour. */
  readonly personMs: number;
  /** The same times the notice factor in thousandths, with its lower and upper bound. */
  readonly low: number;
  readonly best: number;
  readonly high: number;
}

/** Exposures of screens and televisions, which are seen, and of loudspeakers, which are heard. */
export interface Exposures {
  readonly seen: Exposure;
  readonly heard: Exposure;
}

/** No exposure at all. */
export const NO_EXPOSURE: Exposure = { personMs: 0, low: 0, best: 0, high: 0 };

/** What the formula makes of exposures. Persons may be counted again at each play: contacts, not people. */
export interface Impressions {
  /** People who were there at some moment of a play of a screen or television: opportunities to see. */
  readonly opportunities: number;
  /** Those of them who, by the notice factor, looked. Screens and televisions only. */
  readonly impressions: Estimate;
  /** People in hearing range of loudspeakers who, by the notice factor, heard. Never viewers. */
  readonly hearers: Estimate;
}

/** The formula as it is printed in every report. */
export const FORMULA = {
  version: IMPRESSIONS_VERSION,
  text: 'impressions = Σ plays λ(h) × (d + s) ÷ 3600 × notice',
  inputs: {
    'λ(h)':
      'people who come by the endpoint in the local hour h of the week in which the play started (168 values: counted, or assumed of its class of place; else the average of the endpoint)',
    d: 'seconds that one of them stays, on average',
    s: 'seconds that the play was really shown or heard, as reported by the player',
    notice: NOTICE,
  },
  assumptions: [
    'Plays are measured; impressions are estimated. They are contacts: one person counts again at each play.',
    'People come evenly within an hour; with the flow λ and the stay d, λ × (d + s) ÷ 3600 of them are there at some moment of s seconds.',
    'A play that was cut is credited only with those who came while it ran: d counts as 0. Failed plays count nothing.',
    'The notice factors shown are those by kind of endpoint; an audience model may name others for an endpoint. No survey of this product has calibrated them.',
    'The audience is that of the model version named here, for the whole period.',
    'Loudspeakers are told as hearers, never added to impressions.',
  ],
} as const;

const HOUR_MS = 3_600_000;

/** The audience of an endpoint in one hour. */
export interface HourAudience {
  readonly kind: EndpointKind;
  readonly peoplePerHour: number;
  readonly dwellSeconds: number;
  /** Shares, 0 to 1. */
  readonly notice: Estimate;
}

/**
 * The exposure of one play. For s seconds in an hour where λ people come by and each stays d seconds, the
 * number who are there at some moment of it is λ(d + s) ÷ 3600: those λd ÷ 3600 already present (Little's law,
 * L = λW) and those λs ÷ 3600 who come while it runs. A cut play is credited with the latter alone.
 */
export function exposureOf(
  play: { readonly outcome: 'completed' | 'cut' | 'failed'; readonly durationMs: number },
  audience: HourAudience,
): Exposures {
  const stayMs = play.outcome === 'completed' ? audience.dwellSeconds * 1_000 : 0;
  const personMs = play.outcome === 'failed' ? 0 : audience.peoplePerHour * (stayMs + play.durationMs);
  const { low, best, high } = audience.notice;
  const exposure = {
    personMs,
    low: personMs * Math.round(low * 1_000),
    best: personMs * Math.round(best * 1_000),
    high: personMs * Math.round(high * 1_000),
  };
  return audience.kind === 'loudspeaker'
    ? { seen: NO_EXPOSURE, heard: exposure }
    : { seen: exposure, heard: NO_EXPOSURE };
}

/**
 * Estimates contacts. The ladder from play to opportunity to impression follows the usage of out-of-home
 * standards (MRC OOH, 2024). Not rounded.
 */
export function impressionsOf({ seen, heard }: Exposures): Impressions {
  const noticed = ({ low, best, high }: Exposure): Estimate => ({
    low: low / HOUR_MS / 1_000,
    best: best / HOUR_MS / 1_000,
    high: high / HOUR_MS / 1_000,
  });
  return { opportunities: seen.personMs / HOUR_MS, impressions: noticed(seen), hearers: noticed(heard) };
}
