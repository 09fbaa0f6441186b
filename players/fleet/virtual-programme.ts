import type { EpochMs, Ms } from '../../src/base/units.ts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../src/base/units.ts';
import type { Manifest, ManifestMedia } from '../../src/contract/manifest.ts';

/** The local day's open hours, [fromHour, toHour), at a place eight hours ahead of UTC. */
const ZONE_MS: Ms = 8 * HOUR_MS;

/** What a made-up programme is like. */
export interface VirtualProgramme {
  readonly endpointId: number;
  readonly startMs: EpochMs;
  readonly files: number;
  readonly openFromHour: number;
  readonly openToHour: number;
  readonly horizonMs: Ms;
}

/** Length of each made-up file: 10 to 20 seconds, by its number. */
function lengthOf(index: number): Ms {
  return (10 + ((index * 7) % 11)) * SECOND_MS;
}

function fileOf(index: number): ManifestMedia {
  const sha256 = index.toString(16).padStart(64, '0');
  const type = index % 3 === 2 ? 'image/jpeg' : 'video/mp4';
  return { sha256, url: `/api/player/v1/media/${sha256}`, bytes: 1_000, type, durationMs: lengthOf(index) };
}

/** Whether the place is open at an instant. */
export function isOpen(plan: VirtualProgramme, ms: EpochMs): boolean {
  const hour = Math.floor((ms + ZONE_MS) / HOUR_MS) % 24;
  return hour >= plan.openFromHour && hour < plan.openToHour;
}

/**
 * The manifest as of an instant: from the start of that day for the horizon; one loop for each open hour,
 * full without a gap, whose last spot runs over into the next hour.
 */
export function virtualManifest(plan: VirtualProgramme, nowMs: EpochMs): Manifest {
  const day = Math.floor((nowMs + ZONE_MS) / DAY_MS);
  const fromMs = day * DAY_MS - ZONE_MS;
  const loops = new Map<string, Manifest['loops'][number]>();
  const programme: Manifest['programme'] = [];
  let carriedMs = 0;
  let next = 0;
  for (let at = fromMs; at < fromMs + plan.horizonMs; at += HOUR_MS) {
    if (!isOpen(plan, at)) {
      carriedMs = 0;
      next = 0;
      continue;
    }
    const spots: Manifest['loops'][number]['spots'] = [];
    const id = `loop-${carriedMs}-${next}`;
    let clock = carriedMs;
    while (clock < HOUR_MS) {
      const file = 1 + (next % plan.files);
      spots.push({
        atMs: clock,
        durationMs: lengthOf(file),
        media: fileOf(file).sha256,
        assetId: file,
        bookingId: file % 4 === 0 ? null : 100 + file,
      });
      clock += lengthOf(file);
      next = (next + 1) % plan.files;
    }
    carriedMs = clock - HOUR_MS;
    loops.set(id, { id, lengthMs: HOUR_MS, spots });
    programme.push({
      from: new Date(at).toISOString(),
      to: new Date(at + HOUR_MS).toISOString(),
      loop: id,
    });
  }
  return {
    version: 1,
    endpoint: { id: plan.endpointId, name: 'Virtual', kind: 'screen', timeZone: 'Asia/Shanghai' },
    revision: `revision-${day}`,
    issuedAt: new Date(nowMs).toISOString(),
    validUntil: new Date(fromMs + plan.horizonMs).toISOString(),
    serial: day,
    media: Array.from({ length: plan.files }, (_, index) => fileOf(index + 1)),
    loops: [...loops.values()],
    programme,
    overrides: [],
  };
}
