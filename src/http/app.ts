import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler, Schema } from 'hono';
import { requestId } from 'hono/request-id';
import { matchedRoutes } from 'hono/route';
import { type ApiEnv, answers, apiRoutes, nodeBindings } from '../base/api-routes.ts';
import { Refusal, RetryLater } from '../base/refusal.ts';
import { languageOf } from '../base/sentence.ts';
import type { Ms } from '../base/units.ts';
import { IngestBusy } from '../plays/ingest-flow.ts';
import { ACCESS_RULES, type AccessRule } from './access-rules.ts';
import { DATABASE_AWAY_RETRY_S } from './database-refusal.ts';
import { docsPage } from './docs-page.ts';
import { accessGuard, bodyGuard, crossSiteGuard, crowdGuard, type Recognisers } from './guards.ts';
import { routesWithoutRule } from './mounted-routes.ts';
import { type OpenApiDocument, openapiDocument } from './openapi-document.ts';
import type { Pages } from './page-files.ts';
import { NOTHING_HERE, pageRoutes } from './page-routes.ts';
import { type ProblemFrame, problemOf, problemResponse } from './problem.ts';
import { securityHeaders } from './security-headers.ts';

/** What anybody may know of the server. */
const serverStatusSchema = z.object({
  version: z.string(),
  /** Places that play. */
  endpoints: z.int().nonnegative(),
  /** Players heard of within the last two minutes. */
  playersOnline: z.int().nonnegative(),
  /** Plays that the programme asked for up to now. */
  playsPromised: z.int().nonnegative(),
  /** Plays reported, believed and counted. */
  playsCounted: z.int().nonnegative(),
});
/** What `GET /api/status` tells. */
type ServerStatus = z.infer<typeof serverStatusSchema>;

/** The routes of one room, with their full paths. */
export type Room = OpenAPIHono<ApiEnv, Schema, '/'>;

/** A bug, as it goes to the log. */
export interface LoggedFault {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly error: unknown;
}

/** A request with its answer, for the log and the measurements. */
export interface AnsweredRequest {
  readonly requestId: string;
  readonly method: string;
  /** How whoever asked names its own span: the header of W3C Trace Context, unchecked. */
  readonly traceParent?: string | undefined;
  /** The pattern of the route that answered, or `unknown`. */
  readonly route: string;
  readonly status: number;
  readonly tookMs: Ms;
  /** Staff id or `player N`; null for strangers. */
  readonly caller: string | null;
}

/** Everything that the app is made of. */
export interface AppParts extends Recognisers {
  readonly rooms: readonly Room[];
  readonly status: () => Promise<ServerStatus>;
  readonly ownPages: Pages;
  readonly kioskPages: Pages;
  readonly consolePages: Pages;
  readonly version: string;
  /** The address under which people and players reach the server, for example https://signs.example.org. */
  readonly baseUrl: string;
  /** Another host from which players fetch files, which pages may then ask too. */
  readonly mediaBaseUrl?: string | undefined;
  /** Bugs go here, nowhere else. */
  readonly logFault: (fault: LoggedFault) => void;
  /** Hears of every answer; `elapsed` is a clock that only goes forward. */
  readonly answered?: { readonly elapsed: () => Ms; readonly tell: (request: AnsweredRequest) => void };
  /** Another table, for tests of the app itself. */
  readonly rules?: Readonly<Record<string, AccessRule>>;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/**
 * The whole HTTP side: the rooms behind their guards, the documents and the pages.
 * @throws Error when a mounted route has no access rule, or a room registered a handler for every method.
 */
export function buildApp(parts: AppParts): App {
  const rules = parts.rules ?? ACCESS_RULES;
  const app = new OpenAPIHono<ApiEnv>();
  app.use('*', requestId({ limitLength: 64 }));
  if (parts.answered) app.use('*', tellAnswered(parts.answered));
  app.use('*', securityHeaders(parts.baseUrl.startsWith('https:'), parts.mediaBaseUrl));
  app.use('*', crossSiteGuard(originOf(parts.baseUrl)));
  app.use('*', accessGuard(rules, parts));
  app.use('*', crowdGuard(rules));
  app.use('*', bodyGuard(rules));

  for (const room of [...parts.rooms, statusRoutes(parts.status)]) app.route('/', room);
  app.route('/', pageRoutes({ own: parts.ownPages, kiosk: parts.kioskPages, console: parts.consolePages }));
  let document: OpenApiDocument | undefined;
  const described = (): OpenApiDocument => {
    document ??= openapiDocument(app, rules, parts);
    return document;
  };
  app.get('/openapi.json', (c) => c.json(described(), 200, { 'cache-control': 'no-cache' }));
  app.get('/docs', (c) => {
    const lang = c.req.query('lang') ?? c.req.header('accept-language') ?? 'zh';
    return c.html(docsPage(described(), /^en/i.test(lang) ? 'en' : 'zh'), 200, { vary: 'accept-language' });
  });

  app.notFound((c) => {
    const allowed = METHODS.filter((method) => answersTo(app, method, c.req.path));
    const refusal =
      allowed.length > 0
        ? new Refusal('request.wrongMethod', {
            en: `This address takes ${allowed.join(', ')} only.`,
            zh: `此地址只接受 ${allowed.join('、')} 请求。`,
          })
        : new Refusal('route.unknown', NOTHING_HERE);
    const headers = allowed.length > 0 ? { allow: allowed.join(', ') } : {};
    return problemResponse(problemOf(refusal, frameOf(c)), headers);
  });
  app.onError((error, c) => {
    const problem = problemOf(brokenOff(error, c) ?? error, frameOf(c));
    if (problem.code === 'internal') {
      const { requestId } = c.var;
      parts.logFault({ requestId, method: c.req.method, path: c.req.path, error });
    }
    const headers: Record<string, string> = {};
    if (error instanceof RetryLater || error instanceof IngestBusy) {
      headers['retry-after'] = String(error.retryAfterSeconds);
    }
    if (problem.code === 'database.away') headers['retry-after'] = String(DATABASE_AWAY_RETRY_S);
    if (problem.status === 401) headers['www-authenticate'] = 'Bearer';
    return problemResponse(problem, headers);
  });
  refuseUnguarded(app, rules);
  return app;
}

/**
 * The refusal of a request whose sender left before its end. Nobody reads it; but the log must not say that the database
 * is away, whose sockets fail with the same words.
 */
function brokenOff(error: Error, c: Context<ApiEnv>): Refusal | null {
  const cut = nodeBindings(c).incoming?.errored;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause === cut)
      return new Refusal('request.malformed', {
        en: 'The request broke off before its end. Send it again.',
        zh: '请求未传完即中断，请重新提交。',
      });
  }
  return null;
}

