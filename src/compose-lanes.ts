import type { composeOverrides } from './compose-overrides.ts';
import type { composeTelemetry } from './compose-telemetry.ts';
import type { PlayerFlow } from './endpoints/player-flow.ts';
import type { App } from './http/app.ts';
import { type Lane, pollLane } from './http/poll-lane.ts';
import { receiptLane } from './http/receipt-lane.ts';

/** What answers before the app does, since a whole fleet asks it at once: polls and receipts of emergencies. */
export function composeLanes(parts: {
  readonly app: App;
  readonly players: PlayerFlow;
  readonly overrides: Awaited<ReturnType<typeof composeOverrides>>;
  readonly metrics: ReturnType<typeof composeTelemetry>['metrics'];
  /** The entity tag of what the endpoint's player should have, in quotes. */
  readonly etagOf: (endpointId: number) => string | undefined;
}): Lane {
  const { app, players, overrides, metrics } = parts;
  const polls = pollLane({
    recognise: players.recogniseAtOnce,
    onUnchanged: metrics.pollUnchanged,
    etagOf: parts.etagOf,
    standingFor: overrides.board.standingFor,
  });
  const receipts = receiptLane({
    recognise: players.recogniseAtOnce,
    receive: overrides.receipts.receive,
    app: app.fetch,
    onTaken: metrics.receiptsTaken,
  });
  return (request, response) => polls(request, response) || receipts(request, response);
}
