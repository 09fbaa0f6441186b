import { z } from 'zod';
import { Refusal } from './base/refusal.ts';
import { verbatim } from './base/sentence.ts';

/** A running server, asked with a staff account. */
export interface ServerAccount {
  /** The JSON that an address answers. @throws Refusal with what the server said when it refuses */
  ask(path: string): Promise<unknown>;
}

/**
 * Signs in at a running server, for commands whose database belongs to it.
 * @throws Refusal session.missing without a user and password; request.invalid with the server's own words
 */
export async function signInAt(
  server: string,
  user: string | undefined,
  password: string | undefined,
): Promise<ServerAccount> {
  if (user === undefined || password === undefined) {
    throw new Refusal('session.missing', {
      en: 'With --server, give --user and the password in BEACON_PASSWORD.',
      zh: '使用 --server 时须给出 --user，并在环境变量 BEACON_PASSWORD 中给出密码。',
    });
  }
  const send = async (path: string, init: RequestInit): Promise<unknown> => {
    const response = await fetch(new URL(path, server), init).catch(() => {
      throw new Refusal('config.invalid', {
        en: `There is no answer from ${server}.`,
        zh: `服务器 ${server} 没有应答。`,
      });
    });
    const answer: unknown = await response.json().catch(() => null);
    if (response.ok) return answer;
    const problem = z.object({ detail: z.string() }).safeParse(answer);
    throw new Refusal(
      'request.invalid',
      problem.success
        ? verbatim(problem.data.detail)
        : { en: `The server said ${response.status}.`, zh: `服务器返回 ${response.status}。` },
    );
  };
  const session = await send('/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: user, password }),
  });
  const { token } = z.object({ token: z.string() }).parse(session);
  return { ask: (path) => send(path, { headers: { authorization: `Bearer ${token}` } }) };
}
