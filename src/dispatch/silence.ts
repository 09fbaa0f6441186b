import { type EpochMs, MINUTE_MS, type Ms } from '../base/units.ts';
import { OPEN_ASKED_MS } from './open-for.ts';
import { type EndpointPulse, SILENT_AFTER_MS } from './roll-call.ts';

/** What is known of an endpoint when the silent ones are looked for. */
export interface LastWord
  extends Pick<
    EndpointPulse,
    'endpointId' | 'code' | 'name' | 'area' | 'isPaired' | 'lastSeenAt' | 'openForMs'
  > {
  readonly areaId: number;
}

/** An endpoint that has fallen silent: its player was heard of once and is not any more, during opening hours. */
export interface SilentEndpoint {
  readonly endpointId: number;
  readonly code: string;
  readonly name: string;
  readonly areaId: number;
  readonly area: string;
  readonly lastSeenAt: EpochMs;
  /** When it was missed first: ten minutes after its last word, after it opened, or after somebody listened again. */
  readonly silentSince: EpochMs;
}

/** Endpoints that fell silent together, most likely for one reason. */
export interface Silence {
  /** When the first of them was missed. */
  readonly since: EpochMs;
  /** By the time at which each was missed. */
  readonly endpoints: readonly SilentEndpoint[];
}

/** Whom to tell of silences. */
export interface SilenceWatch {
  /** Null: of all areas. */
  readonly areaId: number | null;
  /** How long a silence must last before these people hear of it. */
  readonly afterMinutes: number;
}

/** Endpoints that are missed within so long of each other fall silent together. */
const TOGETHER_MS: Ms = 10 * MINUTE_MS;
/** A silence takes in no more after so long: what is missed then is news. */
const LONGEST_MS: Ms = 30 * MINUTE_MS;
/** Others of the same silence may be missed a little later; one message shall name them all. */
export const GATHER_MS: Ms = 3 * MINUTE_MS;

/** Whether an endpoint is one to be missed: open now, with a player that was heard of. */
function isExpected(word: LastWord): word is LastWord & { readonly lastSeenAt: EpochMs } {
  return word.isPaired && word.lastSeenAt !== null && word.openForMs > 0;
}

/**
 * Who is silent now, of all whose last word is known. Endpoints without a player never spoke: they are not missed. Nor is
 * anybody who had no ten minutes to be heard in: `listeningSince` is when servers began to listen after their last break.
 */
export function silentAt(
  words: readonly LastWord[],
  now: EpochMs,
  listeningSince: EpochMs,
): SilentEndpoint[] {
  return words.filter(isExpected).flatMap((word) => {
    const { endpointId, code, name, areaId, area, lastSeenAt, openForMs } = word;
    const openSince = openForMs >= OPEN_ASKED_MS ? Number.NEGATIVE_INFINITY : now - openForMs;
    const silentSince = Math.max(lastSeenAt, openSince, listeningSince) + SILENT_AFTER_MS;
    if (silentSince > now) return [];
    return [{ endpointId, code, name, areaId, area, lastSeenAt, silentSince }];
  });
}

/** How many endpoints of an area should be heard of now, and how many of these are silent. */
export interface AreaSilence {
  readonly area: string;
  readonly watched: number;
  /** Null: servers have not listened long enough to tell. */
  readonly silent: number | null;
}

/** Counts the silent endpoints of every area that has players, also where there are none. */
export function silenceByArea(
  words: readonly LastWord[],
  now: EpochMs,
  listeningSince: EpochMs,
): AreaSilence[] {
  const isKnown = now - listeningSince >= SILENT_AFTER_MS;
  const silent = Map.groupBy(silentAt(words, now, listeningSince), ({ area }) => area);
  const paired = Map.groupBy(
    words.filter(({ isPaired }) => isPaired),
    ({ area }) => area,
  );
  return [...paired].map(([area, own]) => ({
    area,
    watched: own.filter(isExpected).length,
    silent: isKnown ? (silent.get(area)?.length ?? 0) : null,
  }));
}

