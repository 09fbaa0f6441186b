import type { EpochMs, Ms } from '../../src/base/units.ts';
import { HOUR_MS } from '../../src/base/units.ts';
import type { ManifestMedia } from '../../src/contract/manifest.ts';
import type { Programme } from './accept-manifest.ts';
import type { WeekMemory } from './week-memory.ts';

/** What goes before emergency material: the next hour of the programme. */
const FIRST_MS: Ms = HOUR_MS;

/**
 * Every file that the player should hold, in the order in which to get them: the coming hour as it plays,
 * then emergency material, then the rest of the programme as it plays, then the memory of the week.
 */
export function filesInOrderOfNeed(
  programme: Programme | null,
  week: WeekMemory,
  nowMs: EpochMs,
): ManifestMedia[] {
  const order = new Map<string, ManifestMedia>();
  const add = (sha256: string) => {
    const file = programme?.media.get(sha256) ?? week.media.get(sha256);
    if (file) order.set(sha256, order.get(sha256) ?? file);
  };
  if (programme) {
    const firstEndMs = nowMs + FIRST_MS;
    for (const sha256 of filesOf(programme, nowMs, firstEndMs)) add(sha256);
    for (const { media } of programme.standing) add(media);
    for (const sha256 of filesOf(programme, firstEndMs, programme.validUntilMs)) add(sha256);
    for (const sha256 of programme.media.keys()) add(sha256);
  }
  for (const sha256 of week.media.keys()) add(sha256);
  return [...order.values()];
}

/** Hashes in the order in which spots of [fromMs, toMs) play; a loop already walked whole is not walked again. */
function* filesOf(programme: Programme, fromMs: EpochMs, toMs: EpochMs): Generator<string> {
  const walked = new Set<string>();
  for (const stretch of programme.stretches) {
    if (stretch.toMs <= fromMs || stretch.fromMs >= toMs || walked.has(stretch.loopId)) continue;
    const loop = programme.loops.get(stretch.loopId);
    if (!loop) continue;
    const whole = stretch.fromMs >= fromMs && stretch.toMs <= toMs;
    if (whole) walked.add(stretch.loopId);
    const repeats = stretch.toMs - stretch.fromMs > loop.lengthMs;
    for (const spot of loop.spots) {
      const atMs = stretch.fromMs + spot.atMs;
      const outside = atMs + spot.durationMs <= fromMs || atMs >= toMs;
      if (repeats || !outside) yield spot.media;
    }
  }
}
