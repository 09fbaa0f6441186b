// The service worker: keeps the page itself, so that it opens without the network. It never touches the
// interface of the server, nor films: those the page looks after and checks by their hashes.

/** All files of this build, and a name that changes with any of them; filled in by the bundler. */
declare const KIOSK_SHELL: { readonly version: string; readonly files: readonly string[] };

interface WorkerEvent extends Event {
  waitUntil(task: Promise<unknown>): void;
}
interface RequestEvent extends WorkerEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  readonly location: Location;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: 'install' | 'activate', listener: (event: WorkerEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: RequestEvent) => void): void;
}

const worker = globalThis as unknown as Worker;
const { version, files } = KIOSK_SHELL;
const base = new URL('./', worker.location.href).pathname;
const PREFIX = 'beacon-shell-';
const shell = PREFIX + version;

worker.addEventListener('install', (event) => {
  event.waitUntil(install());
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(takeOver());
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== worker.location.origin || !pathname.startsWith(base)) return;
  event.respondWith(answer(request, pathname));
});

/** All or nothing: a build that is only half there must not take over. */
async function install(): Promise<void> {
  const cache = await caches.open(shell);
  await cache.addAll(files.map((file) => new Request(base + file, { cache: 'reload' })));
  await worker.skipWaiting();
}

async function takeOver(): Promise<void> {
  for (const name of await caches.keys())
    if (name.startsWith(PREFIX) && name !== shell) await caches.delete(name);
  await worker.clients.claim();
}

async function answer(request: Request, pathname: string): Promise<Response> {
  const address = request.mode === 'navigate' ? base : pathname;
  return (await caches.match(address, { cacheName: shell })) ?? fetch(request);
}
