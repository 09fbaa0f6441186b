import { MINUTE_MS, type Ms, SECOND_MS } from '../base/units.ts';

/** So many quick deaths in a row are answered at once. */
const AT_ONCE = 5;

/**
 * How long to wait before an engine is started again that lived for `livedMs`: not at all, and from the sixth in a row that
 * lived less than a minute 1 s, 2 s, 4 s … a minute at most, for as long as it takes. What kills it, such as a full disk,
 * may be mended while nobody looks.
 */
export function engineDeaths(): (livedMs: Ms) => Ms {
  let quick = 0;
  return (livedMs) => {
    quick = livedMs < MINUTE_MS ? quick + 1 : 1;
    return quick <= AT_ONCE ? 0 : Math.min(MINUTE_MS, SECOND_MS * 2 ** (quick - AT_ONCE - 1));
  };
}
