import { sha256Hex } from '../base/digest.ts';
import type { LocalHour } from '../base/local-time.ts';
import type { EpochMs } from '../base/units.ts';
import type { ManifestMedia } from '../contract/manifest.ts';
import type { EndpointKind } from '../contract/media-type.ts';
import type { Loop } from './loop.ts';

/** One hour of an endpoint's programme. Hours without a spot (closed) have no entry. */
export interface ProgrammeHour {
  readonly hour: LocalHour;
  readonly loop: Loop;
}

/** What a play report of this endpoint may speak of: [sha256, assetId, bookingId or null, longest ms]. */
export type Told = readonly [string, number, number | null, number];

/** Emergency material that the endpoint holds ready. */
export interface StandingFile {
  readonly assetId: number;
  readonly sha256: string;
  /** Of one play; for a still the time until it would be shown again. */
  readonly durationMs: number;
}

/** What all endpoints with the same programme have in common; made once for all of them. */
export interface ManifestBody {
  /** Names media, programme and loops. */
  readonly digest: string;
  readonly programme: readonly ProgrammeHour[];
  /** JSON of media, programme and overrides, without braces. */
  readonly text: string;
  /** The distinct loops, in order of first use. */
  readonly loops: readonly Loop[];
  readonly told: readonly Told[];
}

/** A manifest's content: all that its revision covers. */
export interface ManifestContent {
  readonly revision: string;
  /** JSON of the endpoint, without braces. */
  readonly head: string;
  readonly body: ManifestBody;
}

/** The stamps that a manifest carries beside its content. */
export interface ManifestStamps {
  readonly issuedAt: EpochMs;
  readonly validUntil: EpochMs;
  readonly serial: number;
}

/** Who the manifest is for. */
export interface ManifestEndpoint {
  readonly id: number;
  readonly name: string;
  readonly kind: EndpointKind;
  readonly timeZone: string;
}

/**
 * Where players fetch a file: from this server, or from `base`, where files lie by the first two digits of their hash and
 * the hash, as in the folder of media and in the bucket. The address is part of what is signed.
 */
export function mediaAddress(base?: string): (sha256: string) => string {
  return base === undefined
    ? (sha256) => `/api/player/v1/media/${sha256}`
    : (sha256) => `${base}/${sha256.slice(0, 2)}/${sha256}`;
}

/**
 * Puts a programme into the form of the protocol, with the emergency material to hold ready. `mediaOf` must know
 * every file that the loops and `standing` name.
 */
export function manifestBody(
  programme: readonly ProgrammeHour[],
  mediaOf: (sha256: string) => Omit<ManifestMedia, 'url' | 'durationMs'>,
  standing: readonly StandingFile[] = [],
  urlOf: (sha256: string) => string = mediaAddress(),
): ManifestBody {
  const loops = new Map<string, Loop>();
  for (const { loop } of programme) loops.set(loop.id, loop);
  const longest = new Map<string, number>();
  const told = new Map<string, Told>();
  for (const loop of loops.values()) {
    for (const { sha256, assetId, bookingId, durationMs } of loop.spots) {
      longest.set(sha256, Math.max(longest.get(sha256) ?? 0, durationMs));
      const key = `${sha256} ${assetId} ${bookingId}`;
      const before = told.get(key)?.[3] ?? 0;
      if (durationMs > before) told.set(key, [sha256, assetId, bookingId, durationMs]);
    }
  }
  for (const { sha256, durationMs } of standing)
    longest.set(sha256, Math.max(longest.get(sha256) ?? 0, durationMs));
  const media = [...longest].map(([sha256, durationMs]) => ({
    ...mediaOf(sha256),
    url: urlOf(sha256),
    durationMs,
  }));
  const entries = programme.map(({ hour, loop }) => ({
    from: new Date(hour.startsAt).toISOString(),
    to: new Date(hour.startsAt + hour.lengthMs).toISOString(),
    loop: loop.id,
  }));
  const held = standing.map(({ assetId, sha256 }) => ({ assetId, media: sha256 }));
  const text = `"media":${JSON.stringify(media)},"programme":${JSON.stringify(entries)},"overrides":${JSON.stringify(held)}`;
  return { digest: sha256Hex(text), programme, text, loops: [...loops.values()], told: [...told.values()] };
}

/** The manifest of one endpoint. Equal input gives an equal revision on every server. */
export function buildManifest(endpoint: ManifestEndpoint, body: ManifestBody): ManifestContent {
  const { id, name, kind, timeZone } = endpoint;
  const head = `"endpoint":${JSON.stringify({ id, name, kind, timeZone })}`;
  return { revision: sha256Hex(`${head} ${body.digest}`).slice(0, 32), head, body };
}

/** The manifest as JSON text: content, loops and stamps. */
export function manifestText({ revision, head, body }: ManifestContent, stamps: ManifestStamps): string {
  const { issuedAt, validUntil, serial } = stamps;
  return (
    `{"version":1,"revision":"${revision}","serial":${serial},` +
    `"issuedAt":"${new Date(issuedAt).toISOString()}","validUntil":"${new Date(validUntil).toISOString()}",` +
    `${head},${body.text},"loops":[${body.loops.map((loop) => loop.json).join(',')}]}`
  );
}
