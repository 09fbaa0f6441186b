import type { EpochMs, Ms } from '../../src/base/units.ts';
import type { ManifestMedia } from '../../src/contract/manifest.ts';

/** Why something plays. */
type PlaybackOrigin =
  | { readonly kind: 'spot'; readonly bookingId: number | null }
  /** A coming spot's file fills the time of one whose own is not there yet; reported with the reason `standIn`. */
  | { readonly kind: 'standIn'; readonly bookingId: number | null }
  | { readonly kind: 'override'; readonly overrideId: number };

/** One playback that the core asks of the body. */
export interface Playback {
  /** Names this playback between core and body; unique in one run of the player. */
  readonly playId: number;
  readonly media: ManifestMedia;
  readonly assetId: number;
  readonly origin: PlaybackOrigin;
  /** Start of the spot in corrected time; the core's own mark. */
  readonly startMs: EpochMs;
  /** Length that was planned; a play at least so long, less the slack, is `completed`. */
  readonly plannedMs: Ms;
  /** Position in the film or sound to begin at; above 0 when joined in its middle. Irrelevant to stills. */
  readonly fromMs: Ms;
  /**
   * When the core will replace it, on the monotonic clock. A still stays until told otherwise; a film or
   * sound that ends earlier keeps its last frame (or silence) until told otherwise.
   */
  readonly endMonoMs: Ms;
}

/** Why nothing of the programme is on. The body shows its standby picture, or keeps silent; never an error page. */
export type RestCause =
  /** Not paired yet, and no code to show. */
  | 'unpaired'
  /** Paired, but no programme was ever received. */
  | 'noProgramme'
  /** The programme has nothing now: closed, or a gap in the loop. Screens go dark or show their standby still. */
  | 'closed'
  | 'gap'
  /** The programme has something, but none of its material is here yet. */
  | 'noMedia';

/** How a playback ended, as the body saw it. */
export type PlaybackEnd =
  /** The film or sound came to its end by itself. */
  | 'finished'
  /** The core replaced it, or told it to stop. */
  | 'stopped'
  /** It could not be shown, or broke down. */
  | 'failed'
  /** The body has nothing that it could come out of, such as a sound device: no file is to blame. */
  | 'unheard';
