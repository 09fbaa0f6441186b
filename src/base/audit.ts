import type { EpochMs } from './units.ts';

/** One act of a person, for the append-only log. */
export interface AuditEntry {
  readonly at: EpochMs;
  /** Staff id, or `system`. */
  readonly actor: string;
  /** Verb with its noun, for example `asset.approve`. */
  readonly action: string;
  /** What it was done to, for example `asset 12`. */
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Writes an entry inside the transaction of the act itself, so that neither exists without the other. */
export type Audit<Tx> = (tx: Tx, entry: AuditEntry) => Promise<void>;
