import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/base/units.ts';
import { noteListening } from '../../src/dispatch/listening-store.ts';
import { sumsVerdicts } from '../../src/plays/sums-verdict-store.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { send, type TestServer, testServer } from '../support/server.ts';
import { worldOf } from '../support/world.ts';

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

  test('tells on every server what the last audit of the sums found, and what silence there is by area', async () => {
    const world = worldOf(running.database);
    const [talks, silent, closed] = [
      await world.area('东城'),
      await world.area('西城'),
      await world.area('北城'),
    ];
    const endpoints = [
      await world.endpoint({ areaId: talks }),
      await world.endpoint({ areaId: silent }),
      await world.endpoint({ areaId: silent }),
      await world.endpoint({ areaId: closed, openingHours: [] }),
    ];
    await running.database.sql`
      insert into players (endpoint_id, token_hash, hardware_id, capabilities, paired_at, last_seen_at)
      select id, gen_random_uuid()::text, 'box', '{}', now(),
        now() - case when id = ${endpoints[1] ?? 0} then interval '1 hour' else interval '1 minute' end
      from unnest(${endpoints.slice(0, 3)}::int[]) as id`;
    const { db, sql } = running.database;
    for (const minutes of [12, 10, 8, 6, 4, 2]) await noteListening(sql, Date.now() - minutes * MINUTE_MS);
    const verdicts = sumsVerdicts({ db, audit, now: Date.now });
    await verdicts.note(3);
    const differences = async () => {
      const { body } = await send(`${running.url}/metrics`, { token: TOKEN });
      return [/^beacon_sum_differences (\d+)$/m.exec(body)?.[1], body];
    };
    const [found, text] = await differences();
    expect(found).toBe('3');
    expect(text?.match(/^beacon_endpoints_(silent|watched)\{.*$/gm)?.toSorted()).toEqual([
      'beacon_endpoints_silent{area="东城"} 0',
      'beacon_endpoints_silent{area="西城"} 1',
      'beacon_endpoints_watched{area="东城"} 1',
      'beacon_endpoints_watched{area="西城"} 2',
    ]);
    await verdicts.note(0);
    expect((await differences())[0]).toBe('0');
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
      'beacon_database_up 1',
      'beacon_players_online 2',
      'beacon_queue_depth{queue="messages"} 0',
      'beacon_queue_depth{queue="renditions"} 0',
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

  test('gives what it measures itself while the database is away, leaves the rest out, and says so', async () => {
    const { status, body } = await send(`${running.url}/metrics`, { token: TOKEN });
    expect(status).toBe(200);
    expect(body).toContain('beacon_database_up 0');
    expect(body).toContain('beacon_event_streams 0');
    expect(body).toContain('beacon_plays_waiting 0');
    expect(body).not.toMatch(/^beacon_(players_online|queue_depth|sum_differences)[ {]/m);
  });
});
