import { beforeEach, describe, expect, test } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '../../src/base/units.ts';
import { receiptFlow } from '../../src/override/receipt-flow.ts';
import { toldOverride } from '../../src/override/told-override.ts';

const RAISED = Date.UTC(2027, 1, 5, 4);
const show = { kind: 'text', title: '火情', body: '请撤离', lang: 'zh-CN' } as const;
const override = (from: number) =>
  toldOverride({ airedAt: RAISED, from, until: RAISED + 1e7, parts: [{ show, endpoints: [10, 20] }] });
let now = RAISED;
let took: number[] = [];
const shownBefore = new Set<number>();
/** Player 1 has been here for an hour, player 2 came half a minute after the emergency. */
const here = new Map([
  [1, RAISED - 60 * MINUTE_MS],
  [2, RAISED + 30 * SECOND_MS],
]);
const told = new Map([
  [7, override(RAISED)],
  [8, override(RAISED + 20 * MINUTE_MS)],
]);
const receipts = receiptFlow({
  store: {
    write: async (rows) => rows.filter(({ endpointId }) => !shownBefore.has(endpointId)),
    counts: async () => new Map(),
    of: async () => [],
  },
  told: { known: (id) => told.get(id), look: async (id) => told.get(id) ?? null, note: () => {} },
  now: () => now,
  hereSince: (playerId) => here.get(playerId) ?? null,
  onShown: (latencyMs) => took.push(latencyMs),
});
beforeEach(() => {
  took = [];
  shownBefore.clear();
});

async function shows(playerId: number, afterMs: number, overrideId = 7): Promise<void> {
  now = RAISED + afterMs;
  const at = new Date(now).toISOString();
  await receipts.receive({ playerId, endpointId: playerId * 10 }, [
    { overrideId, serial: 1, state: 'shown', at },
  ]);
}

describe('the time until an emergency is shown', () => {
  test('is measured however long it was, of players that were there all the time', async () => {
    await shows(1, 300);
    await shows(1, 25 * MINUTE_MS);
    expect(took).toEqual([300, 25 * MINUTE_MS]);
  });

  test('of players that came later is measured within a minute: a box that was off is not slow', async () => {
    await shows(2, 40 * SECOND_MS);
    await shows(2, 25 * MINUTE_MS);
    await shows(3, 25 * MINUTE_MS);
    expect(took).toEqual([40 * SECOND_MS]);
  });

  test('begins when the emergency begins', async () => {
    await shows(1, 20 * MINUTE_MS + 70, 8);
    expect(took).toEqual([70]);
  });

  test('is measured once: a receipt sent again, or a return after a graver emergency, is no delay', async () => {
    shownBefore.add(10);
    await shows(1, 25 * MINUTE_MS);
    expect(took).toEqual([]);
  });
});
