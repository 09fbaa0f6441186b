import { createHmac } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import * as client from 'openid-client';
import { z } from 'zod';
import { Refusal } from '../base/refusal.ts';
import type { OidcConfig, OutsidePerson } from './oidc.ts';

/** How long a person may take at the provider. */
const PATIENCE = '10m';

/** A sign-in that went to the provider. */
export interface OidcDeparture {
  /** The address of the provider to go to. */
  readonly url: string;
  /** To be kept by the browser until it comes back; encrypted, good for ten minutes. */
  readonly ticket: string;
}

/** The code flow with PKCE, state and nonce. */
export interface OidcProvider {
  /** @throws Refusal `oidc.unreachable` */
  depart(to: string): Promise<OidcDeparture>;
  /**
   * Who came back with this query and ticket, and where they wanted to go.
   * @throws Refusal `oidc.refused` when anything does not fit; `oidc.unreachable`
   */
  arrive(query: string, ticket: string): Promise<{ readonly person: OutsidePerson; readonly to: string }>;
}

const ticketSchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), to: z.string() });

/** See {@link OidcProvider}. The provider is asked for its addresses when somebody first signs in. */
export function oidcProvider(
  config: OidcConfig,
  settings: { readonly callback: string; readonly secret: string },
): OidcProvider {
  const key = createHmac('sha256', settings.secret).update('oidc ticket').digest();
  let found: Promise<client.Configuration> | null = null;

  function discover(): Promise<client.Configuration> {
    const isPlain = config.issuer.startsWith('http:');
    found ??= client
      .discovery(new URL(config.issuer), config.clientId, config.clientSecret, undefined, {
        timeout: 10,
        ...(isPlain && { execute: [client.allowInsecureRequests] }),
      })
      .catch((error: unknown) => {
        found = null; // the next person tries again
        throw unreachable(error);
      });
    return found;
  }

  return {
    async depart(to) {
      const provider = await discover();
      const [state, nonce] = [client.randomState(), client.randomNonce()];
      const verifier = client.randomPKCECodeVerifier();
      const url = client.buildAuthorizationUrl(provider, {
        redirect_uri: settings.callback,
        scope: 'openid profile email',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      const ticket = await new EncryptJWT({ state, nonce, verifier, to })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setExpirationTime(PATIENCE)
        .encrypt(key);
      return { url: url.href, ticket };
    },
    async arrive(query, ticket) {
      const opened = await jwtDecrypt(ticket, key).catch(() => null);
      const { data } = ticketSchema.safeParse(opened?.payload);
      if (!data) throw refused();
      const provider = await discover();
      const tokens = await client
        .authorizationCodeGrant(provider, new URL(`${settings.callback}${query}`), {
          pkceCodeVerifier: data.verifier,
          expectedState: data.state,
          expectedNonce: data.nonce,
          idTokenExpected: true,
        })
        .catch((error: unknown) => {
          throw error instanceof TypeError ? unreachable(error) : refused();
        });
      const claims = tokens.claims();
      if (!claims) throw refused();
      return { person: { subject: claims.sub, claims }, to: data.to };
    },
  };
}

function refused(): Refusal {
  return new Refusal('oidc.refused', {
    en: 'The sign-in at the identity provider did not succeed. Please begin again.',
    zh: '统一身份认证未成功，请重新登录。',
  });
}

function unreachable(cause: unknown): Refusal {
  const refusal = new Refusal('oidc.unreachable', {
    en: 'The identity provider does not answer.',
    zh: '统一身份认证服务没有应答。',
  });
  refusal.cause = cause;
  return refusal;
}
