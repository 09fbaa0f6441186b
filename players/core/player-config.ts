import type { Ms } from '../../src/base/units.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/base/units.ts';
import type { CommandKind } from '../../src/contract/command.ts';
import type { EndpointKind, PublicKey } from '../../src/contract/media-type.ts';
import type { PairingRequest } from '../../src/contract/pairing.ts';
import type { ManifestShelf } from './accept-manifest.ts';

/** What a body tells the core once, at start; never changes while the player runs. */
export interface PlayerConfig {
  /** Name and version of the program, as health reports give them. */
  readonly player: { readonly name: string; readonly version: string };
  readonly hardwareId: string;
  readonly kind: EndpointKind;
  readonly capabilities: PairingRequest['capabilities'];
  /** The commands that this body carries out. */
  readonly offers: readonly CommandKind[];
  /** A single-use token that staff made in advance; null to pair by a code on the screen. */
  readonly enrolmentToken: string | null;
  /** Keys to trust besides those told at pairing; usually empty. */
  readonly extraKeys: readonly PublicKey[];
  /** Mean pause between two polls while all is well. */
  readonly pollMs: Ms;
  /** Longest pause between two tries of anything that fails. */
  readonly slowestMs: Ms;
  readonly healthMs: Ms;
  /** Longest wait of a finished play before it is reported. */
  readonly reportMs: Ms;
  /** Plays in one report; 1 to 1,000. */
  readonly reportBatch: number;
  /** Most plays held in the outbox; beyond it the oldest are summarised. */
  readonly outboxCap: number;
  /** A spot is joined in its middle only while at least so much of it remains; else the next one is awaited. */
  readonly joinMinMs: Ms;
  /** A spot may start so much before its time when the one before ended early. */
  readonly earlyMs: Ms;
  /** A play that lacks at most this of its spot's length counts as completed. */
  readonly completeSlackMs: Ms;
  /** How far ahead of its start a spot is announced to the body for preloading. */
  readonly preloadMs: Ms;
  /** Whether to keep the event stream open; without it the poll finds the same facts. */
  readonly stream: boolean;
  /** Shared by the players of one simulator so that equal loops are held once; null in a real player. */
  readonly shelf: ManifestShelf | null;
}

/** The pauses and limits of a player in the field; a body adds who it is. */
export const FIELD_DEFAULTS = {
  offers: [],
  enrolmentToken: null,
  extraKeys: [],
  pollMs: 30 * SECOND_MS,
  slowestMs: 5 * MINUTE_MS,
  healthMs: 5 * MINUTE_MS,
  reportMs: 15 * SECOND_MS,
  reportBatch: 100,
  outboxCap: 50_000,
  joinMinMs: SECOND_MS,
  earlyMs: 250,
  completeSlackMs: 500,
  preloadMs: HOUR_MS,
  stream: true,
  shelf: null,
} as const satisfies Partial<PlayerConfig>;
