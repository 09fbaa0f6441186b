import type { EndpointKind } from '../contract/media-type.ts';

/** A share with its range, 0 to 1. */
export interface Notice {
  readonly low: number;
  readonly best: number;
  readonly high: number;
}

/**
 * The share of those present who notice a play: assumptions of this product, not calibrated by a survey.
 * Outdoor screens compete with traffic; lobby and lift televisions have people standing before them; sound is
 * hard not to hear, but speech is lost to noise and walls.
 */
export const NOTICE: Readonly<Record<EndpointKind, Notice>> = {
  screen: { low: 0.15, best: 0.3, high: 0.5 },
  tv: { low: 0.4, best: 0.6, high: 0.8 },
  loudspeaker: { low: 0.4, best: 0.6, high: 0.8 },
};

/** How often one person comes by in a week where no model says so: an assumption by kind of endpoint. */
export const VISITS_PER_WEEK: Readonly<Record<EndpointKind, number>> = { screen: 4, tv: 8, loudspeaker: 14 };
