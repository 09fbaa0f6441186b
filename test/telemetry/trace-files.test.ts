import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openTraces } from '../../src/telemetry/trace-files.ts';

const NOW = Date.UTC(2027, 1, 5, 4);
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanSchema = z.object({
  name: z.string(),
  traceId: z.string(),
  parentSpanId: z.string().optional(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes: z.array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) })),
  status: z.object({ code: z.int() }),
});
/** What a collector takes: OTLP over HTTP in JSON. */
const exportSchema = z.object({
  resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })) })),
});

let collector: Server;
const got: { path: string | undefined; spans: z.infer<typeof spanSchema>[] }[] = [];
const endpoint = () => `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;

beforeAll(async () => {
  collector = createServer(async (request, response) => {
    const body = exportSchema.parse(JSON.parse(Buffer.concat(await request.toArray()).toString()));
    const spans = body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    got.push({ path: request.url, spans });
    response.setHeader('content-type', 'application/json').end('{}');
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
});
afterAll(() => void collector.close());

const request = {
  ...{ requestId: 'r-1', method: 'GET', route: '/api/assets/:id', status: 200, tookMs: 3, caller: null },
};

describe('openTraces', () => {
  test('sends requests and jobs to the collector, under the trace of whoever asked', async () => {
    const traces = await openTraces({ endpoint: endpoint(), version: '1', now: () => NOW });
    traces.request({ ...request, traceParent: `00-${TRACE}-00f067aa0ba902b7-01` });
    traces.request({ ...request, status: 500, traceParent: 'made up' });
    const job = traces.timed({
      name: 'settle sums',
      everyMs: 1_000,
      run: () => Promise.reject(new Error('no')),
    });
    await expect(job.run()).rejects.toThrow('no');
    await traces.stop();
    expect(got.map(({ path }) => path)).toEqual(['/v1/traces']);
    const [first, second, third] = got[0]?.spans ?? [];
    expect(first).toMatchObject({
      ...{ name: 'GET /api/assets/:id', traceId: TRACE, parentSpanId: '00f067aa0ba902b7' },
      startTimeUnixNano: `${NOW - 3}000000`,
      endTimeUnixNano: `${NOW}000000`,
    });
    expect(first?.attributes).toContainEqual({ key: 'beacon.request_id', value: { stringValue: 'r-1' } });
    expect(second?.traceId).not.toBe(TRACE);
    expect([second?.status.code, third?.status.code, third?.name]).toEqual([2, 2, 'job settle sums']);
  });

  test('does not hold a server up whose collector is away', async () => {
    const traces = await openTraces({ endpoint: 'http://127.0.0.1:1', version: '1', now: () => NOW });
    traces.request(request);
    const since = performance.now();
    await traces.stop().catch(() => {});
    expect(performance.now() - since).toBeLessThan(5_000);
  });
});
