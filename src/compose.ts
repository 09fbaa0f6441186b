import type { Context } from 'hono';
import type { ApiEnv } from './base/api-routes.ts';
import { type Clock, MINUTE_MS } from './base/units.ts';
import { composeBookings } from './compose-bookings.ts';
import { composeJobs } from './compose-jobs.ts';
import { openSecrets } from './compose-keys.ts';
import { composeLanes } from './compose-lanes.ts';
import { composeMaterial } from './compose-material.ts';
import { composeOverrides } from './compose-overrides.ts';
import { composePlays } from './compose-plays.ts';
import { composeReports } from './compose-reports.ts';
import { composeRetention } from './compose-retention.ts';
import { composeStaff } from './compose-staff.ts';
import { composeTelemetry } from './compose-telemetry.ts';
import type { Config } from './config.ts';
import { EVENT } from './contract/events.ts';
import { publicPartOf } from './contract/signing.ts';
import { type Database, openDatabase } from './db/connect.ts';
import { makeDataFolder } from './db/data-folder.ts';
import { endpointRoutes } from './endpoints/endpoint-routes.ts';
import { endpointStore } from './endpoints/endpoint-store.ts';
import { pairingRoutes } from './endpoints/pairing-routes.ts';
import { playerFlow } from './endpoints/player-flow.ts';
import { playerStore } from './endpoints/player-store.ts';
import { type AnsweredRequest, buildApp } from './http/app.ts';
import { clientAddress } from './http/client-address.ts';
import { readPageSets } from './http/page-files.ts';
import { requestLimits } from './http/request-limits.ts';
import { playRoutes } from './plays/play-routes.ts';
import { quarantineRoutes } from './plays/quarantine-routes.ts';
import { programVersion } from './program-version.ts';
import { mediaAddress } from './schedule/build-manifest.ts';
import { explainer } from './schedule/explain-flow.ts';
import { explainRoutes } from './schedule/explain-routes.ts';
import { explainStore } from './schedule/explain-store.ts';
import { manifestSigner } from './schedule/manifest-signer.ts';
import { nowPlayingRoutes } from './schedule/now-playing-routes.ts';
import { etagOf, playerRoutes } from './schedule/player-routes.ts';
import { eventBytes, PING_PART_MS, PlayerStreams } from './schedule/player-streams.ts';
import { programmeBoard } from './schedule/programme-flow.ts';
import { programmeRoutes } from './schedule/programme-routes.ts';
import { programmeStore } from './schedule/programme-store.ts';
import { audit } from './staff/audit-store.ts';
import { forgetFirstSignIn } from './staff/first-sign-in-files.ts';

/** What the composition takes from outside. Tests hand in a clock, a database or a log of their own. */
export interface Surroundings {
  readonly now: Clock;
  /** Bugs and troubles of background work go here, nowhere else. */
  readonly logTrouble: (what: string, error: unknown) => void;
  readonly database?: Database;
  readonly logRequest?: (request: AnsweredRequest) => void;
}

/** The whole server, put together and at work, but not listening yet. */
export type Composition = Awaited<ReturnType<typeof composeServer>>;

/**
 * Builds everything once, in the order of the data's way: database, stores, flows, routes, jobs.
 * @throws Refusal database.inUse, config.invalid
 */
