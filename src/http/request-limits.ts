import { RetryLater } from '../base/refusal.ts';
import { TokenBuckets } from '../base/token-buckets.ts';
import { type Clock, type Ms, SECOND_MS } from '../base/units.ts';

/** How many requests a minute are let in, each kind of caller for itself and each server process for itself. */
export interface RatesAMinute {
  /** Of one player: polls, plays, health, receipts. */
  readonly player: number;
  /** Files and parts of files, of one player. */
  readonly media: number;
  /** Of one account or key. */
  readonly account: number;
  /** Of one address, by those of whom nothing else is known: pairing, enrolment, sign-in, wrong credentials. */
  readonly address: number;
}

/** What a fleet and an office need, many times over: 138 boxes that wait behind one address ask 2,760 times a minute. */
export const USUAL_RATES: RatesAMinute = { player: 600, media: 12_000, account: 3_000, address: 6_000 };

/** Counts requests in memory. Each takes one; what comes back is the wait in milliseconds, 0: let in. */
export interface RequestLimits {
  player(playerId: number): Ms;
  media(playerId: number): Ms;
  account(id: string): Ms;
  address(address: string): Ms;
}

/** See {@link RequestLimits}. */
export function requestLimits(rates: RatesAMinute, now: Clock): RequestLimits {
  const players = new TokenBuckets<number>(rates.player);
  const media = new TokenBuckets<number>(rates.media);
  const accounts = new TokenBuckets<string>(rates.account);
  const addresses = new TokenBuckets<string>(rates.address);
  return {
    player: (id) => players.take(id, now()),
    media: (id) => media.take(id, now()),
    account: (id) => accounts.take(id, now()),
    address: (address) => addresses.take(address, now()),
  };
}

/** @throws RetryLater when there is a wait */
export function refuseWaiting(waitMs: Ms): void {
  if (waitMs === 0) return;
  const seconds = Math.max(1, Math.ceil(waitMs / SECOND_MS));
  throw new RetryLater(
    {
      en: `Too many requests. Try again in ${seconds} s.`,
      zh: `请求过于频繁，请在 ${seconds} 秒后重试。`,
    },
    seconds,
  );
}
