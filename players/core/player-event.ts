import type { EpochMs, Ms } from '../../src/base/units.ts';
import type { CommandReceipt } from '../../src/contract/command.ts';
import type { HealthAnswer } from '../../src/contract/health.ts';
import type { OverrideReceipt } from '../../src/contract/override.ts';
import type { PairingOffer, PairingState } from '../../src/contract/pairing.ts';
import type { Play, PlayReceipt, SeqRange } from '../../src/contract/play-report.ts';
import type { SignatureFault } from '../../src/contract/signing.ts';
import type { PlaybackEnd } from './playback.ts';

/** When an event happened, and the chance that its handling may use. */
export interface Moment {
  /** The box's own calendar clock, however wrong. */
  readonly wallMs: EpochMs;
  /** A clock that only runs forward, from any origin; the origin may differ after a restart. Milliseconds. */
  readonly monoMs: Ms;
  /** A number in [0, 1), fresh for each event. */
  readonly random: number;
}

/** Why a request to the server gave nothing. */
export interface LinkFailure {
  /** `offline`: no answer, or none that can be read. `refused`: 4xx. `broken`: 5xx. */
  readonly kind: 'offline' | 'refused' | 'broken';
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  /** `code` of the problem document (RFC 9457), or a short word of our own. */
  readonly code: string;
}

/** One measured round trip to the server, on the monotonic clock. */
export interface RoundTrip {
  readonly sentMonoMs: Ms;
  readonly receivedMonoMs: Ms;
  /** The server's clock as told in the answer. */
  readonly serverMs: EpochMs;
  /** How coarse `serverMs` is: 1 for a stamp in milliseconds, 1,000 for an HTTP Date header. */
  readonly grainMs: Ms;
}

/** The slots of small state that a body keeps for the core, each written whole and atomically. */
export type SaveSlot =
  | 'identity'
  | 'week'
  | 'clock'
  | 'summary'
  | 'manifest'
  | 'overrides'
  | 'receipts'
  | 'commands';
/** The slots that the core reads itself; `manifest` and `overrides` hold signed text that the driver checks first. */
export type SavedTexts = { readonly [slot in SaveSlot]?: string | undefined };

/** A play that had begun when it was written down. `durationMs` and `outcome` are not known yet. */
export type OpenPlay = Omit<Play, 'durationMs' | 'outcome' | 'reason'> & { readonly plannedMs: Ms };

/** What the outbox storage held at start. */
export interface OutboxContents {
  /** Names this life of the storage; made fresh, at random, when there was none. */
  readonly epoch: string;
  /** The highest sequence number ever written, also of plays long deleted; 0 when none. */
  readonly lastSeq: number;
  /** Finished plays, ascending by `seq`. */
  readonly plays: readonly Play[];
  /** Plays begun and never finished: power went in their middle. */
  readonly open: readonly OpenPlay[];
}

/** What happened, without its moment. */
export type Happening =
  /** First event of a run, once. */
  | { readonly type: 'boot'; readonly saved: SavedTexts; readonly outbox: OutboxContents }
  /** The alarm rang that the last `wake` effect set. */
  | { readonly type: 'tick' }
  | { readonly type: 'pairing.offered'; readonly offer: PairingOffer }
  | { readonly type: 'pairing.answered'; readonly answer: PairingState }
  | { readonly type: 'pairing.failed'; readonly failure: LinkFailure }
  /** Any answer told the server's time. */
  | { readonly type: 'clock.sample'; readonly trip: RoundTrip }
  | { readonly type: 'poll.unchanged' }
  /** The signature was good; `text` is the payload. `fromStorage`: kept from an earlier run. */
  | {
      readonly type: 'manifest.verified';
      readonly text: string;
      readonly jws: string;
      readonly etag: string | null;
      readonly fromStorage: boolean;
    }
  | { readonly type: 'poll.failed'; readonly failure: LinkFailure }
  | {
      readonly type: 'statement.refused';
      readonly what: 'manifest' | 'override' | 'command' | 'key rotation';
      readonly fault: SignatureFault;
    }
  | { readonly type: 'override.verified'; readonly text: string; readonly jws: string }
  | { readonly type: 'command.verified'; readonly text: string }
  /** The body has carried a command out, or could not. */
  | { readonly type: 'command.ended'; readonly receipt: CommandReceipt }
  /** The server has written down what became of a command. */
  | { readonly type: 'answer.taken'; readonly commandId: number }
  | { readonly type: 'answer.failed'; readonly failure: LinkFailure }
  /** The stream says that there is a newer manifest. */
  | { readonly type: 'bell'; readonly revision: string | null }
  | { readonly type: 'stream.opened' }
  | { readonly type: 'stream.closed'; readonly failure: LinkFailure | null }
  /** The file is on the box and its hash was right just now. */
  | { readonly type: 'media.ready'; readonly sha256: string }
  /** The file is not on the box; it will be fetched. */
  | { readonly type: 'media.absent'; readonly sha256: string }
  /** Fetching it failed. */
  | { readonly type: 'media.failed'; readonly sha256: string; readonly code: string }
  /** A file that was ready is gone or damaged. */
  | { readonly type: 'media.lost'; readonly sha256: string; readonly code: string }
  /** First frame or sample came out. */
  | { readonly type: 'playback.started'; readonly playId: number }
  /** `shownMs`: from first frame to last, measured by the body; 0 when it never started. */
  | {
      readonly type: 'playback.ended';
      readonly playId: number;
      readonly shownMs: Ms;
      readonly how: PlaybackEnd;
      readonly reason?: string | undefined;
    }
  /** A key rotation whose signature was good, and the `kid` of the pinned key that signed it. */
  | { readonly type: 'rotation.verified'; readonly text: string; readonly kid: string }
  /** The storage holds these finished plays safely; only now may they be sent. */
  | { readonly type: 'outbox.stored'; readonly seqs: readonly number[] }
  | { readonly type: 'report.answered'; readonly receipt: PlayReceipt }
  | { readonly type: 'report.failed'; readonly failure: LinkFailure }
  /** The text of an override stands on the screen. */
  | { readonly type: 'text.shown'; readonly overrideId: number }
  /** The text of an override can be neither shown nor said. */
  | { readonly type: 'text.failed'; readonly overrideId: number; readonly reason: string }
  /** The server has written these receipts down. */
  | { readonly type: 'receipts.taken'; readonly receipts: readonly OverrideReceipt[] }
  | { readonly type: 'receipts.failed'; readonly failure: LinkFailure }
  /** The server misses these plays. */
  | { readonly type: 'resend'; readonly ranges: readonly SeqRange[] }
  | { readonly type: 'health.answered'; readonly answer: HealthAnswer }
  | { readonly type: 'health.failed'; readonly failure: LinkFailure }
  /** Anything else that staff should hear of: a code and a sentence. */
  | { readonly type: 'trouble'; readonly code: string; readonly detail: string };

/** One event as the core takes it. */
export type PlayerEvent = Happening & { readonly at: Moment };
