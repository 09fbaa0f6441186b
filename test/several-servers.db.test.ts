import { execFile as execFileCallback } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { STANDING_HEADER } from '../src/contract/override.ts';
import type { Database } from '../src/db/connect.ts';
import { MIGRATIONS_FOLDER } from '../src/db/migrate.ts';
import type { Box } from './override/a-box.ts';
import { guidesNginx, HAS_NGINX, startNginx } from './support/nginx.ts';
import { type Answer, send } from './support/server.ts';
import { type ServerPair, serverPair } from './support/server-pair.ts';
import { MAIN, type ServerProcess } from './support/server-process.ts';
import { worldOf } from './support/world.ts';

/*
 * Two real server programs on one PostgreSQL. The tests follow one another, from the first start on an empty database to
 * kill -9.
 */
const PATIENCE = { timeout: 30_000 };
const execFile = promisify(execFileCallback);

describe.skipIf(inject('database').kind !== 'postgres')('two server programs on one PostgreSQL', () => {
  let pair: ServerPair;
  let a: ServerProcess;
  let b: ServerProcess;
  let database: Database;
  let world: ReturnType<typeof worldOf>;
  let endpointId: number;
  let film: { id: number; sha256: string };
  let bookingId: number;
  let ask: (role: string, method: string, path: string, body?: unknown) => Promise<Answer>;
  let boxes: { a: Box; b: Box };

  beforeAll(async () => {
    pair = await serverPair();
    ({ a, b, database } = pair);
    world = worldOf(database);
  }, 60_000);
  afterAll(() => pair?.remove());

  /** Waits for what another process will have heard. */
  const until = (look: () => unknown) => expect.poll(look, { timeout: 10_000, interval: 20 });
  /** A poll with nothing at hand: the programme's name. */
  const etagAt = async (box: Box) => (await box.ask('/manifest')).headers.get('etag');
  /** Each server finds a change for itself, in its own time. */
  const areAlike = async () => (await etagAt(boxes.a)) === (await etagAt(boxes.b));
  const raise = async (title: string): Promise<number> => {
    const raised = await ask('operator', 'POST', '/api/overrides', {
      content: { text: { title, body: '请撤离。', lang: 'zh-CN' } },
      severity: 'extreme',
      aim: { endpointIds: [endpointId] },
      minutes: 10,
    });
    expect((await ask('operator', 'POST', `/api/overrides/${raised.body.id}/confirm`)).status).toBe(200);
    return raised.body.id;
  };

  test(
    'that start at once on an empty database make one schema, one key and one administrator',
    PATIENCE,
    async () => {
      expect(pair.said().match(/listens on/g)).toHaveLength(2);
      expect(pair.said().match(/First sign-in/g)).toHaveLength(1);
      const firstSignIn = join(pair.folder, 'first-sign-in');
      expect(pair.said()).toContain(`First sign-in: see ${firstSignIn} `);
      const [username = '', password = ''] = (await readFile(firstSignIn, 'utf8')).trim().split(' / ');
      expect(pair.said()).not.toContain(password);
      const entered = await send(`${a.url}/api/session`, { method: 'POST', body: { username, password } });
      expect(entered).toMatchObject({ status: 200, body: { mustChangePassword: true } });
      expect(pair.said()).not.toMatch(/error/i);
      const journal = JSON.parse(await readFile(join(MIGRATIONS_FOLDER, 'meta', '_journal.json'), 'utf8'));
      const [row] = await database.sql<{ applied: number }[]>`
        select count(*)::int as applied from drizzle.__drizzle_migrations`;
      expect(row?.applied).toBe(journal.entries.length);
      ask = await pair.staff();
      endpointId = await world.endpoint();
      film = await world.asset();
      boxes = await pair.box(endpointId, 'token-of-the-box-of-two-servers');
      await database.bell.ring('endpoints', String(endpointId));
      await until(async () => (await boxes.a.ask('/manifest')).status).toBe(200);
      await until(async () => (await boxes.b.ask('/manifest')).status).toBe(200);
      await until(areAlike).toBe(true);
    },
  );

  test('let no third one in whose secrets are others, and tell it what to do', PATIENCE, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'beacon-stranger-'));
    const refusalOf = async (more: Readonly<Record<string, string>>): Promise<string> => {
      const env = {
        ...process.env,
        LANG: 'en',
        ...more,
        DATABASE_URL: pair.url,
        DATA_DIR: folder,
        PORT: '1',
      };
      const started = execFile(process.execPath, [MAIN], { env }).catch((error: { stderr: string }) => error);
      return (await started).stderr;
    };
    expect(await refusalOf({})).toMatch(/signing key in \S+signing\.json.*Copy the key file/);
    await cp(join(pair.folder, 'keys'), join(folder, 'keys'), { recursive: true });
    expect(await refusalOf({ SESSION_SECRET: 'another secret of thirty-two characters' })).toMatch(
      /session secret of this server.*SESSION_SECRET/,
    );
    await rm(folder, { recursive: true });
  });

  test('tell each other of bookings, reviews and revoked players', PATIENCE, async () => {
    const before = await etagAt(boxes.b);
    const draft = await world.asset({ state: 'submitted', submittedBy: 'somebody', decidedBy: null });
    const booked = await ask('editor', 'POST', '/api/bookings', {
      name: 'booking',
      campaignId: await world.campaign('2026-01-01', '2099-12-31'),
      playlistId: await world.playlist(film.id, draft.id),
      endpoints: { endpointIds: [endpointId] },
      fromDate: '2026-01-01',
      toDate: '2099-12-31',
      rate: { kind: 'perHour', plays: 12 },
    });
    expect(booked.status).toBe(201);
    bookingId = booked.body.id;
    await until(() => etagAt(boxes.b)).not.toBe(before);
    const withBooking = await etagAt(boxes.b);
    expect((await ask('reviewer', 'POST', `/api/assets/${draft.id}/approve`, {})).status).toBe(200);
    await until(() => etagAt(boxes.b)).not.toBe(withBooking);
    await until(areAlike).toBe(true);

    const stolen = await pair.box(endpointId, 'token-of-a-box-that-is-stolen');
    expect((await stolen.b.ask('/manifest')).status).toBe(200);
    const token = { authorization: `Bearer ${stolen.b.token}` };
    const stream = await fetch(`${b.url}/api/player/v1/events`, { headers: token });
    expect((await ask('operator', 'DELETE', `/api/players/${stolen.playerId}`)).status).toBe(200);
    // It comes to its end by itself: a stolen box hears of no emergency any more.
    expect(await stream.text()).toContain('event: manifest');
    expect((await stolen.b.ask('/manifest')).status).toBe(401);
  });

  test('read anew what they may have missed while the connection that hears was lost', PATIENCE, async () => {
    const before = await etagAt(boxes.b);
    // Nobody rings for a row that a test writes.
    await world.booking({
      playlistId: await world.playlist(film.id),
      campaignId: await world.campaign('2026-01-01', '2099-12-31'),
      fromDate: '2026-01-01',
      toDate: '2099-12-31',
      rateValue: 3,
    });
    const cut = await database.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query ilike 'listen%'`;
    expect(cut.length).toBeGreaterThanOrEqual(2);
    await until(() => etagAt(boxes.b)).not.toBe(before);
    await until(areAlike).toBe(true);
  });

  test(
    'let a player that moves from one to the other miss no emergency, whenever it is raised',
    PATIENCE,
    async () => {
      for (const [from, to] of [
        [boxes.a, boxes.b],
        [boxes.b, boxes.a],
        [boxes.a, boxes.b],
      ] as const) {
        const stream = await from.listen();
        const [id, next] = await Promise.all([
          raise('警报'),
          (async () => {
            stream.close();
            return to.listen();
          })(),
        ]);
        expect((await next.until(({ overrideId }) => overrideId === id)).action).toBe('raise');
        // Who has no stream finds it by polling.
        const etag = (await etagAt(to)) ?? '';
        const poll = await to.ask('/manifest', undefined, { 'if-none-match': etag });
        expect([poll.status, poll.headers.get(STANDING_HEADER)]).toEqual([
          304,
          expect.stringContaining(`${id}.`),
        ]);
        next.close();
        await ask('operator', 'POST', `/api/overrides/${id}/withdraw`, { reason: 'over' });
      }
    },
  );

  test(
    'go on from memory while the database is away, keep players their plays, and count them once when it is back',
    PATIENCE,
    async () => {
      const at = Date.now() - 600;
      const report = {
        epoch: 'epoch-of-two-servers',
        plays: [
          {
            ...{ seq: 1, assetId: film.id, sha256: film.sha256, bookingId, outcome: 'cut' },
            ...{ startedAt: new Date(at).toISOString(), durationMs: 500 },
          },
        ],
        clock: { now: new Date().toISOString() },
      };
      const etag = (await etagAt(boxes.b)) ?? '';
      const poll = async (box: Box) =>
        (await box.ask('/manifest', undefined, { 'if-none-match': etag })).status;
      const stream = await boxes.b.listen();
      await pair.line.cut();
      expect(await poll(boxes.b)).toBe(304);
      const kept = await boxes.b.ask('/plays', report);
      expect([kept.status, kept.body.code, kept.headers.get('retry-after')]).toEqual([
        503,
        'database.away',
        '5',
      ]);
      expect((await send(`${b.url}/readyz`)).status).toBe(503);
      expect((await send(`${b.url}/healthz`)).status).toBe(200);
      // Proxies in front go on sending players here: nginx does not count these 503 as failures, Caddy asks its address.
      if (HAS_NGINX) {
        const { upstream, inServer } = await guidesNginx();
        const { host } = new URL(b.url);
        const nginx = await startNginx(
          inServer,
          upstream.replace(/^( +server) .*$/m, `$1 ${host};$1 ${host};`),
        );
        const base = `${nginx.url}/api/player/v1`;
        for (let n = 0; n < 3; n += 1) expect((await send(`${nginx.url}/readyz`)).status).toBe(503);
        const { token } = boxes.b;
        const headers = { 'if-none-match': etag };
        expect((await send(`${base}/manifest`, { token, headers })).status).toBe(304);
        await nginx.stop();
      }
      const caddy = await readFile(join(import.meta.dirname, '..', 'docs', 'install', 'Caddyfile'), 'utf8');
      const [, asked = ''] = /health_uri (\S+)/.exec(caddy) ?? [];
      expect((await send(b.url + asked)).status).toBe(200);
      const id = await raise('停电');
      await pair.line.mend();
      await until(async () => (await boxes.b.ask('/plays', report)).body.received).toEqual([[1, 1]]);
      expect((await boxes.a.ask('/plays', report)).body).toMatchObject({ accepted: 0, received: [[1, 1]] });
      // The emergency that A raised meanwhile came over the stream that stayed open all the time.
      await stream.until(({ overrideId }) => overrideId === id);
      stream.close();
      await until(async () => (await send(`${b.url}/readyz`)).status).toBe(200);
      const [row] = await database.sql<{ counted: number; kept: number }[]>`
      select (select count(*)::int from plays where endpoint_id = ${endpointId}) as counted,
        (select count(*)::int from quarantined_plays) as kept`;
      expect(row).toEqual({ counted: 1, kept: 0 });
    },
  );

  test(
    'tell players and staff within 10 seconds that a database hangs, poll on from memory, and go on when it answers',
    PATIENCE,
    async () => {
      const etag = (await etagAt(boxes.b)) ?? '';
      const poll = async () => (await boxes.b.ask('/manifest', undefined, { 'if-none-match': etag })).status;
      const report = {
        epoch: 'epoch-of-a-hung-database',
        plays: [],
        clock: { now: new Date().toISOString() },
      };
      pair.line.hang();
      const since = performance.now();
      const kept = await boxes.b.ask('/plays', report);
      expect([kept.status, kept.body.code]).toEqual([503, 'database.away']);
      expect(performance.now() - since).toBeLessThan(10_000);
      // Once it is known, nobody waits for it any more.
      const again = performance.now();
      expect((await boxes.b.ask('/plays', report)).status).toBe(503);
      expect((await send(`${b.url}/readyz`)).status).toBe(503);
      expect(performance.now() - again).toBeLessThan(2_000);
      expect(await poll()).toBe(304);
      await pair.line.mend();
      await until(async () => (await send(`${b.url}/readyz`)).status).toBe(200);
      await until(async () => (await boxes.b.ask('/plays', report)).status).toBe(200);
      // Its ear has come back as well.
      const stream = await boxes.b.listen();
      const id = await raise('数据库恢复');
      await stream.until(({ overrideId }) => overrideId === id);
      stream.close();
    },
  );

  test(
    'answer what is under way when they are told to stop, and send their streams away in good order',
    PATIENCE,
    async () => {
      const { port } = new URL(b.url);
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(
        `GET /api/player/v1/events HTTP/1.1\r\nHost: b\r\nAuthorization: Bearer ${boxes.b.token}\r\n\r\n`,
      );
      const streamed = text(socket);
      await once(socket, 'readable');
      const report = {
        epoch: 'epoch-of-a-stopping-server',
        plays: [],
        clock: { now: new Date().toISOString() },
      };
      const answered = await database.sql.begin(async (tx) => {
        await tx`lock table players in access exclusive mode`;
        const under = boxes.b.ask('/plays', report);
        await until(() => waitingStatements()).toBeGreaterThan(0);
        const stopped = b.stop();
        // The last piece is there before anything is cut.
        expect(await streamed).toMatch(/retry: \d+\n\n\r\n0\r\n\r\n$/);
        await expect(fetch(`${b.url}/healthz`)).rejects.toThrow();
        return { under, stopped };
      });
      expect((await answered.under).status).toBe(200);
      await answered.stopped;
    },
  );

  test('take over within 15 seconds what the other was at when it was killed with -9, and do it once', {
    timeout: 120_000,
  }, async () => {
    const holder = async () =>
      (
        await database.sql<{ by: string | null; done: boolean }[]>`
          select claimed_by as by, done_for > now() - interval '30 minutes' as done from job_turns
          where name = 'settle sums'`
      )[0];
    // Both are fresh, so that neither remembers that this minute's work is done.
    await a.stop();
    const locked = await database.sql.reserve();
    await locked`begin`;
    await locked`lock table unsettled_sums in access exclusive mode`;
    // A job that no server has looked at yet has no row, and nothing to catch up with.
    await database.sql`
      insert into job_turns (name, done_for) values ('settle sums', now() - interval '1 hour')
      on conflict (name) do update set done_for = excluded.done_for`;
    await Promise.all([a.start(), b.start()]);
    let victim: ServerProcess | undefined;
    // A claim of before may still stand, and then each looks every five seconds.
    const look = async () => {
      const pid = Number((await holder())?.by?.split(' ').at(-2));
      victim = [a, b].find((server) => server.pid === pid);
      return victim !== undefined;
    };
    await expect.poll(look, { timeout: 30_000, interval: 20 }).toBe(true);
    const first = (await holder())?.by;
    await victim?.kill();
    const killedAt = performance.now();
    await locked`rollback`;
    locked.release();
    await expect.poll(async () => (await holder())?.done, { timeout: 20_000, interval: 50 }).toBe(true);
    expect(performance.now() - killedAt).toBeLessThan(15_000);
    expect(first).not.toBeNull();
    // The database may hold the dead server's locks a moment longer: then this turn passes the row over, the next does not.
    const sums = async () =>
      (
        await database.sql<{ rest: number; settled: number }[]>`
          select (select count(*)::int from unsettled_sums) as rest,
            (select coalesce(sum(cut), 0)::int from settled_play_hours) as settled`
      )[0];
    await expect.poll(sums, { timeout: 70_000, interval: 100 }).toEqual({ rest: 0, settled: 1 });
  });

  async function waitingStatements(): Promise<number> {
    const [row] = await database.sql<{ n: number }[]>`
      select count(*)::int as n from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    return row?.n ?? 0;
  }
});
