import type { IncomingMessage, ServerResponse } from 'node:http';
import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { partsOf } from './issue-words.ts';
import { Refusal } from './refusal.ts';
import type { Sentence } from './sentence.ts';
import type { Remit, Within } from './within.ts';

/** What a person may do; an administrator may do everything. */
export type Role = 'viewer' | 'editor' | 'reviewer' | 'operator' | 'administrator';

/** A signed-in person, as the guard hands it to the routes. */
export interface StaffMember {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** A player whose token was recognised. */
export interface KnownPlayer {
  readonly playerId: number;
  readonly endpointId: number;
}

/** A recognised session, as the guard hands it to the routes. */
export interface KnownSession {
  readonly id: string;
  /** The password was handed over by somebody else: nothing but its change is let in. */
  readonly mustChangePassword: boolean;
  /** Two-step sign-in is asked of this role: nothing but setting it up is let in. */
  readonly mustSetSecondFactor: boolean;
  /** The part of the fleet that the account is for; null: all of it. */
  readonly remit: Remit | null;
}

/**
 * What the guards put into the context. `staff`, `within`, `session` and `player` are set on guarded routes only.
 * `within`: the endpoints that whoever asks may deal with.
 */
export interface ApiEnv {
  Variables: {
    requestId: string;
    staff: StaffMember;
    within: Within;
    session: KnownSession;
    player: KnownPlayer;
  };
}

/** What the HTTP server hands in beneath a request; absent when a test calls the app directly. */
interface NodeBindings {
  readonly incoming?: IncomingMessage;
  readonly outgoing?: ServerResponse;
}

/** The request and the response of node beneath a request of ours, where there are any. */
export function nodeBindings(c: Context<ApiEnv>): NodeBindings {
  return (c.env as NodeBindings | undefined) ?? {};
}

/** An empty set of routes whose request checks end in the refusal `request.invalid`, one part a fault. */
export function apiRoutes(): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      throw new Refusal('request.invalid', UNFIT_REQUEST, partsOf(result.error, givenOf(result)));
    },
  });
}

/** What is said of a request whose faults are listed one by one. */
export const UNFIT_REQUEST: Sentence = {
  en: 'The request does not fit; what is wrong is listed under parts.',
  zh: '提交的内容有误，请按下列各项修改后重试。',
};

/** What the schema looked at; the validator hands it over without saying so in its type. */
function givenOf(result: object): unknown {
  return 'data' in result ? result.data : undefined;
}

/** RFC 9457 problem details, the form of every error answer. */
export const problemSchema = z.object({
  type: z.string().openapi({ example: '/problems/booking.endsBeforeStart' }),
  title: z.string(),
  status: z.int(),
  /** Stable; for programs. */
  code: z.string(),
  detail: z
    .string()
    .openapi({ description: 'One sentence for people, in Chinese when Accept-Language begins with zh' }),
  requestId: z.string(),
  parts: z.array(z.object({ where: z.string(), message: z.string() })).optional(),
});

/** The answer of a route that succeeds, and the problem document of all its refusals. */
export function answers<const S extends number, T extends z.ZodType>(
  status: S,
  schema: T,
  description: string,
) {
  const ok = { description, content: { 'application/json': { schema } } };
  const problem = {
    description: 'Refused',
    content: { 'application/problem+json': { schema: problemSchema } },
  };
  return { [status]: ok, '4XX': problem } as Record<S, typeof ok> & { '4XX': typeof problem };
}

/** A JSON body that must be there; without `required` an absent one would pass unchecked. */
export function jsonBody<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } } as const;
}

/** A path parameter that is an integer id. */
export const idParam = z.object({ id: z.coerce.number<string>().int().positive().max(2_147_483_647) });

/**
 * The answer of a route that wrote to the node response itself. Fresh each time, since middleware sets
 * headers on it; and read once, because the HTTP adapter overlooks the mark on an untouched response.
 */
export function answeredByHand(): Response {
  const response = new Response(null, { headers: { 'x-hono-already-sent': 'true' } });
  void response.body;
  return response;
}
