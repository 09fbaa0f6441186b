import type { EpochMs, Ms } from '../../src/base/units.ts';
import type { Command, CommandReceipt } from '../../src/contract/command.ts';
import type { HealthReport } from '../../src/contract/health.ts';
import type { ManifestMedia } from '../../src/contract/manifest.ts';
import type { OverrideReceipt } from '../../src/contract/override.ts';
import type { Play, PlayReport, SeqRange } from '../../src/contract/play-report.ts';
import type { Playback, RestCause } from './playback.ts';
import type { OpenPlay, SaveSlot } from './player-event.ts';

/** What the core wants done. Effects of one step are performed in their order; none answers at once. */
export type Effect =
  /** Ring (a `tick` event) at this monotonic time; replaces any earlier alarm. */
  | { readonly type: 'wake'; readonly atMonoMs: Ms }
  | { readonly type: 'pair.offer' }
  | { readonly type: 'pair.enrol'; readonly token: string }
  | { readonly type: 'pair.ask'; readonly secret: string }
  | { readonly type: 'poll'; readonly etag: string | null }
  | { readonly type: 'stream.open' }
  /**
   * Make these files ready, in this order, and say which of `former` are here, without fetching any; forget earlier
   * orders. Files outside `keep` may be deleted.
   */
  | {
      readonly type: 'media.want';
      readonly order: readonly ManifestMedia[];
      readonly former: readonly ManifestMedia[];
      readonly keep: readonly string[];
    }
  | { readonly type: 'report.send'; readonly report: PlayReport }
  | { readonly type: 'health.send'; readonly report: HealthReport }
  | { readonly type: 'receipts.send'; readonly receipts: readonly OverrideReceipt[] }
  /** Write `saved` into the slot `commands`, and only then carry the command out. */
  | { readonly type: 'command.do'; readonly command: Command; readonly saved: string }
  | { readonly type: 'answer.send'; readonly receipt: CommandReceipt }
  | { readonly type: 'save'; readonly slot: SaveSlot; readonly text: string }
  | { readonly type: 'outbox.begin'; readonly play: OpenPlay }
  | { readonly type: 'outbox.append'; readonly plays: readonly Play[] }
  | { readonly type: 'outbox.remove'; readonly ranges: readonly SeqRange[] }
  | StageEffect;

/** What the core wants seen or heard. Each replaces whatever is on, except `stage.preload`. */
export type StageEffect =
  | { readonly type: 'stage.play'; readonly playback: Playback }
  /** The likely next one: open and decode it, so that it can begin without a gap. */
  | { readonly type: 'stage.preload'; readonly media: ManifestMedia; readonly dueMonoMs: Ms }
  | { readonly type: 'stage.rest'; readonly cause: RestCause }
  | {
      readonly type: 'stage.code';
      readonly code: string;
      readonly expiresAt: EpochMs;
      /** An SVG document; absent from an older server. */
      readonly qr: string | undefined;
    }
  /** An emergency in words that the player sets itself. */
  | {
      readonly type: 'stage.text';
      readonly overrideId: number;
      readonly title: string;
      readonly body: string;
      readonly lang: string;
      readonly drill: boolean;
    };
