/** What every page asks first. */
const SESSION = '/api/session';
/** So long an early answer is good; a page that asks later wants a newer one. Units: milliseconds. */
const GOOD_FOR_MS = 10_000;

/** What was asked before the script that reads it has come, by address. */
const waiting = new Map<string, Promise<Response>>();

function askEarly(address: string): void {
  const asked = fetch(address);
  // Whoever takes it hears of it.
  asked.catch(() => {});
  waiting.set(address, asked);
}

/**
 * What the page of an address below `/console` shows first, and would ask for only when its script has come; for the pages
 * whose script is large. `search`: with its question mark.
 */
export function firstAskedBy(path: string, search: string): readonly string[] {
  if (path === '/material' && search === '') return ['/api/material'];
  const playlist = /^\/playlists\/(\d+)$/.exec(path)?.[1];
  return playlist === undefined
    ? []
    : [`/api/playlists/${playlist}`, `/api/playlist-drafts?playlistId=${playlist}`];
}

/** Asks who is there, and for what the page of the address shows first. */
export function askWhatComesFirst(path: string, search: string): void {
  for (const address of [SESSION, ...firstAskedBy(path, search)]) askEarly(address);
  setTimeout(() => waiting.clear(), GOOD_FOR_MS);
}

/**
 * The answer to a request that was sent early; null for any other, and from the second time on. A refusal is no answer,
 * since the person may have signed in meanwhile: then it is asked anew.
 */
export function earlyAnswer(input: RequestInfo | URL, init?: RequestInit): Promise<Response> | null {
  const address = String(input).replace(/\?$/, '');
  const asked = (init?.method ?? 'GET') === 'GET' ? waiting.get(address) : undefined;
  if (asked === undefined) return null;
  waiting.delete(address);
  return asked.then((answer) => (answer.ok || address === SESSION ? answer : fetch(input, init)));
}
