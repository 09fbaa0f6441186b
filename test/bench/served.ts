import type { Link, LinkAnswer } from '../../players/core/ports.ts';

/** Follows which players of a fleet are served. */
export interface Served {
  /** A player's link, watched. */
  watch(link: Link, index: number): Link;
  /** Players whose event stream is open. */
  open(): number;
  /** Requests that failed and that their player has not got through since. */
  failing(): number;
  /** The longest time in ms that a player was without the stream that it had, up to now. */
  longestWithout(): number;
  /** Streams that were closed, and requests that failed, since the last call. */
  takeLosses(): { readonly streams: number; readonly requests: number };
}

/** Begins to follow. */
export function servedPlayers(): Served {
  const open = new Set<number>();
  const failing = new Set<string>();
  const without = new Map<number, number>();
  let longest = 0;
  let streams = 0;
  let requests = 0;

  async function noted<T>(key: string, asked: Promise<LinkAnswer<T>>): Promise<LinkAnswer<T>> {
    const answer = await asked;
    if (answer.ok) failing.delete(key);
    else {
      failing.add(key);
      requests += 1;
    }
    return answer;
  }

  return {
    watch: (link, index) => ({
      ...link,
      fetchManifest: (token, etag) => noted(`poll ${index}`, link.fetchManifest(token, etag)),
      sendPlays: (token, report) => noted(`plays ${index}`, link.sendPlays(token, report)),
      openStream: (token, lastEventId, listener) =>
        link.openStream(token, lastEventId, {
          ...listener,
          opened() {
            longest = Math.max(longest, performance.now() - (without.get(index) ?? performance.now()));
            without.delete(index);
            open.add(index);
            listener.opened();
          },
          closed(failure) {
            if (open.delete(index)) {
              streams += 1;
              without.set(index, performance.now());
            }
            listener.closed(failure);
          },
        }),
    }),
    open: () => open.size,
    failing: () => failing.size,
    longestWithout: () =>
      Math.max(longest, ...[...without.values()].map((since) => performance.now() - since)),
    takeLosses() {
      const losses = { streams, requests };
      streams = 0;
      requests = 0;
      return losses;
    },
  };
}
