import { randomBytes } from 'node:crypto';
import { type Context, Hono } from 'hono';
import type { ApiEnv } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import type { Sentence } from '../base/sentence.ts';
import type { Page, Pages } from './page-files.ts';
import { policyWithStyleNonce } from './security-headers.ts';

/** Where the console's page wants the nonce of the answer that carries it. */
const NONCE_PLACE = '__STYLE_NONCE__';

/** The three sets of static files. */
interface PageSets {
  readonly own: Pages;
  readonly kiosk: Pages;
  readonly console: Pages;
}

/** The status page, its files, the browser player under /player/, and the console under /console/. */
export function pageRoutes({ own, kiosk, console }: PageSets): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.get('/', (c) => c.redirect(console.size > 0 ? '/console/' : '/status', 302));
  routes.get('/status', (c) => send(c, own.get('status.html')));
  routes.get('/favicon.svg', (c) => send(c, own.get('favicon.svg')));
  routes.get('/favicon.ico', (c) => send(c, own.get('favicon.svg')));
  routes.get('/pages/:file', (c) => send(c, own.get(c.req.param('file'))));
  routes.get('/player', (c) => c.redirect('/player/', 308));
  routes.get('/player/*', (c) => {
    const name = c.req.path.slice('/player/'.length) || 'index.html';
    const answer = send(c, built(kiosk, 'browser player').get(name));
    // The player's worker may look after its whole folder, wherever the bundler put the file.
    if (name.endsWith('.js')) answer.headers.set('service-worker-allowed', '/player/');
    return answer;
  });
  routes.get('/console', (c) => c.redirect('/console/', 308));
  routes.get('/console/*', (c) => {
    const pages = built(console, 'console');
    const name = c.req.path.slice('/console/'.length);
    // Every address without a file is a place inside the console, so that deep links work.
    if (name.startsWith('assets/') || (name !== 'index.html' && pages.has(name)))
      return send(c, pages.get(name));
    return sendConsole(pages.get('index.html'));
  });
  return routes;
}

/** What is said where nothing is. */
export const NOTHING_HERE: Sentence = {
  en: 'There is nothing at this address.',
  zh: '此地址没有内容，请核对网址。',
};

function built(pages: Pages, what: string): Pages {
  if (pages.size > 0) return pages;
  throw new Refusal('route.unknown', {
    en: `The ${what} is not built yet: run "npm run build" and start anew.`,
    zh: `页面（${what}）尚未构建：请先运行 npm run build，再重新启动服务器。`,
  });
}

/** The console's page with a fresh nonce, which its style sheets made in the browser must bear. */
function sendConsole(page: Page | undefined): Response {
  if (!page) throw new Refusal('route.unknown', NOTHING_HERE);
  const nonce = randomBytes(16).toString('base64');
  const text = new TextDecoder().decode(page.bytes).replaceAll(NONCE_PLACE, nonce);
  return new Response(text, {
    headers: {
      'content-type': page.type,
      'cache-control': 'no-store',
      'content-security-policy': policyWithStyleNonce(nonce),
    },
  });
}

function send(c: Context, page: Page | undefined): Response {
  if (!page) throw new Refusal('route.unknown', NOTHING_HERE);
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
