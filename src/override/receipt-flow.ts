import { setTimeout as pause } from 'node:timers/promises';
import type { KnownPlayer } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import { type Clock, type EpochMs, MINUTE_MS, type Ms } from '../base/units.ts';
import type { OverrideReceipt } from '../contract/override.ts';
import { type HeardReceipt, mergedReceipts, type ReceiptRow } from './receipt.ts';
import type { ReceiptStore } from './receipt-store.ts';
import type { ToldOverrides } from './told-override-flow.ts';

/** Takes what players tell of overrides. */
export interface Receipts {
  /**
   * Writes down the receipts of one player; resolves after the commit with how many were taken. Those about
   * overrides that this endpoint was never told are dropped.
   * @throws Refusal request.tooMany when too many wait already
   */
  receive(player: KnownPlayer, receipts: readonly OverrideReceipt[]): Promise<number>;
}

/** Most receipts that may wait in memory. */
const MOST_WAITING = 100_000;
/** Most receipts in one commit. */
const MOST_PER_COMMIT = 5_000;

/** After so long without another receipt those that came are written down; the first waits `MOST_PAUSES` times that. */
const PAUSE_MS: Ms = 3;
const MOST_PAUSES = 5;

/** A box that was not there when an override was raised, and shows it later than this, was off: that is no latency. */
const STRAIGHT_AWAY_MS: Ms = MINUTE_MS;

interface Waiting {
  readonly receipts: readonly HeardReceipt[];
  readonly resolve: (taken: number) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Receipts that come in while a statement runs share the next commit: when ten thousand players tell at once
 * that an emergency is on, that is a few statements and not ten thousand.
 */
export function receiptFlow(deps: {
  store: ReceiptStore;
  told: ToldOverrides;
  now: Clock;
  /** Since when a player has been here without a break; null: it is not. */
  hereSince: (playerId: number) => EpochMs | null;
  /** Hears how long after it should be on the air an endpoint told first that it shows an override. */
  onShown: (latencyMs: Ms) => void;
}): Receipts {
  const { store, told, now, hereSince, onShown } = deps;
  let queue: Waiting[] = [];
  let waiting = 0;
  let isRunning = false;

  async function pump(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    while (queue.length > 0) {
      await gather();
      const together = takeTogether();
      try {
        const news = await store.write(mergedReceipts(together.flatMap(({ receipts }) => receipts)), now());
        for (const { receipts, resolve } of together) resolve(receipts.length);
        for (const row of news) measure(row);
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    isRunning = false;
  }

  /** A fleet answers within moments: a few commits for all of them leave it the processor. */
  async function gather(): Promise<void> {
    for (let pauses = 0; pauses < MOST_PAUSES; pauses += 1) {
      const before = queue.length;
      await pause(PAUSE_MS);
      if (queue.length === before) return;
    }
  }

  /** However long it took a player that was here all the time; of one that came later only what is straight away. */
  function measure({ overrideId, endpointId, playerId }: ReceiptRow): void {
    const known = told.known(overrideId);
    if (!known) return;
    const dueAt = Math.max(known.airedAt, known.at(endpointId)?.from ?? 0);
    const latencyMs = now() - dueAt;
    const wasHere = (hereSince(playerId) ?? Number.POSITIVE_INFINITY) <= dueAt;
    if (latencyMs >= 0 && (wasHere || latencyMs < STRAIGHT_AWAY_MS)) onShown(latencyMs);
  }

  function takeTogether(): Waiting[] {
    let size = 0;
    let count = 0;
    for (const { receipts } of queue) {
      if (count > 0 && size + receipts.length > MOST_PER_COMMIT) break;
      size += receipts.length;
      count += 1;
    }
    const together = queue.slice(0, count);
    queue = queue.slice(count);
    return together;
  }

  return {
    async receive({ playerId, endpointId }, receipts) {
      if (waiting + receipts.length > MOST_WAITING)
        throw new Refusal('request.tooMany', {
          en: 'Too many receipts wait; send them again in a while.',
          zh: '等待处理的回执过多，请稍后重新发送。',
        });
      waiting += receipts.length;
      try {
        const heard: HeardReceipt[] = [];
        for (const receipt of receipts) {
          const known = told.known(receipt.overrideId) ?? (await told.look(receipt.overrideId));
          if (known?.at(endpointId)) heard.push({ ...receipt, playerId, endpointId });
        }
        if (heard.length === 0) return 0;
        return await new Promise<number>((resolve, reject) => {
          queue.push({ receipts: heard, resolve, reject });
          void pump();
        });
      } finally {
        waiting -= receipts.length;
      }
    },
  };
}
