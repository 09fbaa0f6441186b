import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { answers, apiRoutes, jsonBody, UNFIT_REQUEST } from '../base/api-routes.ts';
import { partsOf } from '../base/issue-words.ts';
import { Refusal } from '../base/refusal.ts';
import {
  MAX_PLAYS_PER_REPORT,
  MAX_REPORT_BYTES,
  playReceiptSchema,
  playReportEnvelopeSchema,
  playReportSchema,
} from '../contract/play-report.ts';
import { type Ingest, IngestBusy, type PlayReportEnvelope } from './ingest-flow.ts';

const PATH = '/api/player/v1/plays';

/** Reports of plays over HTTP, for players; bodies may be gzip. */
export function playRoutes(deps: { ingest: Pick<Ingest, 'receive'> }) {
  const routes = apiRoutes();
  // Described by hand: the ready-made check would read the body before it is unpacked, and would let one bad
  // play lose the others.
  routes.openAPIRegistry.registerPath({
    method: 'post',
    path: PATH,
    tags: ['Player protocol'],
    summary: 'Report plays',
    description:
      `Up to ${MAX_PLAYS_PER_REPORT} plays and ${MAX_REPORT_BYTES} bytes after unpacking; \`Content-Encoding: gzip\` ` +
      'is understood. Answered after the commit. Each play is judged by itself: one that is not believed comes ' +
      'back in `rejected`, is kept apart and counts as received. Sending again is always safe; delete only what ' +
      '`received` covers. 429 with Retry-After: keep the plays and send them again later.',
    security: [{ playerToken: [] }],
    request: { body: jsonBody(playReportSchema) },
    responses: answers(200, playReceiptSchema, 'Stored'),
  });
  routes.post(PATH, async (c) => {
    const body = Buffer.from(await c.req.arrayBuffer());
    const report = await reportIn(body, c.req.header('content-type'), c.req.header('content-encoding'));
    try {
      return c.json(await deps.ingest.receive(c.var.player, report), 200);
    } catch (error) {
      if (error instanceof IngestBusy) c.header('Retry-After', String(error.retryAfterSeconds));
      throw error;
    }
  });
  return routes;
}

/**
 * Unpacks and reads a report. Never holds more than the allowed size, whatever the gzip claims.
 * @throws Refusal `request.tooLarge`, `request.unsupportedType`, `request.malformed`, `request.invalid`
 */
export async function reportIn(
  body: Buffer,
  contentType: string | undefined,
  contentEncoding: string | undefined,
): Promise<PlayReportEnvelope> {
  if (!/^application\/json\s*(;|$)/i.test(contentType ?? '')) {
    throw new Refusal('request.unsupportedType', {
      en: 'A report of plays is application/json.',
      zh: '播放记录须以 application/json 上报。',
    });
  }
  const text = decoded(await unpacked(body, contentEncoding?.trim().toLowerCase() ?? ''));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Refusal('request.malformed', {
      en: 'The report is not valid JSON.',
      zh: '上报内容不是有效的 JSON。',
    });
  }
  const envelope = playReportEnvelopeSchema.safeParse(json);
  if (!envelope.success) {
    throw new Refusal('request.invalid', UNFIT_REQUEST, partsOf(envelope.error, json));
  }
  return envelope.data;
}

const gunzipped = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

async function unpacked(body: Buffer, encoding: string): Promise<Buffer> {
  if (body.length > MAX_REPORT_BYTES) throw tooLarge();
  if (encoding === '' || encoding === 'identity') return body;
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    throw new Refusal('request.unsupportedType', {
      en: 'Of content encodings only gzip is understood.',
      zh: '内容编码只支持 gzip。',
    });
  }
  try {
    return await gunzipped(body, { maxOutputLength: MAX_REPORT_BYTES });
  } catch (error) {
    if (error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge();
    throw new Refusal('request.malformed', {
      en: 'The gzip of the report is damaged.',
      zh: '上报内容的 gzip 数据已损坏。',
    });
  }
}

function decoded(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new Refusal('request.malformed', {
      en: 'The report is not valid UTF-8.',
      zh: '上报内容不是有效的 UTF-8。',
    });
  }
}

function tooLarge(): Refusal {
  return new Refusal('request.tooLarge', {
    en: `A report has at most ${MAX_REPORT_BYTES} bytes; send it in parts.`,
    zh: `一次上报最多 ${MAX_REPORT_BYTES} 字节，请分批上报。`,
  });
}
