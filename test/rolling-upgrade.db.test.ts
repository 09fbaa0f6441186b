import { afterAll, describe, expect, inject, test } from 'vitest';
import { CROWD_SPREAD_MS } from '../players/core/errands.ts';
import { startFleet } from '../players/fleet/start-fleet.ts';
import { SECOND_MS } from '../src/base/units.ts';
import { compare, fill, front } from './bench/failover.ts';
import { servedPlayers } from './bench/served.ts';
import { type ServerPair, serverPair } from './support/server-pair.ts';

const HAS_POSTGRES = inject('database').kind === 'postgres';
const WITHOUT_POSTGRES = HAS_POSTGRES ? '' : ' (left out: several servers need PostgreSQL)';
const PLAYERS = 12;
/** A new stream comes after a chance within the spread; the rest is for a busy machine. */
const UNSERVED_AT_MOST_MS = CROWD_SPREAD_MS + 6 * SECOND_MS;

describe.skipIf(!HAS_POSTGRES)(`servers that are replaced one after the other${WITHOUT_POSTGRES}`, () => {
  let pair: ServerPair | undefined;
  let before: Awaited<ReturnType<typeof front>> | undefined;
  let fleet: ReturnType<typeof startFleet> | undefined;

  afterAll(async () => {
    await fleet?.stop(0);
    before?.stop();
    await pair?.remove();
  });

  test('lose no play and count none twice, leave no player unserved for long, and show an emergency that comes in between on all', {
    timeout: 300_000,
  }, async () => {
    pair = await serverPair();
    const { a, b, database, folder } = pair;
    const enrolments = await fill(database, PLAYERS, folder);
    // Nobody rings for rows that a test writes.
    for (const topic of ['assets', 'bookings', 'endpoints'] as const) await database.bell.ring(topic, 'all');
    const ask = await pair.staff();
    const endpointIds = (await database.sql<{ id: number }[]>`select id from endpoints`).map(({ id }) => id);

    before = await front([a, b].map((server) => new URL(server.url).port));
    const served = servedPlayers();
    fleet = startFleet({
      ...{ server: before.url, enrolments, link: served.watch },
      ...{ rampMs: SECOND_MS, config: { reportMs: SECOND_MS, pollMs: 3 * SECOND_MS } },
    });
    const { counts } = fleet;
    const until = (look: () => unknown) => expect.poll(look, { timeout: 60_000, interval: 50 });
    const areServed = () => served.open() === PLAYERS && served.failing() === 0;
    await until(() => areServed() && counts().playing === PLAYERS && counts().playsConfirmed > 0).toBe(true);

    served.takeLosses();
    let confirmed = counts().playsConfirmed;
    for (const server of [a, b]) {
      await server.stop();
      // One server is away: the other takes what is played, and an emergency.
      await until(() => counts().playsConfirmed).toBeGreaterThan(confirmed);
      if (server === b) {
        const raised = await ask('operator', 'POST', '/api/overrides', {
          content: { text: { title: '警报', body: '请撤离。', lang: 'zh-CN' } },
          ...{ severity: 'extreme', aim: { endpointIds }, minutes: 10 },
        });
        const path = `/api/overrides/${raised.body.id}/confirm`;
        expect((await ask('operator', 'POST', path)).status).toBe(200);
      }
      await server.start();
      await until(areServed).toBe(true);
      confirmed = counts().playsConfirmed;
    }
    const shown = async () =>
      (await database.sql`select distinct endpoint_id from override_receipts where shown_at is not null`)
        .length;
    await until(shown).toBe(PLAYERS);
    expect(served.longestWithout()).toBeGreaterThan(0);
    expect(served.longestWithout()).toBeLessThan(UNSERVED_AT_MOST_MS);
    expect(served.takeLosses().streams).toBeGreaterThanOrEqual(PLAYERS);

    const truth = await fleet.stop(20 * SECOND_MS);
    expect(truth.playsWaiting).toBe(0);
    const compared = await compare(database, truth);
    expect(compared).toMatchObject({ lost: 0, doubled: 0 });
    expect(compared.plays).toBeGreaterThan(2 * PLAYERS);
  });
});
