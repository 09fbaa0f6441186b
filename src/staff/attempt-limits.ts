import { type EpochMs, MINUTE_MS, type Ms } from '../base/units.ts';

/** How many failures one key may have within a window of time. */
export interface AttemptLimit {
  readonly failures: number;
  readonly windowMs: Ms;
}

/** Failed sign-ins of one account from one address: the ordinary guesser. */
export const PAIR_LIMIT: AttemptLimit = { failures: 5, windowMs: 15 * MINUTE_MS };
/** Failed sign-ins from one address, whatever the account; an office may share one address. */
export const ADDRESS_LIMIT: AttemptLimit = { failures: 30, windowMs: 15 * MINUTE_MS };
/** Failed sign-ins of one account from anywhere. High, so that a stranger cannot easily lock a person out. */
export const ACCOUNT_LIMIT: AttemptLimit = { failures: 100, windowMs: 15 * MINUTE_MS };

const MOST_KEYS = 50_000;

/** Counts failures by key in windows that start with the first failure; holds at most 50,000 keys. */
export class AttemptLimits {
  readonly #counts = new Map<string, { count: number; endsAt: EpochMs }>();
  readonly #mostKeys: number;

  /** `mostKeys` bounds the memory; the oldest keys are forgotten first. */
  constructor(mostKeys: number = MOST_KEYS) {
    this.#mostKeys = mostKeys;
  }

  /** Milliseconds until `key` may try again; 0 when it may now. */
  waitMs(key: string, limit: AttemptLimit, now: EpochMs): Ms {
    const entry = this.#counts.get(key);
    if (!entry || entry.endsAt <= now || entry.count < limit.failures) return 0;
    return entry.endsAt - now;
  }

  /** Counts one try of `key`; called before the password is looked at, so that parallel guesses count too. */
  count(key: string, limit: AttemptLimit, now: EpochMs): void {
    const entry = this.#counts.get(key);
    if (entry && entry.endsAt > now) {
      entry.count += 1;
      return;
    }
    this.#counts.delete(key);
    if (this.#counts.size >= this.#mostKeys) this.#forgetOldest();
    this.#counts.set(key, { count: 1, endsAt: now + limit.windowMs });
  }

  /** Takes one try back: it was a success. */
  giveBack(key: string): void {
    const entry = this.#counts.get(key);
    if (entry && entry.count > 0) entry.count -= 1;
  }

  /** Forgets `key`: after a success nothing is held against it. */
  forget(key: string): void {
    this.#counts.delete(key);
  }

  #forgetOldest(): void {
    const oldest = this.#counts.keys().next();
    if (!oldest.done) this.#counts.delete(oldest.value);
  }
}
