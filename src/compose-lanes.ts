import type { KnownPlayer } from './base/api-routes.ts';
import type { Clock } from './base/units.ts';
import type { AssetStore } from './catalogue/asset-store.ts';
import type { MediaFiles } from './catalogue/media-files.ts';
import type { composeOverrides } from './compose-overrides.ts';
import type { composeTelemetry } from './compose-telemetry.ts';
import type { PlayerFlow } from './endpoints/player-flow.ts';
import type { App } from './http/app.ts';
import { mediaLane } from './http/media-lane.ts';
import { type Lane, pollLane } from './http/poll-lane.ts';
import { receiptLane } from './http/receipt-lane.ts';
import type { RequestLimits } from './http/request-limits.ts';

/** What answers before the app does, since a whole fleet asks it at once: polls, receipts of emergencies, files. */
export function composeLanes(parts: {
  readonly app: App;
  readonly players: PlayerFlow;
  readonly assets: AssetStore;
  readonly files: MediaFiles;
  readonly now: Clock;
  /** A proxy in front sends the files. */
  readonly handsOff: boolean;
  readonly overrides: Awaited<ReturnType<typeof composeOverrides>>;
  readonly metrics: ReturnType<typeof composeTelemetry>['metrics'];
  /** Who asks too much is left to the app, which refuses it. */
  readonly limits: RequestLimits | undefined;
  /** The entity tag of what the endpoint's player should have, in quotes. */
  readonly etagOf: (endpointId: number) => string | undefined;
}): Lane {
  const { app, players, overrides, metrics, limits } = parts;
  const knownWithin =
    (kind: 'player' | 'media') =>
    (token: string): KnownPlayer | null => {
      const player = players.recogniseAtOnce(token);
      return player === null || (limits !== undefined && limits[kind](player.playerId) > 0) ? null : player;
    };
  const polls = pollLane({
    recognise: knownWithin('player'),
    onUnchanged: metrics.pollUnchanged,
    now: parts.now,
    etagOf: parts.etagOf,
    standingFor: overrides.standingFor,
  });
  const receipts = receiptLane({
    recognise: knownWithin('player'),
    receive: overrides.receipts.receive,
    app: app.fetch,
    onTaken: metrics.receiptsTaken,
  });
  const media = mediaLane({
    recognise: knownWithin('media'),
    fileOf: (sha256) => (parts.handsOff ? null : parts.assets.approvedFileAtOnce(sha256)),
    files: parts.files,
  });
  return (request, response) =>
    polls(request, response) || receipts(request, response) || media(request, response);
}
