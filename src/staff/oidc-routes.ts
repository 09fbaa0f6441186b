import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { type ApiEnv, answers, apiRoutes } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import { namesOf, type OidcConfig, roleOf } from './oidc.ts';
import type { OidcProvider } from './oidc-files.ts';
import type { EnterVouched } from './outside-account-store.ts';
import { agentOf, sendCookies } from './session-routes.ts';

/** What the routes need; without a provider only that is told. */
export interface OidcRouteParts {
  readonly oidc: { readonly config: OidcConfig; readonly provider: OidcProvider } | null;
  readonly enter: EnterVouched;
  readonly isSecure: boolean;
  /** The address whose pages may ask for passkeys; null: none. */
  readonly passkeysAt: string | null;
  readonly addressOf: (c: Context<ApiEnv>) => string;
}

const COOKIE = 'beacon.oidc';
const PLACE = '/api/session/oidc';
/** A place of the console, so that nobody is led elsewhere. */
const CONSOLE_PLACE = /^\/console(\/[\w\-./?=&%]*)?$/;

const methods = createRoute({
  method: 'get',
  path: '/api/session/methods',
  tags: ['Staff 人员'],
  summary: 'Ways to sign in beside username and password',
  responses: answers(
    200,
    z.object({
      oidc: z.object({ name: z.string() }).nullable(),
      passkeys: z
        .object({ origin: z.string() })
        .nullable()
        .openapi({ description: 'The one address whose pages may ask for passkeys' }),
    }),
    'Null: none',
  ),
});
const depart = createRoute({
  method: 'get',
  path: '/api/session/oidc',
  tags: ['Staff 人员'],
  summary: 'Go to the identity provider (OpenID Connect)',
  request: { query: z.object({ to: z.string().max(500).default('/console/') }) },
  responses: { 302: { description: 'To the provider' } },
});
const arrive = createRoute({
  method: 'get',
  path: '/api/session/oidc/callback',
  tags: ['Staff 人员'],
  summary: 'Come back from the identity provider',
  responses: { 302: { description: 'To the console; on a refusal with its code as `refused`' } },
});

/** Single sign-on. */
export function oidcRoutes({ oidc, enter, isSecure, passkeysAt, addressOf }: OidcRouteParts) {
  const secure = isSecure ? { prefix: 'secure' as const } : {};
  const keep = (c: Context, ticket: string, maxAge: number) =>
    setCookie(c, COOKIE, ticket, {
      path: PLACE,
      httpOnly: true,
      sameSite: 'Lax',
      secure: isSecure,
      maxAge,
      ...secure,
    });
  const configured = () => {
    if (oidc) return oidc;
    throw new Refusal('route.unknown', {
      en: 'No identity provider is set up.',
      zh: '未配置统一身份认证。',
    });
  };
  return apiRoutes()
    .openapi(methods, (c) => {
      const passkeys = passkeysAt === null ? null : { origin: passkeysAt };
      return c.json({ oidc: oidc && { name: oidc.config.name }, passkeys }, 200);
    })
    .openapi(depart, async (c) => {
      const { to } = c.req.valid('query');
      try {
        const { url, ticket } = await configured().provider.depart(CONSOLE_PLACE.test(to) ? to : '/console/');
        keep(c, ticket, 600);
        return c.redirect(url, 302);
      } catch (error) {
        return c.redirect(refusedAt(error), 302);
      }
    })
    .openapi(arrive, async (c) => {
      const { config, provider } = configured();
      const ticket = getCookie(c, COOKIE, isSecure ? 'secure' : undefined) ?? '';
      keep(c, '', 0);
      try {
        const { person, to } = await provider.arrive(new URL(c.req.url).search, ticket);
        const role = roleOf(person, config);
        const vouched = { issuer: config.issuer, subject: person.subject, ...namesOf(person) };
        const from = { address: addressOf(c), userAgent: agentOf(c) };
        const cookies = role && (await enter({ ...vouched, role }, from));
        if (!cookies)
          throw new Refusal('oidc.notAllowed', {
            en: 'Your account may not sign in here.',
            zh: '您的账号无权登录本系统。',
          });
        sendCookies(c, cookies);
        return c.redirect(to, 302);
      } catch (error) {
        return c.redirect(refusedAt(error), 302);
      }
    });
}

/** People come to these addresses with a browser, so a refusal leads back to the sign-in page, which words it. */
function refusedAt(error: unknown): string {
  if (error instanceof Refusal && error.code.startsWith('oidc.')) return `/console/?refused=${error.code}`;
  throw error;
}
