import { type Clock, MINUTE_MS, type Ms } from '../base/units.ts';
import { onlyWithin, type Within } from '../base/within.ts';
import type { ShortfallRow } from './shortfall.ts';
import type { ShortfallStore } from './shortfall-store.ts';

/** So long an answer stands: everybody's first page asks, and it reads the promises of a whole day. */
const FRESH_MS: Ms = 5 * MINUTE_MS;

/** What is owed for a local day, and by how many bookings. */
export interface Owed {
  readonly bookings: number;
  readonly plays: number;
}

/** Tells what a day owes, at most five minutes late. */
export interface OwedByDay {
  /** Who asks while the day is read waits for the same answer. */
  of(day: string, within: Within): Promise<Owed>;
  /** Reads anew at the next question, since something was made good. */
  forget(): void;
}

/** See {@link OwedByDay}. */
export function owedByDay(deps: { shortfalls: Pick<ShortfallStore, 'shortfalls'>; now: Clock }): OwedByDay {
  const { shortfalls, now } = deps;
  let last: { readonly day: string; readonly at: number; readonly rows: Promise<ShortfallRow[]> } | null =
    null;
  const read = (day: string) => {
    const rows = shortfalls
      .shortfalls({ from: day, to: day })
      .then((all) => all.filter(({ owed }) => owed > 0));
    const asked = { day, at: now(), rows };
    // What failed is asked anew by the next.
    rows.catch(() => {
      if (last === asked) last = null;
    });
    return asked;
  };
  return {
    async of(day, within) {
      if (last === null || last.day !== day || now() - last.at >= FRESH_MS) last = read(day);
      const owing = onlyWithin(within, await last.rows);
      return {
        bookings: new Set(owing.map(({ bookingId }) => bookingId)).size,
        plays: owing.reduce((sum, { owed }) => sum + owed, 0),
      };
    },
    forget() {
      last = null;
    },
  };
}
