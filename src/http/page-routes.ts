import { type Context, Hono } from 'hono';
import type { ApiEnv } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import type { Page, Pages } from './page-files.ts';

/** The status page, its files, and the browser player under /player/. */
export function pageRoutes(own: Pages, kiosk: Pages): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.get('/', (c) => send(c, own.get('status.html')));
  routes.get('/favicon.svg', (c) => send(c, own.get('favicon.svg')));
  routes.get('/favicon.ico', (c) => send(c, own.get('favicon.svg')));
  routes.get('/pages/:file', (c) => send(c, own.get(c.req.param('file'))));
  routes.get('/player', (c) => c.redirect('/player/', 308));
  routes.get('/player/*', (c) => {
    if (kiosk.size === 0) {
      throw new Refusal(
        'route.unknown',
        'The browser player is not built yet: run "npm run build" and start anew.',
      );
    }
    const name = c.req.path.slice('/player/'.length) || 'index.html';
    const answer = send(c, kiosk.get(name));
    // The player's worker may look after its whole folder, wherever the bundler put the file.
    if (name.endsWith('.js')) answer.headers.set('service-worker-allowed', '/player/');
    return answer;
  });
  return routes;
}

function send(c: Context, page: Page | undefined): Response {
  if (!page) throw new Refusal('route.unknown', 'There is nothing at this address.');
  const zipped = page.gzipped && /\bgzip\b/.test(c.req.header('accept-encoding') ?? '') ? page.gzipped : null;
  const headers = new Headers({
    'content-type': page.type,
    'cache-control': page.cacheControl,
    etag: page.etag,
    vary: 'accept-encoding',
  });
  if (c.req.header('if-none-match') === page.etag) return new Response(null, { status: 304, headers });
  if (zipped) headers.set('content-encoding', 'gzip');
  return new Response(zipped ?? page.bytes, { headers });
}
