import { type BetterAuthPlugin, betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { admin, bearer, twoFactor, username } from 'better-auth/plugins';
import { createAccessControl } from 'better-auth/plugins/access';
import { z } from 'zod';
import type { Role } from '../base/api-routes.ts';
import type { Db } from '../db/connect.ts';
import {
  staff,
  staffCredentials,
  staffSecondFactors,
  staffSessions,
  staffVerifications,
} from '../db/staff-tables.ts';
import { isUsername, LONGEST_PASSWORD, normalUsername, SHORTEST_PASSWORD } from './account.ts';

const SESSION_SECONDS = 24 * 3_600;
/** How stale the time of last use may be. */
const RENEW_AFTER_SECONDS = 300;

/** The header in which the library is told where a sign-in came from. */
const ADDRESS_HEADER = 'x-beacon-address';

/** Where a request came from. */
export interface CameFrom {
  readonly address: string;
  readonly userAgent: string;
}

/** What the sign-in library must know. `baseUrl` decides whether cookies are Secure: when it is https. */
export interface SignInSettings {
  readonly baseUrl: string;
  readonly secret: string;
}

/**
 * The library over our tables, in a database or a transaction of it. None of its own routes is served: what it
 * may do is what the sign-in store asks of it.
 */
export function signInLibrary(db: Db, { baseUrl, secret }: SignInSettings) {
  return betterAuth({
    appName: 'Beacon Tower',
    baseURL: baseUrl,
    secret,
    database: drizzleAdapter(db, {
      provider: 'pg',
      schema: {
        user: staff,
        session: staffSessions,
        account: staffCredentials,
        verification: staffVerifications,
        twoFactor: staffSecondFactors,
      },
      transaction: true,
    }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: SHORTEST_PASSWORD,
      maxPasswordLength: LONGEST_PASSWORD,
    },
    user: {
      additionalFields: {
        mustChangePassword: { type: 'boolean', required: false, input: false },
        remit: { type: 'json', required: false, input: false },
      },
    },
    session: {
      ...{ expiresIn: SESSION_SECONDS, updateAge: RENEW_AFTER_SECONDS },
      additionalFields: { passkeyId: { type: 'number', required: false, input: false } },
    },
    databaseHooks: {
      session: {
        create: {
          // A session that takes the place of another was begun as that one was.
          before: async (_, ctx) => {
            const replaced = ctx?.context.session?.session;
            return typeof replaced?.passkeyId === 'number'
              ? { data: { passkeyId: replaced.passkeyId } }
              : undefined;
          },
        },
      },
    },
    advanced: {
      cookiePrefix: 'beacon',
      useSecureCookies: baseUrl.startsWith('https:'),
      // Set by signIn alone; headers of the outside never reach the library.
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    },
    // Ours counts per account and address, before the password is looked at.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'error' },
    plugins: [
      username({
        minUsernameLength: 2,
        maxUsernameLength: 80,
        displayUsername: false,
        usernameNormalization: normalUsername,
        usernameValidator: (given) => isUsername(normalUsername(given)),
      }),
      admin({ defaultRole: 'viewer', adminRoles: ['administrator'], roles: libraryRoles() }),
      // Encrypts secrets and backup codes with the session secret; ten wrong codes in a row lock for 15 minutes.
      twoFactor(),
      outsideSessions(),
      // A copy of the database alone lets nobody in: only tokens signed with the secret count.
      bearer({ requireSignature: true }),
    ] satisfies BetterAuthPlugin[],
  });
}

/** Begins a session of a person whom somebody else vouches for; refused to a blocked account. Has no address. */
function outsideSessions() {
  return {
    id: 'beacon-outside-sessions',
    endpoints: {
      beginSession: createAuthEndpoint.serverOnly(
        { method: 'POST', body: z.object({ userId: z.string(), passkeyId: z.int().optional() }) },
        async (ctx) => {
          const { internalAdapter } = ctx.context;
          const user = await internalAdapter.findUserById(ctx.body.userId);
          if (!user) throw new APIError('UNAUTHORIZED');
          const { passkeyId } = ctx.body;
          const session = await internalAdapter.createSession(user.id, false, { passkeyId });
          await setSessionCookie(ctx, { session, user });
          return ctx.json({ userId: user.id });
        },
      ),
    },
  } satisfies BetterAuthPlugin;
}

/** See {@link signInLibrary}. */
export type SignInLibrary = ReturnType<typeof signInLibrary>;

/** The library's own routes are closed; its idea of roles only has to know their names. */
function libraryRoles() {
  const access = createAccessControl({ user: ['create'] });
  const none = access.newRole({ user: [] });
  const all = access.newRole({ user: ['create'] });
  return {
    viewer: none,
    editor: none,
    reviewer: none,
    operator: none,
    administrator: all,
  } satisfies Record<Role, typeof none | typeof all>;
}

/** The headers by which the library learns where a request came from. */
export function tracesOf(from: CameFrom): Headers {
  return new Headers({ 'user-agent': from.userAgent, [ADDRESS_HEADER]: from.address });
}

/** The two headers that can carry a session, beside `own`; everything else of the request stays outside. */
export function credentialsOf(headers: Headers, own: Headers = new Headers()): Headers | null {
  for (const name of ['cookie', 'authorization']) {
    const value = headers.get(name);
    if (value) own.set(name, value);
  }
  return own.has('cookie') || own.has('authorization') ? own : null;
}

/** The library says no by throwing; a no is null here, and anything else is a bug and goes on. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof APIError && error.statusCode < 500) return null;
    throw error;
  }
}
