import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { matchedRoutes } from 'hono/route';
import type { ApiEnv, KnownPlayer, KnownSession, StaffMember } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import { ROLE_NAMES } from '../base/role-names.ts';
import { type Ms, SECOND_MS } from '../base/units.ts';
import type { Remit, Within } from '../base/within.ts';
import { KEY_PREFIX, SCOPE_ROLES } from '../staff/key-scopes.ts';
import type { KnownKey } from '../staff/key-store.ts';
import { type AccessRule, allowsRole, ORDINARY_BODY } from './access-rules.ts';
import { scopeFor } from './key-rules.ts';
import { ruleKey } from './mounted-routes.ts';
import { admitWithin } from './remit-rules.ts';
import { type RequestLimits, refuseWaiting } from './request-limits.ts';
import { type Strangers, strangers } from './strangers.ts';

/** How the guard learns who calls. Both look a credential up by its hash or signature, never by comparing text. */
export interface Recognisers {
  /** The staff session in these headers, with Set-Cookie lines that renew it. */
  readonly recogniseStaff: (headers: Headers) => Promise<{
    readonly member: StaffMember;
    readonly session: KnownSession;
    readonly cookies: readonly string[];
  } | null>;
  /** The key of another program. */
  readonly recogniseKey: (token: string) => Promise<KnownKey | null>;
  /** The player of a bearer token, from memory alone. */
  readonly recogniseAtOnce: (token: string) => KnownPlayer | null;
  /** The same, asking the database where memory does not know it. */
  readonly recognisePlayer: (token: string) => KnownPlayer | null | Promise<KnownPlayer | null>;
  /** How much each caller may ask; absent: as much as they like. */
  readonly limits?: RequestLimits | undefined;
  /** The address that a request came from. */
  readonly addressOf?: (c: Context<ApiEnv>) => string;
  /** The endpoints of a remit, as they are now. */
  readonly endpointsOf: (remit: Remit) => Promise<NonNullable<Within>>;
}

/**
 * Lets a request through when the rule of its route allows the caller, and puts `staff` with `within`, or `player`,
 * into the context. Requests that match no route go on to the 404.
 * @throws Refusal `session.missing`, `session.oneTimePassword`, `session.secondFactorNeeded`, `token.unknown`, `role.insufficient`,
 * `scope.insufficient`, `remit.insufficient`, `remit.outside`, `request.tooMany` with the wait (RetryLater)
 */
export function accessGuard(
  rules: Readonly<Record<string, AccessRule>>,
  who: Recognisers,
): MiddlewareHandler<ApiEnv> {
  const unknown = strangers(who);
  return async (c, next) => {
    const found = ruleOf(c, rules);
    if (found && found.rule.who !== 'open') await admit(c, found, who, unknown);
    else if (c.req.path.startsWith('/api/')) unknown.count(c);
    await next();
  };
}

async function admit(
  c: Context<ApiEnv>,
  { key, rule }: FoundRule,
  who: Recognisers,
  unknown: Strangers,
): Promise<void> {
  const token = bearerToken(c);
  const forPlayers = rule.who.includes('player');
  const onlyPlayers = forPlayers && rule.who.length === 1;
  if (forPlayers && token) {
    // Elsewhere it may be a token of staff, of whom nothing is held against the address.
    const player =
      who.recogniseAtOnce(token) ??
      (await (onlyPlayers ? unknown.lookUp(c, token, who.recognisePlayer) : who.recognisePlayer(token)));
    if (player) {
      const kind = key.includes('/media/') ? 'media' : 'player';
      refuseWaiting(who.limits?.[kind](player.playerId) ?? 0);
      return c.set('player', player);
    }
  }
  if (onlyPlayers) {
    if (!token) unknown.count(c);
    throw new Refusal('token.unknown', {
      en: 'The player has no token, or the token was revoked: pair it again.',
      zh: '播放器没有令牌，或令牌已被撤销：请重新配对。',
    });
  }
  if (token?.startsWith(KEY_PREFIX)) {
    const shown = await unknown.lookUp(c, token, who.recogniseKey);
    const known = admitKey(c, key, shown);
    refuseWaiting(who.limits?.account(c.var.staff.id) ?? 0);
    return c.set('within', await admitWithin(c.req.path, key, known.remit, who.endpointsOf));
  }
  const known = await who.recogniseStaff(c.req.raw.headers);
  if (!known) unknown.count(c);
  else refuseWaiting(who.limits?.account(known.member.id) ?? 0);
  if (!known)
    throw new Refusal('session.missing', {
      en: 'Please sign in first.',
      zh: '您尚未登录，或登录已过期。',
    });
  if (known.session.mustChangePassword && rule.before !== 'change') {
    throw new Refusal('session.oneTimePassword', {
      en: 'This is a one-time password: set one of your own first.',
      zh: '当前使用的是一次性密码，请先设置自己的密码。',
    });
  }
  if (known.session.mustSetSecondFactor && rule.before === undefined) {
    throw new Refusal('session.secondFactorNeeded', {
      en: 'Two-step sign-in is asked of your role: set it up first.',
      zh: '您的角色必须开启两步验证，请先完成设置。',
    });
  }
  if (!allowsRole(rule, known.member.role)) {
    throw new Refusal('role.insufficient', {
      en: `The role ${known.member.role} may not do this.`,
      zh: `您的角色（${ROLE_NAMES[known.member.role].zh}）不能执行此操作，请联系有权限的同事。`,
    });
  }
  c.set('within', await admitWithin(c.req.path, key, known.session.remit, who.endpointsOf));
  for (const cookie of known.cookies) c.header('set-cookie', cookie, { append: true });
  c.set('staff', known.member);
  c.set('session', known.session);
}