export async function composeServer(config: Config, { now, logTrouble, logRequest, ...given }: Surroundings) {
  const trouble = (what: string) => (error: unknown) => logTrouble(what, error);
  makeDataFolder(config.dataDir);
  const database =
    given.database ??
    (await openDatabase(
      config.databaseUrl === undefined ? { dataDir: config.dataDir } : { url: config.databaseUrl },
    ));
  const { db, bell } = database;
  const { keys, secret } = await openSecrets(config, database);
  const version = await programVersion();

  const addressOf = (c: Context<ApiEnv>) => clientAddress(c, config.behindProxy);
  const limits = config.rates && requestLimits(config.rates, now);
  const staff = composeStaff({
    ...{ db, secret, now, publicUrl: config.publicUrl, oidc: config.oidc },
    addressOf,
  });
  const { people } = staff;
  const endpoints = endpointStore({ database, audit, now });
  const streams = new PlayerStreams();
  const players = playerFlow({
    store: playerStore({ database, audit, now }),
    ...{ bell, now },
    onEnded: (player) => streams.endOf(player),
    onTrouble: trouble('players'),
  });
  const material = await composeMaterial({ database, audit, now, config, trouble });
  const { assets, imports, review } = material;
  const overrides = await composeOverrides({
    ...{ database, audit, keys, streams, now, alertFolder: config.alertFolder },
    hereSince: players.hereSince,
    onShown: (latencyMs) => telemetry.metrics.overrideShown(latencyMs),
    onTrouble: trouble('overrides'),
  });
  const programmes = programmeStore(database);
  const booked = composeBookings({ database, audit, now, programmes });
  const { playlists, campaigns, fits } = booked;
  const board = programmeBoard({
    store: programmes,
    bell,
    now,
    onPublished: (endpointId, revision) => streams.send(endpointId, eventBytes(EVENT.manifest, { revision })),
    onTrouble: trouble('programme'),
    urlOf: mediaAddress(config.mediaBaseUrl),
  });
  const plays = composePlays({
    ...{ database, audit, now, byPlayer: config.playsByPlayer, overrides: overrides.told },
    onCounted: (lagMs) => telemetry.metrics.playsCounted(lagMs),
    onTrouble: trouble('sums of plays'),
  });
  const onTrouble = trouble('dispatch');
  const parts = { database, audit, config, secret, version, now, campaigns, fitOf: fits.fitOf, onTrouble };
  const { reports, measured, rooms: reportRooms, jobs: reportJobs } = await composeReports(parts);
  const telemetry = composeTelemetry({
    config,
    sources: {
      eventStreams: () => streams.open,
      playersOnline: players.playersOnline,
      endpoints: () => board.size,
      playsWaiting: plays.ingest.waiting,
      ...measured,
    },
    ...{ database, audit, endpoints, now, logTrouble },
    hasSharedKey: overrides.hasSharedKey,
    ...(logRequest && { logRequest }),
  });

  const app = buildApp({
    answered: telemetry.answered,
    rooms: [
      ...telemetry.rooms,
      ...staff.rooms,
      endpointRoutes({ endpoints, players, publicUrl: config.publicUrl }),
      pairingRoutes({
        players,
        serverKeys: () => [publicPartOf(keys.current())],
        now,
        publicUrl: config.publicUrl,
      }),
      ...material.rooms,
      ...booked.rooms,
      ...overrides.rooms,
      playerRoutes({
        current: board.current,
        signed: manifestSigner(overrides.keyOfProgrammes),
        kid: () => keys.current().kid,
        streams,
        standingFor: overrides.standingFor,
        now,
      }),
      programmeRoutes({ board, dayOf: fits.dayOf }),
      nowPlayingRoutes({ board, fleet: endpoints, clock: now }),
      explainRoutes({
        explainer: explainer({
          programmes,
          store: explainStore(database),
          now,
          overrideAt: overrides.holdingAt,
        }),
      }),
      playRoutes({ ingest: telemetry.counting(plays.ingest) }),
      quarantineRoutes({ quarantine: plays.quarantine }),
      ...reportRooms,
    ],
    status: async () => ({
      version,
      endpoints: board.size,
      playersOnline: await players.playersOnline(),
      ...(await reports.totals()),
    }),
    recogniseStaff: staff.recognise,
    recogniseKey: staff.recogniseKey,
    ...{ endpointsOf: staff.endpointsOf, limits, addressOf },
    recogniseAtOnce: players.recogniseAtOnce,
    recognisePlayer: players.recognise,
    ...(await readPageSets()),
    ...{ version, baseUrl: config.publicUrl, mediaBaseUrl: config.mediaBaseUrl },
    logFault: ({ requestId, method, path, error }) =>
      logTrouble(`${method} ${path} (request ${requestId})`, error),
  });

  const lane = composeLanes({
    ...{ app, players, overrides, metrics: telemetry.metrics, now, limits },
    ...{ assets, files: material.files, handsOff: config.mediaHandOff !== undefined },
    etagOf: (endpointId) => {
      const programme = board.current(endpointId);
      return programme && etagOf(programme, keys.current().kid);
    },
  });

  const jobs = composeJobs({
    database,
    now,
    own: [
      ...overrides.jobs,
      ...reportJobs,
      ...material.jobs,
      {
        name: 'roll horizons',
        everyMs: MINUTE_MS,
        run: () => (board.rollIsDue() ? board.refresh() : undefined),
      },
      // For a ring that a dying server process never rang.
      { name: 'read the world anew', everyMs: 5 * MINUTE_MS, run: board.refresh },
      {
        name: 'forget the first sign-in',
        everyMs: MINUTE_MS,
        run: () => forgetFirstSignIn(config.dataDir, now(), staff.hasOneTimePassword),
      },
      { name: 'ping streams', everyMs: PING_PART_MS, run: () => streams.pingNextPart() },
    ],
    shared: [
      ...telemetry.sharedJobs,
      ...composeRetention({ database, audit, config, now }),
      ...overrides.sharedJobs,
      ...material.sharedJobs,
      ...plays.sharedJobs,
      { name: 'retire expired material', everyMs: MINUTE_MS, offsetMs: 0, run: review.retireExpired },
      ...staff.sharedJobs,
    ],
  });

  return {
    app,
    lane,
    jobs,
    board,
    streams,
    people,
    keys: staff.keys,
    endpoints,
    players,
    assets,
    imports,
    expireUploads: material.expireUploads,
    listening: material.listening,
    review,
    playlists,
    campaigns,
    reports,
    overrides,
    /** What players pin. */
    publicKey: () => publicPartOf(keys.current()),
    /** Makes ready what the first request needs. */
    async start(): Promise<void> {
      await plays.keepMonths();
      await players.start();
      await overrides.start();
      await board.start();
      telemetry.serving(true);
    },
    /** Tells load balancers and players to go elsewhere; whatever still comes is answered. */
    leave(): void {
      telemetry.serving(false);
      streams.endAll();
    },
    /** Ends streams, writes down what waits and closes the database. */
    async stop(): Promise<void> {
      telemetry.serving(false);
      board.stop();
      overrides.stop();
      plays.stop();
      assets.close();
      streams.endAll();
      await players.stop();
      await database.close();
    },
  };
}
