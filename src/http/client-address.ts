import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/**
 * The address that a request came from, as far as it can be known. `behindProxy`: the last address that the
 * proxy in front wrote into X-Forwarded-For; without a proxy that header is a stranger's claim and ignored.
 */
export function clientAddress(c: Context, behindProxy: boolean): string {
  if (behindProxy) {
    const last = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
    if (last) return last.slice(0, 64);
  }
  try {
    return getConnInfo(c).remote.address ?? 'unknown';
  } catch {
    return 'unknown'; // called without a socket, as tests do
  }
}
