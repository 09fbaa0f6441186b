import { type ClientResponse, hc } from 'hono/client';
import type { audienceRoutes } from '../audience/audience-routes.ts';
import type { campaignRoutes } from '../campaigns/campaign-routes.ts';
import type { playlistDraftRoutes } from '../campaigns/playlist-draft-routes.ts';
import type { schedulingRuleRoutes } from '../campaigns/scheduling-rule-routes.ts';
import type { assetRoutes } from '../catalogue/asset-routes.ts';
import type { materialRoutes } from '../catalogue/material-routes.ts';
import type { uploadRoutes } from '../catalogue/upload-routes.ts';
import type { verdictRoutes } from '../catalogue/verdict-routes.ts';
import type { dispatchRoutes } from '../dispatch/dispatch-routes.ts';
import type { commandRoutes } from '../endpoints/command-routes.ts';
import type { endpointRoutes } from '../endpoints/endpoint-routes.ts';
import type { groupRoutes } from '../endpoints/group-routes.ts';
import type { healthHistoryRoutes } from '../endpoints/health-history-routes.ts';
import type { comparisonRoutes } from '../impressions/comparison-routes.ts';
import type { coverageRoutes } from '../impressions/coverage-routes.ts';
import type { issuedReportRoutes } from '../impressions/issued-report-routes.ts';
import type { reportRoutes } from '../impressions/report-routes.ts';
import type { shortfallRoutes } from '../impressions/shortfall-routes.ts';
import type { singlePlayRoutes } from '../impressions/single-play-routes.ts';
import type { noticeRoutes } from '../notices/notice-routes.ts';
import type { tallyRoutes } from '../outreach/tally-routes.ts';
import type { alertRoutes } from '../override/alert-routes.ts';
import type { overrideRoutes } from '../override/override-routes.ts';
import type { templateRoutes } from '../override/template-routes.ts';
import type { quarantineRoutes } from '../plays/quarantine-routes.ts';
import type { renditionRoutes } from '../renditions/rendition-routes.ts';
import type { reviewRoutes } from '../review/review-routes.ts';
import type { airtimeRoutes } from '../schedule/airtime-routes.ts';
import type { bookingFitRoutes } from '../schedule/booking-fit-routes.ts';
import type { endpointFileRoutes } from '../schedule/endpoint-file-routes.ts';
import type { explainRoutes } from '../schedule/explain-routes.ts';
import type { nowPlayingRoutes } from '../schedule/now-playing-routes.ts';
import type { programmeRoutes } from '../schedule/programme-routes.ts';
import type { signingKeyRoutes } from '../schedule/signing-key-routes.ts';
import type { auditRoutes } from '../staff/audit-routes.ts';
import type { keyRoutes } from '../staff/key-routes.ts';
import type { oidcRoutes } from '../staff/oidc-routes.ts';
import type { passkeyRoutes } from '../staff/passkey-routes.ts';
import type { secondFactorRoutes } from '../staff/second-factor-routes.ts';
import type { sessionRoutes } from '../staff/session-routes.ts';
import type { staffRoutes } from '../staff/staff-routes.ts';
import type { storageRoutes } from '../telemetry/storage-routes.ts';
import { noteAway, noteBack } from './connection.ts';
import { earlyAnswer } from './early-answer.ts';
import { currentLanguage } from './language.ts';

/** One thing that is wrong in a request, and where. */
export interface FaultPart {
  readonly where: string;
  readonly message: string;
}

/** What the server refused, as its problem document tells it; status 0: it cannot be reached. */
export class Trouble extends Error {
  readonly status: number;
  readonly code: string;
  /** One sentence in the server's words. */
  readonly detail: string;
  readonly parts: readonly FaultPart[];

  /** `title` is in the language of the console. */
  constructor(
    title: string,
    problem: { status: number; code: string; detail: string; parts?: readonly FaultPart[] | undefined },
  ) {
    super(title);
    this.name = 'Trouble';
    this.status = problem.status;
    this.code = problem.code;
    this.detail = problem.detail;
    this.parts = problem.parts ?? [];
  }
}