function tellAnswered({ elapsed, tell }: NonNullable<AppParts['answered']>): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const since = elapsed();
    await next();
    const { staff, player } = c.var as Partial<ApiEnv['Variables']>;
    tell({
      requestId: c.var.requestId,
      method: c.req.method,
      route: matchedRoutes(c).find((match) => match.method !== 'ALL')?.path ?? 'unknown',
      status: c.res.status,
      tookMs: elapsed() - since,
      traceParent: c.req.header('traceparent')?.slice(0, 55),
      caller: staff?.id ?? (player ? `player ${player.playerId}` : null),
    });
  };
}

function refuseUnguarded(app: OpenAPIHono<ApiEnv>, rules: Readonly<Record<string, AccessRule>>): void {
  const missing = routesWithoutRule(app.routes, rules);
  if (missing.length > 0) {
    throw new Error(`These routes have no rule in src/http/access-rules.ts: ${missing.join(', ')}`);
  }
  // A middleware takes (context, next); a handler for every method would pass beside the rules.
  const anyMethod = app.routes.filter((route) => route.method === 'ALL' && route.handler.length < 2);
  if (anyMethod.length > 0) {
    throw new Error(`Register these by method: ${anyMethod.map(({ path }) => path).join(', ')}`);
  }
}

function statusRoutes(status: () => Promise<ServerStatus>): OpenAPIHono<ApiEnv> {
  const route = createRoute({
    method: 'get',
    path: '/api/status',
    tags: ['Server 服务器'],
    summary: 'The server in five figures',
    responses: answers(200, serverStatusSchema, 'Figures of this moment'),
  });
  // Anybody may ask: those who ask at the same time share one look at the database.
  let looking: Promise<ServerStatus> | null = null;
  const look = (): Promise<ServerStatus> => {
    looking ??= status().finally(() => {
      looking = null;
    });
    return looking;
  };
  return apiRoutes().openapi(route, async (c) => c.json(await look(), 200));
}

function answersTo(app: OpenAPIHono<ApiEnv>, method: string, path: string): boolean {
  const [matches] = app.router.match(method, path);
  return matches.some(([[, route]]) => route.method !== 'ALL');
}

function frameOf(c: Context<ApiEnv>): ProblemFrame {
  return { requestId: c.var.requestId, lang: languageOf(c.req.header('accept-language')) };
}

function originOf(baseUrl: string): string | null {
  return URL.canParse(baseUrl) ? new URL(baseUrl).origin : null;
}

/** The whole app, as {@link buildApp} makes it. */
export type App = OpenAPIHono<ApiEnv>;
