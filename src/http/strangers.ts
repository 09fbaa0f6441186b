import type { Context } from 'hono';
import type { ApiEnv } from '../base/api-routes.ts';
import { sha256Hex } from '../base/digest.ts';
import { type RequestLimits, refuseWaiting } from './request-limits.ts';

/** So many credentials are remembered; the one that was known first is forgotten first, and counts once more. */
const MOST_REMEMBERED = 10_000;

/** Holds those of whom nothing is known yet to the rate of their address. */
export interface Strangers {
  /** Counts a request that shows nothing that is known. @throws RetryLater */
  count(c: Context<ApiEnv>): void;
  /**
   * Looks a credential up. One that was not known lately counts by its address before the database is asked, and no more
   * once it was found, so that whoever is known goes on behind an address that is over its rate.
   * @throws RetryLater
   */
  lookUp<T>(c: Context<ApiEnv>, token: string, look: (token: string) => T | Promise<T>): Promise<T>;
}

/** See {@link Strangers}. Without limits or addresses everybody is let in. */
export function strangers(parts: {
  readonly limits?: RequestLimits | undefined;
  readonly addressOf?: (c: Context<ApiEnv>) => string;
}): Strangers {
  const { limits, addressOf } = parts;
  const known = new Set<string>();

  function count(c: Context<ApiEnv>): void {
    if (limits && addressOf) refuseWaiting(limits.address(addressOf(c)));
  }

  function remember(hash: string): void {
    const [oldest] = known;
    if (known.size >= MOST_REMEMBERED && oldest !== undefined) known.delete(oldest);
    known.add(hash);
  }

  return {
    count,
    async lookUp(c, token, look) {
      const hash = sha256Hex(token);
      const wasKnown = known.has(hash);
      if (!wasKnown) count(c);
      const found = await look(token);
      if (found === null) {
        known.delete(hash);
        if (wasKnown) count(c);
      } else if (!wasKnown) {
        if (limits && addressOf) limits.giveBack(addressOf(c));
        remember(hash);
      }
      return found;
    },
  };
}
