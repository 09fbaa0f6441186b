import { z } from 'zod';
import type { EpochMs, Ms } from '../../src/base/units.ts';
import type { CommandReceipt } from '../../src/contract/command.ts';
import { idSchema, publicKeySchema } from '../../src/contract/media-type.ts';
import type { OverrideReceipt } from '../../src/contract/override.ts';
import type { PairingOffer } from '../../src/contract/pairing.ts';
import type { Programme } from './accept-manifest.ts';
import { type CommandMemory, NO_COMMANDS } from './command-memory.ts';
import type { Outbox } from './outbox.ts';
import type { OverrideBook } from './override-book.ts';
import type { Airing } from './override-receipts.ts';
import type { Playback, RestCause } from './playback.ts';
import type { PlayerConfig } from './player-config.ts';
import { guessedTime, type ServerTime } from './server-time.ts';
import { EMPTY_WEEK, type WeekMemory } from './week-memory.ts';

// The life of a player:
//
//   boot ──(no identity)──▶ unpaired ──offer──▶ pairing (code on screen) ──answered: paired──▶ paired
//                              ▲  │                 │  expired: ask for a new code
//                              │  └──enrolment token────────────────────────────────────────▶ paired
//                              └──────────────────────┘
//   boot ──(identity saved)──▶ paired, for good: no answer of a server unpairs a player; a refused token is
//                              told in health reports and tried again slowly, and the programme plays on.
//
// What a paired player has on its stage, decided anew whenever something changed (playout.ts):
//
//   override active? ─yes─▶ override (text, or its material over and over until it ends)
//        │no
//   spot due now? ─no──▶ rest: closed, gap, or noProgramme
//        │yes
//   its file ready? ─yes─▶ spot       (joined in its middle if late)
//        │no
//   any coming file ready? ─yes─▶ stand-in until the spot's end;   ─no─▶ rest: noMedia

const identitySchema = z.object({
  token: z.string().min(20),
  endpointId: idSchema,
  serverKeys: z.array(publicKeySchema).min(1),
  highestSerial: z.int().nonnegative(),
  /** Keys given up by a rotation, latest last: they open only what the box stored before. */
  retiredKeys: z.array(publicKeySchema).optional(),
});
/** What pairing gave, and the highest manifest serial accepted since. */
export type Identity = z.infer<typeof identitySchema>;

/** The kinds of request that the core times, each with its own pause. */
export type Errand =
  | 'pair'
  | 'poll'
  | 'health'
  | 'report'
  | 'receipts'
  | 'answers'
  | 'media'
  | 'stream'
  | 'clock';

/** One errand: when it is due on the monotonic clock (Infinity: not at all), and how its last tries went. */
export interface ErrandState {
  readonly dueMonoMs: Ms;
  /** Failures in a row. */
  readonly failures: number;
  readonly inFlight: boolean;
}

/** A playback that the body was asked for and has not ended yet. */
export interface LivePlayback {
  readonly playback: Playback;
  /** Number and corrected start, from the first frame on. */
  readonly begun: { readonly seq: number; readonly startedAtMs: EpochMs } | null;
  /** Why the core replaced it before its time, if it did. */
  readonly cutBy: string | null;
}

/** What is on. `ended`: it came to its end and its last frame stands until the spot is over. */
export type OnStage =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'rest'; readonly cause: RestCause }
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'text'; readonly overrideId: number; readonly serial: number }
  | { readonly kind: 'play'; readonly playback: Playback; readonly endMs: EpochMs; readonly ended: boolean };

/** A trouble to tell in the next health report. */
export interface Trouble {
  readonly atMs: EpochMs;
  readonly code: string;
  readonly detail: string;
}

