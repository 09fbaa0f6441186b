import { sha256Hex } from '../base/digest.ts';
import type { Ms } from '../base/units.ts';
import type { CompiledHour, Spot } from './compiled-hour.ts';

/** A compiled hour under the name of its content; endpoints with equal demands share one. */
export interface Loop {
  /** First 32 hex digits of the SHA-256 of length and spots. */
  readonly id: string;
  readonly lengthMs: Ms;
  readonly spots: readonly Spot[];
  /** The loop as it stands in a manifest (JSON of contract/manifest `manifestLoopSchema`), written once. */
  readonly json: string;
}

/** Names and writes down what the compiler made. Equal spots give equal bytes. */
export function loopOf(compiled: CompiledHour, lengthMs: Ms): Loop {
  const spots = JSON.stringify(
    compiled.spots.map(({ atMs, durationMs, sha256, assetId, bookingId }) => ({
      atMs,
      durationMs,
      media: sha256,
      assetId,
      bookingId,
    })),
  );
  const id = sha256Hex(`${lengthMs} ${spots}`).slice(0, 32);
  return {
    id,
    lengthMs,
    spots: compiled.spots,
    json: `{"id":"${id}","lengthMs":${lengthMs},"spots":${spots}}`,
  };
}