/** The trouble in an error answer that has been read, or a plain one where it is no problem document. */
export function troubleOf(status: number, body: unknown): Trouble {
  if (typeof body === 'object' && body !== null && 'code' in body && 'title' in body) {
    const { title, code, detail, parts } = body as {
      title: string;
      code: string;
      detail: string;
      parts?: [];
    };
    return new Trouble(title, { status, code, detail, parts });
  }
  return new Trouble(`HTTP ${status}`, { status, code: 'http', detail: '' });
}

/** The one fetch of the console: speaks its language, and notes whether the server can be reached. */
async function fetchNoting(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  try {
    const response = await (earlyAnswer(input, init) ?? fetch(input, init));
    noteBack();
    return response;
  } catch (error) {
    if (init?.signal?.aborted) throw error;
    noteAway();
    throw new Trouble(currentLanguage() === 'zh' ? '服务器暂时连接不上' : 'The server cannot be reached', {
      status: 0,
      code: 'away',
      detail: '',
    });
  }
}

const options = {
  fetch: fetchNoting,
  headers: () => ({ 'accept-language': currentLanguage() === 'zh' ? 'zh-CN' : 'en' }),
};

/** The rooms of the server, each typed by its own routes. */
export const api = {
  session: hc<ReturnType<typeof sessionRoutes>>('/', options).api,
  keys: hc<ReturnType<typeof keyRoutes>>('/', options).api,
  oidc: hc<ReturnType<typeof oidcRoutes>>('/', options).api,
  passkeys: hc<ReturnType<typeof passkeyRoutes>>('/', options).api,
  secondFactor: hc<ReturnType<typeof secondFactorRoutes>>('/', options).api,
  audit: hc<ReturnType<typeof auditRoutes>>('/', options).api,
  staff: hc<ReturnType<typeof staffRoutes>>('/', options).api,
  endpoints: hc<ReturnType<typeof endpointRoutes>>('/', options).api,
  commands: hc<ReturnType<typeof commandRoutes>>('/', options).api,
  health: hc<ReturnType<typeof storageRoutes>>('/', options).api,
  history: hc<ReturnType<typeof healthHistoryRoutes>>('/', options).api,
  signing: hc<ReturnType<typeof signingKeyRoutes>>('/', options).api,
  groups: hc<ReturnType<typeof groupRoutes>>('/', options).api,
  overrides: hc<ReturnType<typeof overrideRoutes>>('/', options).api,
  alerts: hc<ReturnType<typeof alertRoutes>>('/', options).api,
  templates: hc<ReturnType<typeof templateRoutes>>('/', options).api,
  assets: hc<ReturnType<typeof assetRoutes>>('/', options).api,
  material: hc<ReturnType<typeof materialRoutes>>('/', options).api,
  verdicts: hc<ReturnType<typeof verdictRoutes>>('/', options).api,
  uploads: hc<ReturnType<typeof uploadRoutes>>('/', options).api,
  notices: hc<ReturnType<typeof noticeRoutes>>('/', options).api,
  renditions: hc<ReturnType<typeof renditionRoutes>>('/', options).api,
  review: hc<ReturnType<typeof reviewRoutes>>('/', options).api,
  campaigns: hc<ReturnType<typeof campaignRoutes>>('/', options).api,
  drafts: hc<ReturnType<typeof playlistDraftRoutes>>('/', options).api,
  airtime: hc<ReturnType<typeof airtimeRoutes>>('/', options).api,
  files: hc<ReturnType<typeof endpointFileRoutes>>('/', options).api,
  rules: hc<ReturnType<typeof schedulingRuleRoutes>>('/', options).api,
  fits: hc<ReturnType<typeof bookingFitRoutes>>('/', options).api,
  explain: hc<ReturnType<typeof explainRoutes>>('/', options).api,
  programme: hc<ReturnType<typeof programmeRoutes>>('/', options).api,
  now: hc<ReturnType<typeof nowPlayingRoutes>>('/', options).api,
  quarantine: hc<ReturnType<typeof quarantineRoutes>>('/', options).api,
  reports: hc<ReturnType<typeof reportRoutes>>('/', options).api,
  comparison: hc<ReturnType<typeof comparisonRoutes>>('/', options).api,
  issued: hc<ReturnType<typeof issuedReportRoutes>>('/', options).api,
  audience: hc<ReturnType<typeof audienceRoutes>>('/', options).api,
  tallies: hc<ReturnType<typeof tallyRoutes>>('/', options).api,
  dispatch: hc<ReturnType<typeof dispatchRoutes>>('/', options).api,
  coverage: hc<ReturnType<typeof coverageRoutes>>('/', options).api,
  shortfalls: hc<ReturnType<typeof shortfallRoutes>>('/', options).api,
  singlePlays: hc<ReturnType<typeof singlePlayRoutes>>('/', options).api,
};

