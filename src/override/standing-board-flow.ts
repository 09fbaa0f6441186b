import type { Clock, EpochMs } from '../base/units.ts';
import { OVERRIDE_TYP } from '../contract/override.ts';
import { type PrivateKey, signStatement } from '../contract/signing.ts';
import type { OverrideStore, StoredOverride } from './override-store.ts';
import type { Standing } from './standing.ts';
import { CLOCK_LAG_MS, statementsOf } from './statement.ts';
import type { ToldOverrides } from './told-override-flow.ts';

/** Holds the signed statements of every override that stands, and pushes new ones to the open streams. */
export interface StandingBoard {
  /** Reads all that stands; afterwards follows the bell. */
  start(): Promise<void>;
  /** What stands for an endpoint now; null when nothing does. */
  standingFor(endpointId: number): Standing | null;
  /** Takes in overrides that changed and pushes what is new; a second time changes nothing. */
  take(changed: readonly StoredOverride[]): Promise<void>;
  /** Reads all that stands again, for a ring that was never heard, and forgets what has ended. */
  refresh(): Promise<void>;
  /** Signs all that stands anew, after the key was replaced. */
  signAnew(): Promise<void>;
  stop(): void;
}

/** The part of a bell that is needed here. */
interface OverrideBell {
  listen(topic: string, handler: (payload: string) => void): () => void;
  whenMissed(handler: () => void): () => void;
}

interface Held {
  readonly serial: number;
  readonly until: EpochMs;
  readonly jws: string;
}

/**
 * Makes the board. `push` writes to the open streams of an endpoint. Every server signs for itself: Ed25519 is
 * deterministic, so the same override gives the same bytes on all of them.
 */
export function standingBoard(deps: {
  store: Pick<OverrideStore, 'standing' | 'aired'>;
  told: ToldOverrides;
  /** The key that signs now. */
  keyNow: () => PrivateKey;
  bell: OverrideBell;
  push: (endpointIds: readonly number[], jws: string) => void;
  now: Clock;
  onTrouble: (error: unknown) => void;
}): StandingBoard {
  const { store, told, keyNow, bell, push, now, onTrouble } = deps;
  const byEndpoint = new Map<number, Map<number, Held>>();
  /** The newest serial taken in of each override, with its end. */
  const serials = new Map<number, { readonly serial: number; readonly until: EpochMs }>();
  const stops: (() => void)[] = [];

  async function takeOne(override: StoredOverride): Promise<void> {
    const { id, serial, state, fromAt, untilAt } = override;
    if ((state !== 'live' && state !== 'withdrawn') || fromAt === null || untilAt === null) return;
    if (untilAt <= now() || !isNews(id, serial)) return;
    serials.set(id, { serial, until: untilAt });
    told.note(override);
    const from = fromAt === override.confirmedAt ? fromAt - CLOCK_LAG_MS : fromAt;
    const statements = statementsOf({ ...override, state, from, until: untilAt });
    await Promise.all(
      statements.map(async (statement) => {
        const jws = await signStatement(JSON.stringify(statement), OVERRIDE_TYP, keyNow());
        const held: Held = { serial, until: untilAt, jws };
        for (const endpointId of statement.endpoints) hold(endpointId, statement.overrideId, held);
        push(statement.endpoints, jws);
      }),
    );
  }

  function isNews(id: number, serial: number): boolean {
    return serial > (serials.get(id)?.serial ?? 0);
  }

  function hold(endpointId: number, overrideId: number, held: Held): void {
    const own = byEndpoint.get(endpointId) ?? new Map<number, Held>();
    if ((own.get(overrideId)?.serial ?? 0) < held.serial) own.set(overrideId, held);
    byEndpoint.set(endpointId, own);
  }

  /** What has ended need not be told any more: every statement about it says so itself. */
  function forgetEnded(): void {
    const at = now();
    const ended = [...serials].filter(([, { until }]) => until <= at).map(([id]) => id);
    if (ended.length === 0) return;
    for (const id of ended) serials.delete(id);
    for (const [endpointId, own] of byEndpoint) {
      for (const [id, { until }] of own) if (until <= at) own.delete(id);
      if (own.size === 0) byEndpoint.delete(endpointId);
    }
  }

  async function take(changed: readonly StoredOverride[]): Promise<void> {
    // One after the other, so that a replaced override is told to end after the new one was told.
    for (const override of changed) await takeOne(override);
  }

  async function refresh(): Promise<void> {
    forgetEnded();
    await take(await store.standing());
  }

  const quietly = (work: Promise<unknown>): void => void work.catch(onTrouble);
  return {
    async start() {
      stops.push(
        bell.listen('overrides', (payload) => {
          const told = payload.split(',').map((change) => change.split('.').map(Number));
          // This server has taken in its own changes already; others read them.
          const ids = told.flatMap(([id = 0, serial = 0]) => (isNews(id, serial) ? [id] : []));
          if (ids.length === 0) return;
          quietly(
            store
              .aired(ids)
              .then((rows) => take(ids.flatMap((id) => rows.find((row) => row.id === id) ?? []))),
          );
        }),
        bell.whenMissed(() => quietly(refresh())),
      );
      await refresh();
    },
    standingFor(endpointId) {
      const all = byEndpoint.get(endpointId);
      if (all === undefined) return null;
      const at = now();
      const held = [...all].filter(([, { until }]) => until > at);
      if (held.length === 0) return null;
      return {
        name: held.map(([id, { serial }]) => `${id}.${serial}`).join(','),
        statements: held.map(([, { jws }]) => jws),
      };
    },
    take,
    refresh,
    async signAnew() {
      serials.clear();
      byEndpoint.clear();
      await refresh();
    },
    stop() {
      for (const stop of stops.splice(0)) stop();
    },
  };
}
