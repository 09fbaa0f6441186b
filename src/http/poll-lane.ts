import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KnownPlayer } from '../base/api-routes.ts';
import type { Clock } from '../base/units.ts';
import { TIME_HEADER } from '../contract/manifest.ts';
import { STANDING_HEADER } from '../contract/override.ts';
import { MANIFEST_CACHING } from '../schedule/player-routes.ts';
import { bearerTokenOf } from './guards.ts';

/** Answers a request at once and says so, or leaves it to the app untouched. */
export type Lane = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Where players ask for their programme. */
const MANIFEST_PATH = '/api/player/v1/manifest';

/**
 * Answers "nothing has changed" to a poll before the app sees it: a fleet asks every 30 s, and nearly always
 * this is the answer. From memory alone, with the fields that a 304 must carry (RFC 9110 §15.4.5) and no
 * others. Whatever is not exactly that case (another path, a token that memory does not know, a new programme)
 * goes to the app.
 */
export function pollLane(parts: {
  /** The player of a token that memory knows. Notes that it was here. */
  readonly recognise: (token: string) => KnownPlayer | null;
  /** The entity tag of what the endpoint's player should have, in quotes. */
  readonly etagOf: (endpointId: number) => string | undefined;
  /** The emergencies that stand for an endpoint. */
  readonly standingFor: (endpointId: number) => { readonly name: string } | null;
  readonly now: Clock;
  /** Hears of each answer. */
  readonly onUnchanged: () => void;
}): Lane {
  return (request, response) => {
    if (request.method !== 'GET' || request.url !== MANIFEST_PATH) return false;
    const { authorization, 'if-none-match': etag } = request.headers;
    if (etag === undefined) return false;
    const token = bearerTokenOf(authorization);
    const player = token === null ? null : parts.recognise(token);
    if (player === null) return false;
    const current = parts.etagOf(player.endpointId);
    if (current === undefined || (etag !== current && etag !== `W/${current}`)) return false;
    const standing = parts.standingFor(player.endpointId);
    const told = standing === null ? [] : [STANDING_HEADER, standing.name];
    response.writeHead(304, [
      'etag',
      etag,
      'cache-control',
      MANIFEST_CACHING,
      'vary',
      'Accept-Encoding',
      TIME_HEADER,
      String(parts.now()),
      ...told,
    ]);
    response.end();
    parts.onUnchanged();
    return true;
  };
}