/** The body of the answers that mean success, out of all that a route may answer. */
type Success<R> =
  R extends ClientResponse<infer T, infer S, infer _F>
    ? S extends 200 | 201
      ? Exclude<T, string | Response>
      : never
    : never;

/**
 * The body of a successful answer.
 * @throws Trouble for every other one
 */
export async function answer<R extends ClientResponse<unknown, number, string>>(
  pending: Promise<R>,
): Promise<Success<R>> {
  const response = await pending;
  if (!response.ok) throw troubleOf(response.status, await bodyOf(response));
  return (await response.json()) as Success<R>;
}

/**
 * Waits for an answer without a body.
 * @throws Trouble unless it means success
 */
export async function done(pending: Promise<ClientResponse<unknown, number, string>>): Promise<void> {
  const response = await pending;
  if (!response.ok) throw troubleOf(response.status, await bodyOf(response));
}

/**
 * Asks for bytes that a body in JSON decides.
 * @throws Trouble unless it means success
 */
export async function askBytes(path: string, json: unknown, signal: AbortSignal): Promise<Blob> {
  const headers = { 'content-type': 'application/json', ...options.headers() };
  const response = await fetchNoting(path, { method: 'POST', headers, body: JSON.stringify(json), signal });
  if (!response.ok) throw troubleOf(response.status, await bodyOf(response));
  return response.blob();
}

/**
 * Sends bytes as they are and gives what came back, unchecked.
 * @throws Trouble unless it means success
 */
export async function postBytes(path: string, bytes: Blob, type: string): Promise<unknown> {
  const headers = { 'content-type': type, ...options.headers() };
  const response = await fetchNoting(path, { method: 'POST', headers, body: bytes });
  const body = await bodyOf(response);
  if (!response.ok) throw troubleOf(response.status, body);
  return body;
}

/** Pieces are put together as they come, so that a long file rests with the browser and not in the page. */
const PIECE_BYTES = 8_000_000;

/**
 * Fetches a file and tells as it comes in how many bytes there are. `name`: as the server names it.
 * @throws Trouble unless the answer means success; the signal's reason when it was broken off
 */
export async function fetchFile(
  path: string,
  { signal, onBytes }: { signal: AbortSignal; onBytes: (bytes: number) => void },
): Promise<{ name: string | null; content: Blob }> {
  const response = await fetchNoting(path, { signal, headers: options.headers() });
  if (!response.ok) throw troubleOf(response.status, await bodyOf(response));
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? null;
  let content = new Blob([], { type: response.headers.get('content-type') ?? '' });
  let pieces: Uint8Array<ArrayBuffer>[] = [];
  let [waiting, bytes] = [0, 0];
  const fold = () => {
    content = new Blob([content, ...pieces], { type: content.type });
    [pieces, waiting] = [[], 0];
  };
  const reader = response.body?.getReader();
  for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
    pieces.push(piece.value);
    waiting += piece.value.byteLength;
    bytes += piece.value.byteLength;
    onBytes(bytes);
    if (waiting >= PIECE_BYTES) fold();
  }
  fold();
  return { name, content };
}

async function bodyOf(response: { text(): Promise<string> }): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
