import { networkOf } from '../base/network.ts';
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

/** What a text that names rates must look like. */
export const RATES_FORM = {
  en: 'must be `off` or pairs such as player=600,media=12000,account=3000,address=6000, requests a minute',
  zh: '必须是 off，或形如 player=600,media=12000,account=3000,address=6000（每分钟请求数）',
};

/** The rates that a text names, the others as usual; null where it cannot be read. */
export function ratesOf(text: string): RatesAMinute | 'off' | null {
  if (text === 'off') return 'off';
  const pairs = text.split(',').map((pair) => pair.trim().split('='));
  const fit = pairs.every(
    ([name = '', rate = '', ...more]) =>
      Object.hasOwn(USUAL_RATES, name) && /^[1-9]\d{0,8}$/.test(rate) && more.length === 0,
  );
  return fit
    ? { ...USUAL_RATES, ...Object.fromEntries(pairs.map(([name, rate]) => [name, Number(rate)])) }
    : null;
}

/** Counts requests in memory. Each takes one; what comes back is the wait in milliseconds, 0: let in. */
export interface RequestLimits {
  player(playerId: number): Ms;
  media(playerId: number): Ms;
  account(id: string): Ms;
  /** An address of IPv6 counts with all of its /64. */
  address(address: string): Ms;
  /** Gives back what was taken of an address: who came from it turned out to be known. */
  giveBack(address: string): void;
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
    address: (address) => addresses.take(networkOf(address), now()),
    giveBack: (address) => addresses.giveBack(networkOf(address)),
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
