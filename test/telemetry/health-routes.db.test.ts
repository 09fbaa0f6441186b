import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send, type TestServer, testServer } from '../support/server.ts';

const TOKEN = 'a-token-for-the-collector';
let running: TestServer;
beforeAll(async () => {
  running = await testServer(Date.now, { metricsToken: TOKEN });
});
afterAll(async () => running?.stop());

describe('health of a running server', () => {
  test('says that it lives, and that it is ready while the database answers', async () => {
    expect((await send(`${running.url}/healthz`)).body).toEqual({ status: 'up', waitingFor: [] });
    const ready = await send(`${running.url}/readyz`);
    expect([ready.status, ready.body]).toEqual([200, { status: 'ready', waitingFor: [] }]);
    expect((await send(`${running.url}/servez`)).status).toBe(200);
  });

  test('gives its measurements to the holder of the token alone', async () => {
    expect((await send(`${running.url}/metrics`)).status).toBe(401);
    expect((await send(`${running.url}/metrics`, { token: 'a-token-for-the-collectoR' })).status).toBe(401);
    const { status, body, headers } = await send(`${running.url}/metrics`, { token: TOKEN });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('text/plain');
    for (const name of [
      'beacon_polls_total',
      'beacon_plays_received_total',
      'beacon_override_latency_seconds_bucket',
      'beacon_event_streams 0',
      'beacon_plays_waiting 0',
      'beacon_coverage_ratio 1',
      'nodejs_eventloop_lag_seconds',
    ]) {
      expect(body).toContain(name);
    }
    expect(body).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/readyz",status="200"\} 1/,
    );
  });

  test('is not ready any more while it stops', async () => {
    await running.server.stop();
    const answer = await send(`${running.url}/readyz`);
    expect([answer.status, answer.body]).toEqual([
      503,
      { status: 'notReady', waitingFor: ['the programme', 'the database'] },
    ]);
    expect((await send(`${running.url}/servez`)).status).toBe(503);
    expect((await send(`${running.url}/healthz`)).status).toBe(200);
  });
});
