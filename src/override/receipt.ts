import type { EpochMs } from '../base/units.ts';
import type { OverrideReceipt } from '../contract/override.ts';

/** What one endpoint's player told of one override, all its receipts of a batch in one. */
export interface ReceiptRow {
  readonly overrideId: number;
  readonly endpointId: number;
  readonly playerId: number;
  readonly serial: number;
  readonly state: OverrideReceipt['state'];
  readonly reason: string | null;
  /** The earliest showing told. */
  readonly shownAt: EpochMs | null;
  /** The latest end told; null again once it is shown anew. */
  readonly endedAt: EpochMs | null;
}

/** A receipt with who told it. */
export interface HeardReceipt extends OverrideReceipt {
  readonly endpointId: number;
  readonly playerId: number;
}

/**
 * One row for each override and endpoint, since one statement cannot write a row twice. The receipts are in
 * the order in which they came in: the last one tells the state.
 */
export function mergedReceipts(heard: readonly HeardReceipt[]): ReceiptRow[] {
  const rows = new Map<string, ReceiptRow>();
  for (const { overrideId, endpointId, playerId, serial, state, at, reason } of heard) {
    const key = `${overrideId} ${endpointId}`;
    const before = rows.get(key);
    const atMs = Date.parse(at);
    rows.set(key, {
      overrideId,
      endpointId,
      playerId,
      serial,
      state,
      reason: reason ?? null,
      shownAt: state === 'shown' ? Math.min(before?.shownAt ?? atMs, atMs) : (before?.shownAt ?? null),
      endedAt: state === 'ended' ? atMs : null,
    });
  }
  return [...rows.values()];
}
