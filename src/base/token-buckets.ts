import { type EpochMs, MINUTE_MS, type Ms } from './units.ts';

/** So many keys are remembered; the one that was made first is forgotten first, which lets it begin anew. */
const MOST_KEYS = 50_000;

/**
 * A bucket of tokens for each key: it holds what a minute gives, and fills evenly. In memory, without timers; one look
 * into a map each.
 */
export class TokenBuckets<K> {
  readonly #perMinute: number;
  readonly #mostKeys: number;
  readonly #buckets = new Map<K, { tokens: number; at: EpochMs }>();

  /** `perMinute`: how many each key may take in a minute, all at once if it likes. */
  constructor(perMinute: number, mostKeys: number = MOST_KEYS) {
    this.#perMinute = perMinute;
    this.#mostKeys = mostKeys;
  }

  /** Takes one. 0: taken; else nothing is taken, and the milliseconds until there is one. */
  take(key: K, now: EpochMs): Ms {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      if (this.#buckets.size >= this.#mostKeys) this.#forgetOldest();
      this.#buckets.set(key, { tokens: this.#perMinute - 1, at: now });
      return 0;
    }
    // A clock that was set back takes nothing away.
    const gained = (Math.max(0, now - bucket.at) * this.#perMinute) / MINUTE_MS;
    bucket.tokens = Math.min(this.#perMinute, bucket.tokens + gained);
    bucket.at = now;
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * MINUTE_MS) / this.#perMinute);
    bucket.tokens -= 1;
    return 0;
  }

  /** Gives one back that was taken for nothing. */
  giveBack(key: K): void {
    const bucket = this.#buckets.get(key);
    if (bucket) bucket.tokens = Math.min(this.#perMinute, bucket.tokens + 1);
  }

  #forgetOldest(): void {
    const oldest = this.#buckets.keys().next();
    if (!oldest.done) this.#buckets.delete(oldest.value);
  }
}
