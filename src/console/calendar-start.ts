/* Which endpoint the calendar opens with when its address names none. */

const STORED_AS = 'beacon-calendar-endpoint';

/** The endpoint that was looked at last on this machine, or null. */
export function lastEndpoint(): number | null {
  try {
    const id = Number(localStorage.getItem(STORED_AS));
    return Number.isSafeInteger(id) && id > 0 ? id : null;
  } catch {
    return null;
  }
}

/** Remembers what is looked at for the next visit. */
export function rememberEndpoint(id: number): void {
  try {
    localStorage.setItem(STORED_AS, String(id));
  } catch {
    // Without storage the calendar opens with the first that is on the air.
  }
}

/** The one looked at last, while it exists; else the first that is on the air; else the first of all; null without any. */
export function startingEndpoint(
  known: readonly number[],
  last: number | null,
  onAir: readonly number[],
): number | null {
  if (last !== null && known.includes(last)) return last;
  return onAir.find((id) => known.includes(id)) ?? known[0] ?? null;
}
