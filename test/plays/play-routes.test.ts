import { gzipSync } from 'node:zlib';
import { OpenAPIHono } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import type { ApiEnv } from '../../src/base/api-routes.ts';
import { Refusal } from '../../src/base/refusal.ts';
import type { PlayReceipt } from '../../src/contract/play-report.ts';
import { IngestBusy } from '../../src/plays/ingest-flow.ts';
import { playRoutes } from '../../src/plays/play-routes.ts';

const RECEIPT: PlayReceipt = { accepted: 1, duplicates: 0, rejected: [], received: [[1, 1]], missing: [] };
const json = { 'content-type': 'application/json' };
const gzip = { ...json, 'content-encoding': 'gzip' };
const body = JSON.stringify({
  epoch: 'an-epoch',
  plays: [{ seq: 1 }, null],
  clock: { now: '2027-02-05T12:00:00Z' },
});

/** The route alone, with a player let in; refusals answer with their code. */
function app(receive: (plays: readonly unknown[]) => Promise<PlayReceipt> = async () => RECEIPT) {
  const whole = new OpenAPIHono<ApiEnv>();
  whole.use('*', async (c, next) => {
    c.set('player', { playerId: 1, endpointId: 2 });
    await next();
  });
  whole.route('/', playRoutes({ ingest: { receive: (_, report) => receive(report.plays) } }));
  whole.onError((error, c) => c.json({ code: error instanceof Refusal ? error.code : 'internal' }, 400));
  return whole;
}

const post = (headers: Record<string, string>, content: string | Uint8Array<ArrayBuffer>, to = app()) =>
  to.request('/api/player/v1/plays', { method: 'POST', headers, body: content });

const codeOf = async (response: Response): Promise<unknown> => (await response.json()).code;

describe('POST /api/player/v1/plays', () => {
  it('takes plain and packed reports and hands on each play as sent', async () => {
    const seen: unknown[] = [];
    const recording = app(async (plays) => {
      seen.push(plays);
      return RECEIPT;
    });
    expect(await (await post(json, body, recording)).json()).toEqual(RECEIPT);
    expect(await (await post(gzip, Uint8Array.from(gzipSync(body)), recording)).json()).toEqual(RECEIPT);
    expect(seen).toEqual([
      [{ seq: 1 }, null],
      [{ seq: 1 }, null],
    ]);
  });

  it.each([
    ['request.malformed', 'broken JSON', json, '{"epoch":'],
    ['request.malformed', 'text that is not UTF-8', json, Uint8Array.of(0x22, 0xff, 0x22)],
    ['request.malformed', 'damaged gzip', gzip, 'not gzip'],
    ['request.malformed', 'gzip cut short', gzip, Uint8Array.from(gzipSync(body).subarray(0, 30))],
    ['request.unsupportedType', 'another type', { 'content-type': 'text/plain' }, body],
    ['request.unsupportedType', 'another packing', { ...json, 'content-encoding': 'br' }, body],
    ['request.invalid', 'no epoch', json, '{"plays":[],"clock":{"now":"2027-02-05T12:00:00Z"}}'],
    ['request.invalid', 'too many plays', json, body.replace('[{"seq":1},null]', `[0${',0'.repeat(1_000)}]`)],
    ['request.tooLarge', 'a plain body over the limit', json, ' '.repeat(1_048_577)],
  ])('answers %s for %s', async (code, _, headers, content) => {
    expect(await codeOf(await post(headers, content))).toBe(code);
  });

  it('holds no more than the limit of a gzip bomb, and stops there', async () => {
    // Members one after the other unpack as one: 10 GB of zeros in 10 MB, and the part of it that the limit lets in.
    const member = gzipSync(Buffer.alloc(10_000_000), { level: 9 });
    const bombOf = (members: number) => Uint8Array.from(Buffer.concat(Array<Buffer>(members).fill(member)));
    const before = process.memoryUsage().arrayBuffers;
    const began = process.cpuUsage();
    for (const members of [Math.floor(1_048_576 / member.length), 1_000]) {
      expect(await codeOf(await post(gzip, bombOf(members)))).toBe('request.tooLarge');
    }
    // The second bomb itself, twice; nothing of what it claims to hold.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60_000_000);
    expect(process.cpuUsage(began).user).toBeLessThan(10_000_000);
  });

  it('refuses a million plays in one body', async () => {
    const million = body.replace('[{"seq":1},null]', `[0${',0'.repeat(999_999)}]`);
    expect(await codeOf(await post(json, million))).toBe('request.tooLarge');
    expect(await codeOf(await post(gzip, Uint8Array.from(gzipSync(million))))).toBe('request.tooLarge');
  });

  it('tells a busy player when to come again', async () => {
    const busy = app(() => Promise.reject(new IngestBusy()));
    const response = await post(json, body, busy);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await codeOf(response)).toBe('request.tooMany');
  });
});