/** All that the core knows. Never changed in place. */
export interface PlayerState {
  readonly config: PlayerConfig;
  readonly phase: 'unborn' | 'unpaired' | 'pairing' | 'paired';
  readonly bootMonoMs: Ms;
  readonly offer: PairingOffer | null;
  /** The enrolment token was refused: pair by code instead. */
  readonly enrolmentSpent: boolean;
  readonly identity: Identity | null;
  readonly time: ServerTime;
  readonly errands: { readonly [errand in Errand]: ErrandState };
  /** Mean pause between polls; the server may ask for another. */
  readonly pollMs: Ms;
  readonly pollAgain: boolean;
  readonly etag: string | null;
  readonly streamOpenedMonoMs: Ms | null;
  readonly lastContactMs: EpochMs | null;
  readonly programme: Programme | null;
  readonly week: WeekMemory;
  /** Files ready to play. */
  readonly ready: ReadonlySet<string>;
  /** Files known not to be here; any other file that is not `ready` has not been looked for yet. */
  readonly absent: ReadonlySet<string>;
  /** Until when files not looked for yet are waited for without a word, monotonic. */
  readonly graceMonoMs: Ms;
  /** Files, and texts of overrides as `text 7`, that failed on the stage, and until when they are left alone, monotonic. */
  readonly broken: ReadonlyMap<string, Ms>;
  readonly overrides: OverrideBook;
  /** Overrides of which it was told already that they cannot be put on. */
  readonly overridesTold: ReadonlySet<number>;
  readonly overrideIndex: number;
  /** The override that has the stage. */
  readonly airing: Airing | null;
  /** What the server is still to be told of overrides, oldest first. */
  readonly receipts: readonly OverrideReceipt[];
  readonly commands: CommandMemory;
  /** What the server is still to be told of commands, oldest first. */
  readonly answers: readonly CommandReceipt[];
  readonly stage: OnStage;
  readonly preloaded: string | null;
  readonly live: readonly LivePlayback[];
  readonly nextPlayId: number;
  /** Start of the spot that played to its end early, so that it does not begin again. */
  readonly doneStartMs: EpochMs | null;
  /** Start of the latest spot told as missing. */
  readonly missedStartMs: EpochMs | null;
  /** Start of the spot whose file stood in last. */
  readonly standInMs: EpochMs | null;
  /** When the stage wants to be looked at again, corrected time. */
  readonly stageDueMs: EpochMs;
  /** End of the last play that was written, so that plays never overlap by a step of the clock. */
  readonly lastEndMs: EpochMs;
  readonly outbox: Outbox;
  /** First number of this run while the clock is a guess; those plays are restamped at the first contact. */
  readonly guessedFromSeq: number | null;
  readonly troubles: readonly Trouble[];
  /** The last few, told or not, for the person who stands before the box. */
  readonly latestTroubles: readonly Trouble[];
  /** The troubles in the health report that is on its way. */
  readonly troublesTold: readonly Trouble[];
  readonly wakeMonoMs: Ms;
}

const IDLE: ErrandState = { dueMonoMs: Number.POSITIVE_INFINITY, failures: 0, inFlight: false };

/** A player before its first event, which must be `boot`. */
export function unborn(config: PlayerConfig): PlayerState {
  return {
    config,
    phase: 'unborn',
    bootMonoMs: 0,
    offer: null,
    enrolmentSpent: false,
    identity: null,
    time: guessedTime(0, 0, 0, 0),
    errands: {
      pair: IDLE,
      poll: IDLE,
      health: IDLE,
      report: IDLE,
      receipts: IDLE,
      answers: IDLE,
      media: IDLE,
      stream: IDLE,
      clock: IDLE,
    },
    pollMs: config.pollMs,
    pollAgain: false,
    etag: null,
    streamOpenedMonoMs: null,
    lastContactMs: null,
    programme: null,
    week: EMPTY_WEEK,
    ready: new Set(),
    absent: new Set(),
    graceMonoMs: 0,
    broken: new Map(),
    overrides: new Map(),
    overridesTold: new Set(),
    overrideIndex: 0,
    airing: null,
    receipts: [],
    commands: NO_COMMANDS,
    answers: [],
    stage: { kind: 'nothing' },
    preloaded: null,
    live: [],
    nextPlayId: 1,
    doneStartMs: null,
    missedStartMs: null,
    standInMs: null,
    stageDueMs: Number.POSITIVE_INFINITY,
    lastEndMs: 0,
    outbox: { epoch: '', lastSeq: 0, pending: [], unsafe: new Set(), cursor: 0, summary: null },
    guessedFromSeq: null,
    troubles: [],
    latestTroubles: [],
    troublesTold: [],
    wakeMonoMs: Number.POSITIVE_INFINITY,
  };
}

/** Reads the `identity` slot; null when it is empty or unreadable. */
export function readIdentity(text: string | undefined): Identity | null {
  if (text === undefined) return null;
  try {
    return identitySchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
