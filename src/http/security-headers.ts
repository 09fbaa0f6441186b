import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../base/api-routes.ts';

/** Nothing from elsewhere: no scripts, fonts, frames or styles but the server's own, none inline. */
export const CONTENT_SECURITY_POLICY: string = [
  "default-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** The same for a page whose own scripts make style sheets, each bearing this answer's nonce. */
export function policyWithStyleNonce(nonce: string): string {
  return `${CONTENT_SECURITY_POLICY}; style-src 'self' 'nonce-${nonce}'`;
}

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), payment=(), usb=()',
};
const HTTPS_ONLY = 'max-age=31536000';

/**
 * Puts the security headers and the request's id on every answer; with `https`, also tells browsers to stay with it. Files,
 * and nothing else, may be fetched from the host of `mediaBaseUrl` as well: the player checks them by their hash.
 */
export function securityHeaders(https: boolean, mediaBaseUrl?: string): MiddlewareHandler<ApiEnv> {
  const all = Object.entries({
    ...HEADERS,
    ...(mediaBaseUrl !== undefined && {
      'content-security-policy': CONTENT_SECURITY_POLICY.replace(
        "connect-src 'self'",
        `connect-src 'self' ${new URL(mediaBaseUrl).origin}`,
      ),
    }),
  });
  return async (c, next) => {
    await next();
    const { headers } = c.res;
    for (const [name, value] of all) if (!headers.has(name)) headers.set(name, value);
    headers.set('x-request-id', c.var.requestId);
    if (https) headers.set('strict-transport-security', HTTPS_ONLY);
    // What staff and players may read is for them alone, unless the room says otherwise.
    if (c.req.path.startsWith('/api/') && !headers.has('cache-control'))
      headers.set('cache-control', 'no-store');
  };
}
