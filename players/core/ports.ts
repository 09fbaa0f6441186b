import type { EpochMs, Ms } from '../../src/base/units.ts';
import type { CommandReceipt } from '../../src/contract/command.ts';
import type { HealthAnswer, HealthReport } from '../../src/contract/health.ts';
import type { ManifestMedia } from '../../src/contract/manifest.ts';
import type { PublicKey } from '../../src/contract/media-type.ts';
import type { OverrideReceipts } from '../../src/contract/override.ts';
import type { PairingOffer, PairingRequest, PairingState } from '../../src/contract/pairing.ts';
import type { Play, PlayReceipt, PlayReport, SeqRange } from '../../src/contract/play-report.ts';
import type { Verified } from '../../src/contract/signing.ts';
import type { StageEffect } from './effect.ts';
import type { PlaybackEnd } from './playback.ts';
import type { LinkFailure, OpenPlay, OutboxContents, SavedTexts, SaveSlot } from './player-event.ts';

// What a body must provide to be a player. The driver (run-player.ts) calls these and nothing else.

/** Time and chance. */
export interface PlayerClock {
  /** The box's calendar clock. */
  wallMs(): EpochMs;
  /** Only runs forward while the player runs; `performance.now()` in both bodies. */
  monoMs(): Ms;
  /** In [0, 1). */
  random(): number;
  /** Calls `ring` once at `atMonoMs` (at once when that is past), and returns how to call it off. */
  alarm(atMonoMs: Ms, ring: () => void): () => void;
}

/** An answer of the server, or why there is none. A link never throws. */
export type LinkAnswer<T> = (
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: LinkFailure }
) & {
  /** What the server said of its clock, where it did. */
  readonly stamp?: TimeStamp | undefined;
};

/** The server's clock at some instant between question and answer; true to its grain. */
export interface TimeStamp {
  readonly serverMs: EpochMs;
  readonly grainMs: Ms;
}

/** What a poll can bring. `jws` is not checked yet. */
type PolledManifest = (
  | { readonly changed: false }
  | { readonly changed: true; readonly jws: string; readonly etag: string | null }
) & {
  /** Names the statements about emergencies that stand for this player now; null when there are none. */
  readonly standing: string | null;
};

/** One event of the stream, as received. */
export interface StreamMessage {
  readonly event: string;
  readonly data: string;
  readonly id: string | null;
}

/** The way to the server: HTTP and server-sent events. {@link httpLink} is the real one for every body. */
export interface Link {
  offerPairing(request: PairingRequest): Promise<LinkAnswer<PairingOffer>>;
  enrol(token: string, request: PairingRequest): Promise<LinkAnswer<PairingState>>;
  askPairing(secret: string): Promise<LinkAnswer<PairingState>>;
  fetchManifest(token: string, etag: string | null): Promise<LinkAnswer<PolledManifest>>;
  /** The signed statements and commands that stand for this player; not checked yet. */
  fetchStanding(
    token: string,
  ): Promise<
    LinkAnswer<{ readonly statements: readonly string[]; readonly commands?: readonly string[] | undefined }>
  >;
  /** Every rotation of the server's key, oldest first; not checked yet. */
  fetchKeys(token: string): Promise<LinkAnswer<{ readonly rotations: readonly string[] }>>;
  sendReceipts(token: string, receipts: OverrideReceipts): Promise<LinkAnswer<unknown>>;
  sendAnswer(token: string, receipt: CommandReceipt): Promise<LinkAnswer<unknown>>;
  sendPlays(token: string, report: PlayReport): Promise<LinkAnswer<PlayReceipt>>;
  sendHealth(token: string, report: HealthReport): Promise<LinkAnswer<HealthAnswer>>;
  /** The bytes of a file, whole; the caller checks the hash. `url` is as in the manifest. */
  fetchMedia(token: string, url: string): Promise<LinkAnswer<AsyncIterable<Uint8Array<ArrayBuffer>>>>;
  /** Opens the event stream once. `closed` is called once, whatever happens; returns how to close it. */
  openStream(
    token: string,
    lastEventId: string | null,
    listener: {
      opened(): void;
      message(message: StreamMessage): void;
      closed(failure: LinkFailure | null): void;
    },
  ): () => void;
}

