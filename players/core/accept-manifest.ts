import type { EpochMs } from '../../src/base/units.ts';
import {
  type Manifest,
  type ManifestLoop,
  type ManifestMedia,
  manifestLoopSchema,
  manifestSchema,
} from '../../src/contract/manifest.ts';

/** One stretch of a programme with its times as numbers, [fromMs, toMs). */
interface ProgrammeStretch {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly loopId: string;
}

/** A manifest that passed every check, in the shape in which the player uses it. */
export interface Programme {
  readonly endpoint: Manifest['endpoint'];
  readonly revision: string;
  readonly serial: number;
  readonly issuedAtMs: EpochMs;
  readonly validUntilMs: EpochMs;
  readonly media: ReadonlyMap<string, ManifestMedia>;
  readonly loops: ReadonlyMap<string, ManifestLoop>;
  /** Sorted, disjoint. */
  readonly stretches: readonly ProgrammeStretch[];
  readonly standing: Manifest['overrides'];
}

/** Loops and files already checked, by their names; equal names mean equal content. */
export interface ManifestShelf {
  readonly loops: Map<string, ManifestLoop>;
  readonly media: Map<string, ManifestMedia>;
}

/** Why a manifest with a good signature is refused all the same. */
export type ManifestFault =
  | 'manifest.malformed'
  | 'manifest.otherEndpoint'
  | 'manifest.replayed'
  | 'manifest.expired'
  | 'manifest.inconsistent';

/** What a manifest is checked against. */
export interface ManifestTerms {
  readonly endpointId: number;
  /** The highest serial ever accepted; an equal one may come again, a lower one not. */
  readonly highestSerial: number;
  /** Corrected time, or null while it is a guess: then expiry cannot be judged. */
  readonly nowMs: EpochMs | null;
  readonly shelf: ManifestShelf | null;
}

/**
 * Checks the payload of a manifest whose signature was good: shape, endpoint, serial, expiry, and that
 * loops, programme and files fit together.
 */
export function acceptManifest(text: string, terms: ManifestTerms): Programme | ManifestFault {
  const manifest = readManifest(text, terms.shelf);
  if (!manifest) return 'manifest.malformed';
  if (manifest.endpoint.id !== terms.endpointId) return 'manifest.otherEndpoint';
  if (manifest.serial < terms.highestSerial) return 'manifest.replayed';
  const validUntilMs = Date.parse(manifest.validUntil);
  if (terms.nowMs !== null && validUntilMs <= terms.nowMs) return 'manifest.expired';
  const media = new Map(manifest.media.map((file) => [file.sha256, file]));
  const loops = new Map(manifest.loops.map((loop) => [loop.id, loop]));
  const stretches = manifest.programme.map((entry) => ({
    fromMs: Date.parse(entry.from),
    toMs: Date.parse(entry.to),
    loopId: entry.loop,
  }));
  if (!fitsTogether(media, loops, stretches)) return 'manifest.inconsistent';
  return {
    endpoint: manifest.endpoint,
    revision: manifest.revision,
    serial: manifest.serial,
    issuedAtMs: Date.parse(manifest.issuedAt),
    validUntilMs,
    media,
    loops,
    stretches,
    standing: manifest.overrides,
  };
}

function fitsTogether(
  media: ReadonlyMap<string, ManifestMedia>,
  loops: ReadonlyMap<string, ManifestLoop>,
  stretches: readonly ProgrammeStretch[],
): boolean {
  for (const loop of loops.values()) {
    let freeFrom = 0;
    for (const spot of loop.spots) {
      if (spot.atMs < freeFrom || !media.has(spot.media)) return false;
      freeFrom = spot.atMs + spot.durationMs;
    }
  }
  let freeFrom = Number.NEGATIVE_INFINITY;
  for (const { fromMs, toMs, loopId } of stretches) {
    if (fromMs < freeFrom || toMs <= fromMs || !loops.has(loopId)) return false;
    freeFrom = toMs;
  }
  return true;
}

function readManifest(text: string, shelf: ManifestShelf | null): Manifest | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  if (!shelf) return manifestSchema.safeParse(json).data ?? null;
  return readWithShelf(json, shelf);
}

/** As without a shelf, but a loop or file whose name is on the shelf is taken from there, unread. */
function readWithShelf(json: unknown, shelf: ManifestShelf): Manifest | null {
  if (typeof json !== 'object' || json === null || !('loops' in json) || !Array.isArray(json.loops))
    return null;
  const head = manifestSchema.safeParse({ ...json, loops: [] }).data;
  if (!head) return null;
  const loops: ManifestLoop[] = [];
  for (const raw of json.loops as unknown[]) {
    const id: unknown = typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : undefined;
    const loop =
      (typeof id === 'string' ? shelf.loops.get(id) : undefined) ?? manifestLoopSchema.safeParse(raw).data;
    if (!loop) return null;
    shelf.loops.set(loop.id, loop);
    loops.push(loop);
  }
  const media = head.media.map((file) => {
    const known = shelf.media.get(file.sha256) ?? file;
    shelf.media.set(file.sha256, known);
    return known;
  });
  return { ...head, media, loops };
}
