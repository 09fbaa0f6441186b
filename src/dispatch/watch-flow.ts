import { type Clock, type EpochMs, type Ms, SECOND_MS } from '../base/units.ts';
import { onlyWithin, type Within } from '../base/within.ts';
import { type Place, placeOf } from '../plays/place.ts';
import { openFor } from './open-for.ts';
import type { StoredHours, StoredPulse, StoredWord } from './pulse-store.ts';
import type { EndpointPulse } from './roll-call.ts';
import { type AreaSilence, type LastWord, type SilentEndpoint, silenceByArea, silentAt } from './silence.ts';

/** What is known of the fleet's pulse, with the hours of each place. */
export interface FleetWatch {
  /** Says that this server listens. To be called every minute. */
  listen(): Promise<void>;
  /** For a roll call of the endpoints within. */
  pulsesAt(at: EpochMs, within: Within): Promise<EndpointPulse[]>;
  /** The last words of all, and who of them is silent. */
  lookAt(at: EpochMs): Promise<{ readonly words: LastWord[]; readonly silent: SilentEndpoint[] }>;
  /** The silent ones counted by area, at most 15 s old; all who ask meanwhile share one look. */
  byArea(): Promise<readonly AreaSilence[]>;
}

/** Counts may be so old. */
const COUNTED_FOR_MS: Ms = 15 * SECOND_MS;

/** Makes the watch. `noteListening` notes that somebody listens, and tells since when without a break. */
export function fleetWatch(deps: {
  pulses: (at: EpochMs) => Promise<StoredPulse[]>;
  lastWords: () => Promise<StoredWord[]>;
  noteListening: (at: EpochMs) => Promise<EpochMs>;
  now: Clock;
}): FleetWatch {
  const { now } = deps;
  const places = new Map<string, Place>();
  let counted: { readonly at: EpochMs; readonly areas: Promise<readonly AreaSilence[]> } | undefined;

  /** Endpoints with the same zone and hours share one answer. */
  function withOpening<T extends StoredHours>(rows: readonly T[], at: EpochMs) {
    const known = new Map<string, Ms>();
    return rows.map(({ timeZone, openingHours, ...rest }) => {
      const key = `${timeZone} ${JSON.stringify(openingHours)}`;
      const place = places.get(key) ?? placeOf(timeZone, openingHours);
      places.set(key, place);
      const openForMs = known.get(key) ?? openFor(place, at);
      known.set(key, openForMs);
      return { ...rest, openForMs };
    });
  }

  async function readWords(at: EpochMs) {
    const listeningSince = await deps.noteListening(at);
    return { listeningSince, words: withOpening(await deps.lastWords(), at) };
  }

  async function count(at: EpochMs): Promise<readonly AreaSilence[]> {
    const { words, listeningSince } = await readWords(at);
    return silenceByArea(words, at, listeningSince);
  }

  return {
    listen: async () => void (await deps.noteListening(now())),
    pulsesAt: async (at, within) => withOpening(onlyWithin(within, await deps.pulses(at)), at),
    async lookAt(at) {
      const { words, listeningSince } = await readWords(at);
      return { words, silent: silentAt(words, at, listeningSince) };
    },
    byArea() {
      const at = now();
      if (counted && at >= counted.at && at - counted.at < COUNTED_FOR_MS) return counted.areas;
      const areas = count(at);
      counted = { at, areas };
      areas.catch(() => {
        if (counted?.areas === areas) counted = undefined;
      });
      return areas;
    },
  };
}