/** A key acts in the role that the scope stands for, under a name of its own: `key 12`. */
function admitKey(c: Context<ApiEnv>, routeKey: string, known: KnownKey | null): KnownKey {
  if (!known)
    throw new Refusal('token.unknown', {
      en: 'This key is not known, has expired or was revoked.',
      zh: '接口密钥无效、已过期或已被撤销。',
    });
  const scope = scopeFor(routeKey, known.scopes);
  if (!scope)
    throw new Refusal('scope.insufficient', {
      en: `The scopes of this key (${known.scopes.join(', ')}) do not open this.`,
      zh: `此密钥的权限范围（${known.scopes.join('、')}）不包括此操作。`,
    });
  c.set('staff', { id: `key ${known.id}`, name: known.name, role: SCOPE_ROLES[scope] });
  return known;
}

/**
 * Refuses requests that change something and that a browser sent from another site. Programs send neither
 * Origin nor Sec-Fetch-Site and pass; a bearer token cannot be sent by a stranger's page and passes too.
 * @throws Refusal `request.crossSite`
 */
export function crossSiteGuard(ownOrigin: string | null): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const isSafe = c.req.method === 'GET' || c.req.method === 'HEAD' || c.req.method === 'OPTIONS';
    if (!isSafe && !bearerToken(c) && !isFromHere(c, ownOrigin)) {
      throw new Refusal('request.crossSite', {
        en: 'This request came from a page of another site and was refused.',
        zh: '此请求来自其他网站的页面，已被拒绝。请在本系统的页面中操作。',
      });
    }
    await next();
  };
}

function isFromHere(c: Context, ownOrigin: string | null): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = c.req.header('origin');
  if (origin === undefined) return true;
  if (origin === ownOrigin) return true;
  const host = c.req.header('host');
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

/** Who found no place is asked to come again after so long. */
const NO_PLACE_WAIT_MS: Ms = 5 * SECOND_MS;

/**
 * Holds routes to as many requests at once as their rule says.
 * @throws RetryLater
 */
export function crowdGuard(rules: Readonly<Record<string, AccessRule>>): MiddlewareHandler<ApiEnv> {
  const underWay = new Map<AccessRule, number>();
  return async (c, next) => {
    const rule = ruleOf(c, rules)?.rule;
    if (rule?.mostAtOnce === undefined) return next();
    const others = underWay.get(rule) ?? 0;
    if (others >= rule.mostAtOnce) refuseWaiting(NO_PLACE_WAIT_MS);
    underWay.set(rule, others + 1);
    try {
      await next();
    } finally {
      underWay.set(rule, (underWay.get(rule) ?? 1) - 1);
    }
  };
}

/**
 * Holds request bodies to the size that the rule of the route allows (1 MiB by default).
 * @throws Refusal `request.tooLarge`
 */
export function bodyGuard(rules: Readonly<Record<string, AccessRule>>): MiddlewareHandler<ApiEnv> {
  const tooLarge = (mostBytes: number): never => {
    throw new Refusal('request.tooLarge', {
      en: `This address takes at most ${sizeInWords(mostBytes)} at once.`,
      zh: `此地址一次最多接收 ${sizeInWords(mostBytes)}，请减小后重试。`,
    });
  };
  return async (c, next) => {
    const limit = ruleOf(c, rules)?.rule.body ?? { mostBytes: ORDINARY_BODY };
    const stated = c.req.header('content-length');
    if (Number(stated ?? 0) > limit.mostBytes) tooLarge(limit.mostBytes);
    if (c.req.method === 'GET' || c.req.method === 'HEAD' || limit.streamed) return next();
    // HTTP itself ends such a body at its stated length. To count it here would cost each report of plays twice
    // the time, for the stream that is made of it.
    if (stated !== undefined && c.req.header('transfer-encoding') === undefined) return next();
    return bodyLimit({ maxSize: limit.mostBytes, onError: () => tooLarge(limit.mostBytes) })(c, next);
  };
}

/** For example `4 GiB`: the largest unit that divides it, for people. */
function sizeInWords(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1_024 && size % 1_024 === 0 && unit < units.length - 1) {
    size /= 1_024;
    unit += 1;
  }
  return `${size} ${units[unit]}`;
}

interface FoundRule {
  readonly key: string;
  readonly rule: AccessRule;
}

/** The rule of the route that will answer: the first match that is not a middleware. */
function ruleOf(c: Context, rules: Readonly<Record<string, AccessRule>>): FoundRule | undefined {
  const route = matchedRoutes(c).find((match) => match.method !== 'ALL');
  if (!route) return undefined;
  const key = ruleKey(route);
  const rule = rules[key];
  // buildApp checked every route; a route that came in later must not be open for want of a rule.
  if (!rule) throw new Error(`no access rule for ${key}`);
  return { key, rule };
}

function bearerToken(c: Context): string | null {
  return bearerTokenOf(c.req.header('authorization'));
}

/** The token of an Authorization header (RFC 6750), or null. */
export function bearerTokenOf(authorization: string | undefined): string | null {
  const match = /^Bearer +(\S+)$/i.exec(authorization ?? '');
  return match?.[1] ?? null;
}
