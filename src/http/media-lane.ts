import type { KnownPlayer } from '../base/api-routes.ts';
import type { ApprovedFile } from '../catalogue/asset-store.ts';
import { readByteRange } from '../catalogue/byte-range.ts';
import type { MediaFiles } from '../catalogue/media-files.ts';
import { partOfFile } from '../catalogue/media-routes.ts';
import { sendPart } from '../catalogue/send-files.ts';
import { bearerTokenOf } from './guards.ts';
import type { Lane } from './poll-lane.ts';

/** Where players fetch files. */
const MEDIA_PATH = /^\/api\/player\/v1\/media\/([0-9a-f]{64})$/;

/**
 * Sends files to players before the app sees the request: ranges of a megabyte would cost more in the app than on the
 * disk. Only a plain GET of a player whose token memory knows, for a file that memory knows, is answered here, with the
 * fields that the app gives; everything else goes to the app.
 */
export function mediaLane(parts: {
  /** The player of a token that memory knows. Notes that it was here. */
  readonly recognise: (token: string) => KnownPlayer | null;
  /** The approved file of a hash, where memory knows it. */
  readonly fileOf: (sha256: string) => ApprovedFile | null;
  /** Where a file lies that was read on this disk before; the app finds all others, and says when there is none. */
  readonly files: Pick<MediaFiles, 'localAtOnce' | 'forget'>;
}): Lane {
  return (request, response) => {
    if (request.method !== 'GET') return false;
    const [, sha256] = MEDIA_PATH.exec(request.url ?? '') ?? [];
    if (sha256 === undefined) return false;
    const { authorization, range: asked, 'if-none-match': ifNone, 'if-range': ifRange } = request.headers;
    if (ifNone !== undefined || ifRange !== undefined) return false;
    const token = bearerTokenOf(authorization);
    if (token === null || parts.recognise(token) === null) return false;
    const file = parts.fileOf(sha256);
    const path = parts.files.localAtOnce(sha256);
    if (file === null || path === null) return false;
    const range = readByteRange(asked, file.bytes);
    if (range === 'unsatisfiable') return false;
    const { status, headers, part } = partOfFile({ ...file, etag: `"${sha256}"` }, range);
    response.writeHead(status, headers);
    sendPart(path, part, response, () => parts.files.forget(sha256));
    return true;
  };
}
