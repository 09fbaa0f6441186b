import type { AudienceFacts } from '../../src/audience/audience.ts';
import { type Exposures, NO_EXPOSURE } from '../../src/impressions/impressions.ts';

/** So many opportunities to see at outdoor screens, of which 15, 30 and 50 % are noticed. */
export function seenBy(opportunities: number): Exposures {
  const personMs = opportunities * 3_600_000;
  return {
    seen: { personMs, low: personMs * 150, best: personMs * 300, high: personMs * 500 },
    heard: NO_EXPOSURE,
  };
}

/** No model: one endpoint by its own average. */
export const BARE_AUDIENCE: AudienceFacts = {
  version: 0,
  population: null,
  endpoints: { counted: 0, placeClass: 0, endpoint: 1 },
};
