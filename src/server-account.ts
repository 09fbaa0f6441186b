import { z } from 'zod';
import { Refusal } from './base/refusal.ts';
import { type Language, verbatim } from './base/sentence.ts';
import { isRefusalCode } from './http/problem.ts';

/** A running server, asked with a staff account. */
export interface ServerAccount {
  /**
   * The JSON that an address answers, with the status.
   * @throws Refusal with what the server said when it refuses; config.invalid when it does not answer
   */
  ask(path: string, request?: RequestInit): Promise<{ readonly content: unknown; readonly status: number }>;
}

/** Who signs in, where, and the language in which the server shall speak. */
export interface SignIn {
  readonly server: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly language: Language;
}

const problemSchema = z.object({ code: z.string(), detail: z.string() });

/**
 * Signs in at a running server, for commands whose database belongs to it.
 * @throws Refusal session.missing without a user and password; else as `ask` does
 */
export async function signInAt({ server, user, password, language }: SignIn): Promise<ServerAccount> {
  if (user === undefined || password === undefined) {
    throw new Refusal('session.missing', {
      en: 'With --server, give --user and the password in BEACON_PASSWORD.',
      zh: '使用 --server 时须给出 --user，并在环境变量 BEACON_PASSWORD 中给出密码。',
    });
  }
  const base = server.replace(/\/+$/, '');

  async function send(path: string, request: RequestInit, more: Readonly<Record<string, string>>) {
    const headers = new Headers(request.headers);
    headers.set('accept-language', language);
    for (const [name, value] of Object.entries(more)) headers.set(name, value);
    const answer = await fetch(base + path, { ...request, headers }).catch((error: unknown) => {
      const why = reasonOf(error);
      throw new Refusal('config.invalid', {
        en: `${base} does not answer: ${why}`,
        zh: `服务器 ${base} 没有应答：${why}`,
      });
    });
    const { status } = answer;
    const content: unknown = await answer.json().catch(() => null);
    if (answer.ok) return { content, status };
    const { data: problem } = problemSchema.safeParse(content);
    if (problem && isRefusalCode(problem.code)) throw new Refusal(problem.code, verbatim(problem.detail));
    throw new Refusal('request.invalid', {
      en: `The server said ${status}: ${problem?.detail ?? ''}`,
      zh: `服务器返回 ${status}：${problem?.detail ?? ''}`,
    });
  }

  const { content } = await send(
    '/api/session',
    { method: 'POST', body: JSON.stringify({ username: user, password }) },
    { 'content-type': 'application/json' },
  );
  const { token } = z.object({ token: z.string() }).parse(content);
  return { ask: (path, request = {}) => send(path, request, { authorization: `Bearer ${token}` }) };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
