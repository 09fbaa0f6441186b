import { browserClock } from '../../../players/kiosk/browser-clock.ts';

/** A page's clock whose time is moved by hand; rings as the real ringer would. */
export function handClock() {
  let nowMs = 0;
  let askedFor = Number.POSITIVE_INFINITY;
  let rung = () => {};
  const clock = browserClock(
    (ring) => {
      rung = ring;
      return (afterMs) => {
        askedFor = nowMs + afterMs;
      };
    },
    () => nowMs,
  );
  const passTo = (ms: number) => {
    while (askedFor <= ms) {
      nowMs = askedFor;
      askedFor = Number.POSITIVE_INFINITY;
      rung();
    }
    nowMs = ms;
  };
  return { clock, passTo };
}
