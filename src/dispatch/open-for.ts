import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, type Ms } from '../base/units.ts';
import { OPENING_TOLERANCE_MS, type Place } from '../plays/place.ts';

/** What has been open for so long is always open, as far as anybody here asks. */
export const OPEN_ASKED_MS: Ms = DAY_MS + HOUR_MS;
/** Hours are asked at these steps back; the opening itself is then found by the minute. */
const STEP_MS: Ms = 15 * MINUTE_MS;

/**
 * For how long a place has been open at `at` without a break, from the very minute of its opening and at most
 * {@link OPEN_ASKED_MS}; 0: closed. A pause of less than 15 minutes may pass unnoticed.
 */
export function openFor(place: Pick<Place, 'isOpen'>, at: EpochMs): Ms {
  if (!place.isOpen(at)) return 0;
  let opened = at - (at % MINUTE_MS);
  while (at - opened < OPEN_ASKED_MS && place.isOpen(opened - STEP_MS)) opened -= STEP_MS;
  if (at - opened >= OPEN_ASKED_MS) return OPEN_ASKED_MS;
  while (place.isOpen(opened - MINUTE_MS)) opened -= MINUTE_MS;
  // A place counts as open a little before its hours begin.
  return Math.max(0, at - opened - OPENING_TOLERANCE_MS);
}
