import { MINUTE_MS, type Ms } from '../base/units.ts';

/** How many failures one key may have within a window of time, which starts with the first. */
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
/** A code of an authenticator counts once: it stays good for a minute and a half. */
export const CODE_ONCE: AttemptLimit = { failures: 1, windowMs: 2 * MINUTE_MS };
