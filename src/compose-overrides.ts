import type { Audit } from './base/audit.ts';
import { type Clock, type EpochMs, SECOND_MS } from './base/units.ts';
import { composeCommands } from './compose-commands.ts';
import { composeKeys } from './compose-keys.ts';
import { EVENT } from './contract/events.ts';
import type { Database, Db } from './db/connect.ts';
import { groupRoutes } from './endpoints/group-routes.ts';
import { groupStore } from './endpoints/group-store.ts';
import type { Job } from './jobs/jobs.ts';
import { alertFlow } from './override/alert-flow.ts';
import { alertFolder } from './override/alert-folder-files.ts';
import { alertRoutes } from './override/alert-routes.ts';
import { alertStore } from './override/alert-store.ts';
import { holderAt, titleOf } from './override/holding.ts';
import { overrideFlow } from './override/override-flow.ts';
import { overrideRoutes } from './override/override-routes.ts';
import { overrideStore } from './override/override-store.ts';
import { placeFactsStore } from './override/place-facts-store.ts';
import { receiptFlow } from './override/receipt-flow.ts';
import { receiptRoutes } from './override/receipt-routes.ts';
import { receiptStore } from './override/receipt-store.ts';
import { overrideReports } from './override/report-flow.ts';
import { type Standing, withCommands } from './override/standing.ts';
import { standingBoard } from './override/standing-board-flow.ts';
import { templateRoutes } from './override/template-routes.ts';
import { templateStore } from './override/template-store.ts';
import { toldOverrides } from './override/told-override-flow.ts';
import { eventBytes, type PlayerStreams } from './schedule/player-streams.ts';
import type { SigningKeys } from './schedule/signing-key-files.ts';

/** Everything about emergencies and groups, and the commands that travel beside them, put together. */
export async function composeOverrides(deps: {
  database: Database;
  audit: Audit<Db>;
  keys: SigningKeys;
  streams: PlayerStreams;
  now: Clock;
  /** Where other systems put alerts, if anywhere. */
  alertFolder: string | undefined;
  /** Since when a player has been here without a break. */
  hereSince: (playerId: number) => EpochMs | null;
  /** Hears how long an emergency took to each screen. */
  onShown: (latencyMs: number) => void;
  onTrouble: (error: unknown) => void;
}) {
  const { database, audit, keys, streams, now, onTrouble } = deps;
  const store = overrideStore({ database, audit, now });
  const templates = templateStore({ database, audit, now });
  const facts = placeFactsStore(database);
  const told = toldOverrides(store);
  const board = standingBoard({
    store,
    told,
    keyNow: keys.current,
    bell: database.bell,
    push: (endpointIds, jws) => {
      const bytes = eventBytes(EVENT.override, jws);
      for (const id of endpointIds) streams.send(id, bytes);
    },
    now,
    onTrouble,
  });
  const commands = composeCommands({ database, audit, keys, streams, now, onTrouble });
  const standingFor = (endpointId: number): Standing | null =>
    withCommands(board.standingFor(endpointId), commands.board.pendingFor(endpointId));
  // A new key signs anew what stands.
  const onRotated = async () => {
    await board.signAnew();
    await commands.board.refresh();
  };
  const rotation = composeKeys({
    ...{ database, audit, keys, now, onRotated, onTrouble },
    onForeign: () => streams.endAll(),
  });
  const flow = overrideFlow({ store, facts, templates, now, onChanged: (changed) => board.take(changed) });
  const receiptsKept = receiptStore(database.sql);
  const receipts = receiptFlow({ ...deps, store: receiptsKept, told });
  const reports = overrideReports({ receipts: receiptsKept, facts, now });
  const alerts = alertStore({ database, audit, now });
  const intake = alertFlow({ store: alerts, overrides: flow, now });
  const jobs: Job[] = [
    ...commands.jobs,
    ...rotation.jobs,
    // The bell tells at once; this finds what a bell that nobody rang kept back, and forgets what has ended.
    { name: 'look after emergencies', everyMs: 10 * SECOND_MS, run: () => board.refresh() },
  ];
  if (deps.alertFolder !== undefined) {
    const take = (bytes: Uint8Array) => intake.take(bytes, { source: 'folder', actor: 'system' });
    const folder = await alertFolder(deps.alertFolder, take, now);
    jobs.push({ name: 'look for alerts', everyMs: 2 * SECOND_MS, run: () => folder.look() });
  }
  return {
    rooms: [
      ...rotation.rooms,
      ...commands.rooms,
      groupRoutes({ groups: groupStore({ database, audit, now }) }),
      overrideRoutes({ flow, store, reports }),
      templateRoutes({ templates }),
      receiptRoutes({ receipts, standingFor }),
      alertRoutes({ flow: intake, store: alerts }),
    ],
    jobs,
    sharedJobs: commands.sharedJobs,
    hasSharedKey: rotation.hasSharedKey,
    keyOfProgrammes: rotation.keyOfProgrammes,
    standingFor,
    flow,
    receipts,
    intake,
    told,
    /** The emergency that had an endpoint at an instant. */
    async holdingAt(endpointId: number, at: number) {
      const holder = holderAt(await store.airingAt(at), endpointId, at);
      return holder && { overrideId: holder.id, title: titleOf(holder), since: holder.fromAt ?? at };
    },
    async start(): Promise<void> {
      await commands.board.start();
      await board.start();
    },
    stop(): void {
      board.stop();
      commands.board.stop();
      rotation.stop();
      facts.close();
    },
  };
}
