import { networkOf } from '../base/network.ts';
import { Refusal, RetryLater } from '../base/refusal.ts';
import { type Clock, type Ms, SECOND_MS } from '../base/units.ts';
import { ACCOUNT_LIMIT, ADDRESS_LIMIT, CODE_ONCE, PAIR_LIMIT } from './attempt-limits.ts';
import type { AttemptStore, LimitedKey } from './attempt-store.ts';

/** Too many failed sign-ins. */
export class TooManyAttempts extends RetryLater {
  /** Units: seconds, rounded up, at least 1. */
  constructor(retryAfterSeconds: number) {
    super(
      {
        en: `Too many failed sign-ins. Try again in ${retryAfterSeconds} s.`,
        zh: `登录失败次数过多，请在 ${retryAfterSeconds} 秒后重试。`,
      },
      retryAfterSeconds,
    );
  }
}

/** The refusal of a code of the second factor. */
export function badCode(): Refusal {
  return new Refusal('session.badCode', {
    en: 'This code is not right, or was used already. Wait for the next one.',
    zh: '验证码不正确或已使用过，请等待下一个验证码。',
  });
}

/** Holds guesses of passwords and codes to the limits. Counts for all servers together. */
export interface Guesses {
  /**
   * A sign-in from an address (of IPv6: from its /64): null means that it failed. What `attempt` throws counts as a failure too.
   * @throws Refusal `session.badCredentials`; TooManyAttempts
   */
  signIn<T>(account: string, address: string, attempt: () => Promise<T | null>): Promise<T>;
  /** Nothing is held against the account at this address any more. */
  forgive(account: string, address: string): Promise<void>;
  /**
   * A password or code of somebody who is signed in; as {@link signIn}.
   * @throws Refusal `session.badCredentials`; TooManyAttempts
   */
  ofPerson<T>(staffId: string, attempt: () => Promise<T | null>): Promise<T>;
  /**
   * Lets a code be used once; it may be tried again when `attempt` gives null.
   * @throws Refusal `session.badCode`
   */
  once<T>(owner: string, code: string, attempt: () => Promise<T | null>): Promise<T | null>;
  /** Whether this comes for the first time within so long; from then on it does not. */
  isFirst(what: string, withinMs: Ms): Promise<boolean>;
}

/** See {@link Guesses}. */
export function guesses(attempts: AttemptStore, now: Clock): Guesses {
  async function limited<T>(keys: readonly LimitedKey[], attempt: () => Promise<T | null>): Promise<T> {
    const waitMs = await attempts.take(keys, now());
    if (waitMs > 0) throw new TooManyAttempts(Math.ceil(waitMs / SECOND_MS));
    const result = await attempt();
    if (result === null)
      throw new Refusal('session.badCredentials', {
        en: 'Username and password do not fit together.',
        zh: '用户名或密码不正确，请检查后重试。',
      });
    await attempts.giveBack(keys.map(([name]) => name));
    return result;
  }

  return {
    signIn: (account, address, attempt) =>
      limited(
        [
          [pairOf(account, address), PAIR_LIMIT],
          [`address ${networkOf(address)}`, ADDRESS_LIMIT],
          [`account ${account}`, ACCOUNT_LIMIT],
        ],
        attempt,
      ),
    forgive: (account, address) => attempts.forget(pairOf(account, address)),
    ofPerson: (staffId, attempt) => limited([[`change ${staffId}`, PAIR_LIMIT]], attempt),
    async once(owner, code, attempt) {
      const key = `code ${owner} ${code}`;
      if ((await attempts.take([[key, CODE_ONCE]], now())) > 0) throw badCode();
      const result = await attempt();
      if (result === null) await attempts.giveBack([key]);
      return result;
    },
    isFirst: async (what, windowMs) =>
      (await attempts.take([[what, { failures: 1, windowMs }]], now())) === 0,
  };
}

function pairOf(account: string, address: string): string {
  return `pair ${networkOf(address)} ${account}`;
}