/** What the stage tells the driver. For each `play`, at most one `started` and exactly one `ended`. */
export interface StageListener {
  started(playId: number): void;
  /** Of two playbacks that touch, the first one's `ended` comes before the second one's `started`. */
  ended(playId: number, shownMs: Ms, how: PlaybackEnd, reason?: string): void;
  /** The text of this override stands on the screen. */
  textShown(overrideId: number): void;
  /** The text of this override cannot be shown or said; a short code tells why. */
  textFailed(overrideId: number, reason: string): void;
  /** A file that was ready cannot be read any more, or its hash is wrong. */
  lost(sha256: string, code: string): void;
  trouble(code: string, detail: string): void;
}

/** The picture or the loudspeaker. */
export interface Stage {
  /** Called once, before anything else. */
  attach(listener: StageListener): void;
  /**
   * Performs one wish of the core. `stage.play` keeps what is on until the first new frame is ready, then
   * tells `ended(old, …, 'stopped')` and `started(new)`. A playback that is replaced before it started
   * still gets its `ended`, with 0 ms.
   */
  perform(effect: StageEffect): void;
  /** Ends what is on (telling `ended`) and lets go of decoders and processes. */
  close(): Promise<void>;
}

/** A stage whose programme staff can turn down from afar; an emergency is as loud as the box can. */
export interface LoudStage extends Stage {
  /** The loudest volume of the programme from now on, also of what is on. 0 to 100. */
  setVolume(percent: number): void;
}

/**
 * Media files by hash. The driver first asks {@link MediaCache.check} for every file it wants, in the order of
 * need, then fetches the missing ones, so that files already here never wait behind a slow download.
 */
export interface MediaCache {
  /** Whether the file is here and its hash is right; reads the bytes at most once per run. Never throws. */
  check(media: ManifestMedia): Promise<boolean>;
  /**
   * Gets the file through `open`, checks its hash while writing, and keeps it under its hash. Resolves to
   * null when it is ready, else to a short code: the link's own (`offline`, `media.unknown`), or
   * `media.hashMismatch`, `media.storageFull`, `media.writeFailed`. Never throws.
   */
  fetch(media: ManifestMedia, open: MediaFetch): Promise<string | null>;
  /**
   * Files outside `keep` may be deleted, as far as room is needed; may do nothing. `keep` is in the order of need:
   * where there is no room for all, one that is needed less may give way to one that is needed more.
   */
  prune(keep: ReadonlySet<string>): Promise<void>;
  /** Files of `keep` that gave way since the last call, by hash. */
  takeDropped?(): readonly string[];
  /** Bytes used and available, or null where the body cannot know. */
  usage(): Promise<{ usedBytes: number; quotaBytes: number } | null>;
}
/** How a cache gets the bytes of one file: whole, never as a range. */
export type MediaFetch = (
  media: ManifestMedia,
) => Promise<LinkAnswer<AsyncIterable<Uint8Array<ArrayBuffer>>>>;

/**
 * Durable list of plays. Writes are ordered: a later call never becomes durable before an earlier one.
 * A write that rejects is tried again by the driver.
 */
export interface OutboxStorage {
  load(): Promise<OutboxContents>;
  /** Resolves when the beginning is safe from a power cut. */
  begin(play: OpenPlay): Promise<void>;
  /** Resolves when the plays are safe; closes an open play of the same `seq`. */
  append(plays: readonly Play[]): Promise<void>;
  /** Forgets these plays, but never that their numbers were used. */
  remove(ranges: readonly SeqRange[]): Promise<void>;
}

/** Small texts, each written whole and atomically. */
export interface Memory {
  load(): Promise<SavedTexts>;
  save(slot: SaveSlot, text: string): Promise<void>;
}

/** Checks a signed statement against pinned keys; `verifyStatement` of contract/signing, or as it promises. */
type VerifyPort = (jws: string, typ: string, pinned: readonly PublicKey[]) => Promise<Verified>;

/** What a body can do at a command from afar; what is absent it does not offer. Each rejects when it could not. */
export interface Powers {
  /** Sets the loudest volume of the programme; emergencies keep theirs. Also called at start with what was set last. */
  volume?(percent: number): Promise<void> | void;
  /** Ends this player and has another begin; may never resolve. */
  restart?(): Promise<void>;
  reboot?(): Promise<void>;
  /** What is on the screen, as the base64 of a small JPEG. */
  picture?(): Promise<string>;
}

/** Everything a player is made of. */
export interface PlayerPorts {
  readonly clock: PlayerClock;
  readonly link: Link;
  readonly stage: Stage;
  readonly media: MediaCache;
  readonly outbox: OutboxStorage;
  readonly memory: Memory;
  readonly verify: VerifyPort;
  readonly powers?: Powers;
  /** A line for the body's own log. */
  readonly log: (line: string) => void;
}