/** Puts those together that fell silent within minutes, the oldest silence first. */
export function silencesOf(silent: readonly SilentEndpoint[]): Silence[] {
  const silences: { since: EpochMs; endpoints: SilentEndpoint[] }[] = [];
  const inOrder = silent.toSorted((a, b) => a.silentSince - b.silentSince || a.endpointId - b.endpointId);
  for (const endpoint of inOrder) {
    const open = silences.at(-1);
    const last = open?.endpoints.at(-1);
    const isTogether =
      last !== undefined &&
      endpoint.silentSince - last.silentSince <= TOGETHER_MS &&
      endpoint.silentSince - (open?.since ?? 0) <= LONGEST_MS;
    if (isTogether) open?.endpoints.push(endpoint);
    else silences.push({ since: endpoint.silentSince, endpoints: [endpoint] });
  }
  return silences;
}

/** Names one endpoint's present silence: it has fallen silent anew when it was heard of in between. */
export function silenceKey({
  endpointId,
  lastSeenAt,
}: Pick<SilentEndpoint, 'endpointId' | 'lastSeenAt'>): string {
  return `${endpointId} ${lastSeenAt}`;
}

/**
 * The silences that a watch is to be told of now: those of its area that have lasted long enough, of endpoints of which it
 * was told nothing yet. `told`: the keys of all endpoints in what it was told. Whoever was told of hides nobody else; but
 * a few who follow a silence that was told gather for longer, so that they are one message together and not one each.
 */
export function untoldSilences(
  silent: readonly SilentEndpoint[],
  watch: SilenceWatch,
  told: ReadonlySet<string>,
  now: EpochMs,
): Silence[] {
  const within = silent.filter(({ areaId }) => watch.areaId === null || areaId === watch.areaId);
  const { known = [], news = [] } = Object.groupBy(within, (one) =>
    told.has(silenceKey(one)) ? 'known' : 'news',
  );
  return silencesOf(news).filter((silence) => {
    const gatherMs = isAfterthought(silence, known) ? TOGETHER_MS : GATHER_MS;
    return now - silence.since >= Math.max(gatherMs, watch.afterMinutes * MINUTE_MS);
  });
}

/** Whether at least as many spoke their last word within minutes of these: what follows is no outage of its own. */
function isAfterthought({ endpoints }: Silence, known: readonly SilentEndpoint[]): boolean {
  const first = Math.min(...endpoints.map(({ lastSeenAt }) => lastSeenAt));
  const near = known.filter(({ lastSeenAt }) => Math.abs(lastSeenAt - first) <= TOGETHER_MS);
  return near.length >= endpoints.length;
}

/** A silence as somebody was told of it. */
export interface ToldSilence {
  /** The instant of the delivery that told of it. */
  readonly dueAt: EpochMs;
  readonly since: EpochMs;
  readonly endpoints: readonly Pick<SilentEndpoint, 'endpointId' | 'area' | 'lastSeenAt'>[];
}

/** The message that a silence is over has the instant of the one that told of it, and so much more: there is one at most. */
export const OVER_AFTER_MS: Ms = 1;

/**
 * Whether all of a silence are back: heard of since, or without a player, so that nobody misses them. One that is merely
 * closed now is not.
 */
export function isOver(
  { endpoints }: ToldSilence,
  pulses: readonly Pick<EndpointPulse, 'endpointId' | 'isPaired' | 'lastSeenAt'>[],
): boolean {
  const known = new Map(pulses.map((pulse) => [pulse.endpointId, pulse]));
  return endpoints.every(({ endpointId, lastSeenAt }) => {
    const pulse = known.get(endpointId);
    return pulse === undefined || !pulse.isPaired || (pulse.lastSeenAt ?? 0) > lastSeenAt;
  });
}

/** How many of a silence lie in each area, the most first. */
export function countsByArea({
  endpoints,
}: {
  readonly endpoints: readonly { readonly area: string }[];
}): { readonly area: string; readonly count: number }[] {
  const counts = Map.groupBy(endpoints, ({ area }) => area);
  return [...counts]
    .map(([area, { length: count }]) => ({ area, count }))
    .toSorted((a, b) => b.count - a.count || (a.area < b.area ? -1 : 1));
}
