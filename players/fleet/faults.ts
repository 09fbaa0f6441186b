import type { Ms } from '../../src/base/units.ts';
import type { Link, LinkAnswer, PlayerClock } from '../core/ports.ts';

/** What goes wrong between player and server, each as a share of requests in [0, 1]. */
export interface Faults {
  /** Lost: half of them on the way there, half on the way back, when the server has acted already. */
  readonly drop: number;
  /** Delayed by up to `delayMs`. */
  readonly delay: number;
  readonly delayMs: Ms;
  /** Play reports that arrive twice. */
  readonly duplicate: number;
  /** Play reports of which a late copy arrives after newer ones. */
  readonly reorder: number;
}

/** Nothing goes wrong. */
export const NO_FAULTS: Faults = { drop: 0, delay: 0, delayMs: 2_000, duplicate: 0, reorder: 0 };

/**
 * Reads `drop=0.1,duplicate=0.05`; names as in {@link Faults}.
 * @throws Error naming the word that is not understood.
 */
export function parseFaults(text: string): Faults {
  const faults: Record<string, number> = { ...NO_FAULTS };
  for (const word of text.split(',').filter((part) => part !== '')) {
    const [name = '', value = ''] = word.split('=');
    const number = Number(value);
    const limit = name === 'delayMs' ? 60_000 : 1;
    if (!(name in NO_FAULTS) || value === '' || !(number >= 0 && number <= limit)) {
      throw new Error(`not a fault: ${word}; known are ${Object.keys(NO_FAULTS).join(', ')}`);
    }
    faults[name] = number;
  }
  return { ...NO_FAULTS, ...faults };
}

/** How often each fault struck; shared by the links of a fleet. */
export interface FaultCounts {
  dropped: number;
  delayed: number;
  duplicated: number;
  reordered: number;
}

const OFFLINE = { ok: false, failure: { kind: 'offline', status: 0, code: 'fault.dropped' } } as const;

/** A link on which things go wrong, repeatably by `random`. Enrolment is spared lost answers: its token works once. */
export function faultyLink(
  link: Link,
  faults: Faults,
  random: () => number,
  clock: PlayerClock,
  counts: FaultCounts,
): Link {
  const pause = (ms: Ms) => new Promise<void>((resolve) => clock.alarm(clock.monoMs() + ms, resolve));

  async function through<T>(ask: () => Promise<LinkAnswer<T>>, mayLoseAnswer = true): Promise<LinkAnswer<T>> {
    const chance = random();
    const isDelayed = random() < faults.delay;
    const delayMs = random() * faults.delayMs;
    const isLost = chance < faults.drop;
    if (isDelayed) {
      counts.delayed += 1;
      await pause(delayMs);
    }
    if (isLost) counts.dropped += 1;
    if (isLost && (chance < faults.drop / 2 || !mayLoseAnswer)) return OFFLINE;
    const answer = await ask();
    return isLost ? OFFLINE : answer;
  }

  return {
    ...link,
    enrol: (token, request) => through(() => link.enrol(token, request), false),
    fetchManifest: (token, etag) => through(() => link.fetchManifest(token, etag)),
    fetchStanding: (token) => through(() => link.fetchStanding(token)),
    fetchKeys: (token) => through(() => link.fetchKeys(token)),
    sendReceipts: (token, receipts) => through(() => link.sendReceipts(token, receipts)),
    sendHealth: (token, report) => through(() => link.sendHealth(token, report)),
    fetchMedia: (token, url) => through(() => link.fetchMedia(token, url), false),
    sendPlays(token, report) {
      if (random() < faults.duplicate) {
        counts.duplicated += 1;
        void link.sendPlays(token, report);
      }
      if (random() < faults.reorder) {
        counts.reordered += 1;
        void pause(1_000 + random() * 30_000).then(() => link.sendPlays(token, report));
      }
      return through(() => link.sendPlays(token, report));
    },
  };
}
