import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/base/units.ts';
import { composeDispatch } from '../../src/compose-dispatch.ts';
import { reportStore } from '../../src/impressions/report-store.ts';
import { audit, listAudit } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { roomApp } from '../support/room-app.ts';
import { worldOf } from '../support/world.ts';

/** 07:30 on Friday, 5 February 2027 in Shanghai. */
const START = Date.UTC(2027, 1, 4, 23, 30);
let now = START;
let database: TestDatabase;
let receiver: Server;
let mails: SMTPServer;
const got: { url: string; headers: Record<string, unknown>; body: string }[] = [];
const mailed: string[] = [];
/** How the receiver answers, one after the other; then 200 and errcode 0. */
const answers: { status: number; body?: string; headers?: Record<string, string> }[] = [];
const troubles: unknown[] = [];
let composed: ReturnType<typeof composeDispatch>;
let room: ReturnType<typeof roomApp>;

const hook = (path = '/hook?key=very-secret') =>
  `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`;

function compose(innerHosts: readonly string[] = ['127.0.0.1'], drill = false) {
  return composeDispatch({
    database,
    audit,
    reports: reportStore(database.sql, () => now),
    config: {
      innerHosts,
      drill,
      smtpUrl: `smtp://127.0.0.1:${(mails.server.address() as AddressInfo).port}`,
      mailFrom: 'signs@brigade.test',
    },
    secret: 'the secret of all servers here',
    now: () => now,
    onTrouble: (error) => troubles.push(error),
  });
}

beforeAll(async () => {
  database = await testDatabase();
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    got.push({ url: request.url ?? '', headers: request.headers, body });
    const { status, body: answer, headers } = answers.shift() ?? { status: 200 };
    response.writeHead(status, headers).end(answer ?? '{"errcode":0,"code":0}');
  });
  receiver.listen(0, '127.0.0.1');
  mails = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      let mail = '';
      stream.on('data', (chunk: Buffer) => {
        mail += chunk.toString();
      });
      stream.on('end', () => {
        mailed.push(mail);
        done();
      });
    },
  });
  mails.listen(0, '127.0.0.1');
  await Promise.all([once(receiver, 'listening'), once(mails.server, 'listening')]);
  await worldOf(database).endpoint({ code: 'DS-001', name: '广场大屏' });
  composed = compose();
  room = roomApp(composed.rooms);
});
afterEach(() => {
  got.length = 0;
  mailed.length = 0;
  answers.length = 0;
});
afterAll(async () => {
  receiver.close();
  await new Promise((done) => mails.close(() => done(null)));
  await database.close();
});

async function ask(method: string, path: string, body?: unknown, who = 'ann.operator') {
  const answer = await room.app.request(path, {
    method,
    headers: {
      authorization: `Bearer ${who}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(room.faults).toEqual([]);
  const text = await answer.text();
  return { status: answer.status, body: JSON.parse(text), text };
}
async function plan(over: object): Promise<number> {
  const draft = { name: '值班群', what: 'rollCall', channel: 'wecom', address: hook(), ...over };
  const made = await ask('POST', '/api/dispatch/plans', draft);
  expect(made.status, made.text).toBe(201);
  return made.body.id;
}
const latest = async (planId: number) =>
  (await ask('GET', `/api/dispatch/deliveries?planId=${planId}`)).body.deliveries[0];
const end = (planId: number) => ask('DELETE', `/api/dispatch/plans/${planId}`);

describe('scheduled dispatch', () => {
  it('sends a roll call when it is due, once, and says who was told', async () => {
    const id = await plan({});
    await composed.flow.run();
    expect(got).toEqual([]);
    now = START + 5 * HOUR_MS;
    await Promise.all([composed.flow.run(), compose().flow.run(), compose().flow.run()]);
    await composed.flow.run();
    expect(got).toHaveLength(1);
    expect(JSON.parse(got[0]?.body ?? '').markdown.content).toContain('失联');
    expect(await latest(id)).toMatchObject({ state: 'sent', attempts: [{ number: 1, outcome: 'sent' }] });
    const { body } = await ask('GET', '/api/roll-call');
    expect(body).toMatchObject({ counts: { silent: 1 }, told: [{ plan: '值班群', state: 'sent' }] });
    await end(id);
  });

  it('tries again later and later when a receiver refuses, and never after it took the message', async () => {
    const id = await plan({ channel: 'dingtalk', secret: 'SEC-very-secret' });
    answers.push({ status: 500 }, { status: 200, body: '{"errcode":310000}' });
    await ask('POST', `/api/dispatch/plans/${id}/try`);
    await composed.flow.run();
    expect(got).toHaveLength(1);
    now += MINUTE_MS;
    await composed.flow.run();
    expect(got).toHaveLength(2);
    now += 5 * MINUTE_MS;
    await composed.flow.run();
    now += 5 * MINUTE_MS;
    await composed.flow.run();
    expect(got).toHaveLength(3);
    const { state, attempts } = await latest(id);
    expect(state).toBe('sent');
    expect(attempts.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'refused',
      'refused',
      'sent',
    ]);
    await end(id);
  });

  it('sends nothing in a drill, neither what is due nor what waits, and says so', async () => {
    const id = await plan({ name: 'in a drill' });
    answers.push({ status: 500 });
    await ask('POST', `/api/dispatch/plans/${id}/try`);
    got.length = 0;
    now += 7 * HOUR_MS;
    const drill = compose(undefined, true);
    for (const job of drill.jobs) await job.run();
    const path = '/api/dispatch/plans';
    const headers = { authorization: 'Bearer ann.operator' };
    const { app } = roomApp(drill.rooms);
    expect(await (await app.request(path, { headers })).json()).toMatchObject({ drill: true });
    const tried = await app.request(`${path}/${id}/try`, { method: 'POST', headers });
    expect([tried.status, (await tried.json()).code]).toEqual([409, 'dispatch.drill']);
    expect(got).toEqual([]);
    expect(await latest(id)).toMatchObject({ state: 'waiting' });
    // The real server has the same to send, and does.
    await composed.flow.run();
    expect(got).toHaveLength(2);
    expect((await ask('GET', path)).body.drill).toBe(false);
    await end(id);
  });

  it('takes over what a server that died had begun to send', async () => {
    const id = await plan({ name: 'taken over' });
    const at = new Date(now);
    const message = JSON.stringify({ title: 't', lines: ['l'], data: {}, attachment: null });
    await database.sql`
      insert into deliveries (plan_id, due_at, message, attempts, next_at, made_at)
      values (${id}, ${at.toISOString()}, ${message}::text::jsonb, 1,
        ${new Date(now + 2 * MINUTE_MS).toISOString()}, ${at.toISOString()})`;
    await composed.flow.run();
    expect(got).toEqual([]);
    now += 2 * MINUTE_MS;
    await composed.flow.run();
    expect(got).toHaveLength(1);
    expect(await latest(id)).toMatchObject({ state: 'sent', attempts: [{ number: 2, outcome: 'sent' }] });
    await end(id);
  });

  it('mails the day before as text with a table, by a Message-ID of its own', async () => {
    const id = await plan({
      what: 'daily',
      channel: 'email',
      address: 'chief@brigade.test, b@c.cn',
      at: '08:00',
    });
    now = Math.max(now, START) + DAY_MS;
    await composed.flow.run();
    expect(mailed).toHaveLength(1);
    const [mail = ''] = mailed;
    expect(mail).toMatch(/^To: chief@brigade.test, b@c.cn\r$/m);
    expect(mail).toMatch(/^Message-ID: <delivery-\d+@brigade.test>\r$/m);
    expect(mail).toContain('plays-2027-02-05-2027-02-05.csv');
    await end(id);
  });

  it('follows no redirect, and reaches no inner network unless configuration names the host', async () => {
    const id = await plan({ channel: 'webhook' });
    answers.push({ status: 307, headers: { location: hook('/elsewhere') } });
    await ask('POST', `/api/dispatch/plans/${id}/try`);
    expect(got.map(({ url }) => url)).toEqual(['/hook?key=very-secret']);
    expect((await latest(id)).attempts[0]).toMatchObject({ outcome: 'refused' });
    got.length = 0;
    const strict = compose([]);
    for (const address of [hook(), 'https://127.0.0.1:1/x', 'https://[::1]/x', 'https://localhost:1/x']) {
      const other = await plan({ channel: 'webhook', address });
      await strict.flow.tryNow(other);
      expect(await latest(other), address).toMatchObject({
        state: 'givenUp',
        attempts: [{ outcome: 'notAllowed' }],
      });
      await end(other);
    }
    expect(got).toEqual([]);
    await end(id);
  });

  it('waits for a receiver that cannot be reached', async () => {
    const id = await plan({ channel: 'webhook', address: 'http://127.0.0.1:1/closed' });
    await ask('POST', `/api/dispatch/plans/${id}/try`);
    expect(await latest(id)).toMatchObject({
      state: 'waiting',
      attempts: [{ outcome: 'unreachable', detail: 'ECONNREFUSED' }],
    });
    await end(id);
  });

  it('tells secrets to nobody: not in answers, not in the log', async () => {
    const all = [
      (await ask('GET', '/api/dispatch/plans')).text,
      (await ask('GET', '/api/dispatch/deliveries')).text,
      JSON.stringify(await listAudit(database.db, { limit: 100 })),
      JSON.stringify(troubles),
    ].join();
    expect(all).toContain('dispatch.create');
    expect(all).not.toContain('very-secret');
    expect(all).not.toContain('/hook');
  });

  it.each([
    ['POST', '/api/dispatch/plans', { name: 'x' }, 422],
    [
      'POST',
      '/api/dispatch/plans',
      { name: 'x', what: 'daily', channel: 'email', address: 'a@b.cn', campaignId: 9e6 },
      404,
    ],
    [
      'POST',
      '/api/dispatch/plans',
      { name: 'x', what: 'silence', channel: 'email', address: 'a@b.cn', areaId: 9e6 },
      404,
    ],
    ['DELETE', '/api/dispatch/plans/999999', undefined, 404],
    ['POST', '/api/dispatch/plans/999999/try', undefined, 404],
  ])('answers %s %s with %j by %i', async (method, path, body, status) => {
    expect((await ask(method, path, body)).status).toBe(status);
  });

  it('tells of 46 endpoints that fall silent together in one message for each step, and of the next silence anew', async () => {
    now = START + 2 * DAY_MS;
    const world = worldOf(database);
    const east = await world.area('东城');
    const ids: number[] = [];
    for (let n = 1; n <= 46; n += 1)
      ids.push(await world.endpoint({ code: `PW-${n}`, ...(n <= 30 && { areaId: east }) }));
    const heardOf = (endpointIds: readonly number[], at: number) => database.sql`
      insert into players (endpoint_id, token_hash, hardware_id, capabilities, paired_at, last_seen_at)
      select id, gen_random_uuid()::text, 'box', '{}', to_timestamp(${at}::float8 / 1000),
        to_timestamp(${at}::float8 / 1000) + id * interval '1 second' from unnest(${endpointIds}::int[]) as id`;
    await heardOf(ids, now);
    const onDuty = await plan({ what: 'silence', areaId: east });
    const inCharge = await plan({ what: 'silence', channel: 'webhook', afterMinutes: 30 });
    const later = async (minutes: number, listensMeanwhile = true) => {
      const then = START + 2 * DAY_MS + minutes * MINUTE_MS;
      while (listensMeanwhile && now < then) {
        now += MINUTE_MS;
        await composed.watch.listen();
      }
      now = then;
      await Promise.all([composed.flow.run(), compose().flow.run()]);
      await composed.flow.run();
      return got.splice(0).map(({ body }) => JSON.parse(body));
    };
    expect(await later(11)).toEqual([]);
    const [first, ...more] = await later(16);
    expect([first.markdown.content.split('\n')[0], more]).toEqual(['**30 个终端失联：东城 30**', []]);
    expect(await later(30)).toEqual([]);
    const [escalated, ...none] = await later(45);
    expect(none).toEqual([]);
    expect(escalated.data.silent).toHaveLength(46);
    expect(escalated.data.areas[0]).toEqual({ area: '东城', count: 30 });
    await database.sql`update players set last_seen_at = to_timestamp(${now}::float8 / 1000)
      where endpoint_id = ${ids[0] ?? 0}`;
    expect(await later(50)).toEqual([]);
    const [again] = await later(70);
    expect(again.markdown.content).toContain('1 个终端失联');
    // All are back: each silence that somebody was told of has one end.
    await database.sql`update players set last_seen_at = to_timestamp(${now}::float8 / 1000)`;
    const ends = await later(72);
    const titles = ends.map((end) => end.markdown?.content.split('\n')[0] ?? end.title);
    expect(titles.toSorted()).toEqual([
      '**1 个失联终端已全部恢复：东城 1**',
      '**30 个失联终端已全部恢复：东城 30**',
      expect.stringMatching(/^46 个失联终端已全部恢复：东城 30、/),
    ]);
    expect(await later(73)).toEqual([]);
    // No server ran for a quarter of an hour: who comes back in ten minutes was not missed, the others were.
    expect(await later(90, false)).toEqual([]);
    await database.sql`update players set last_seen_at = to_timestamp(${now}::float8 / 1000) + interval '4 minutes'
      where endpoint_id <> ${ids[45] ?? 0} and endpoint_id <> ${ids[1] ?? 0}`;
    expect(await later(99)).toEqual([]);
    const [missed] = await later(103);
    expect(missed.markdown.content).toContain('1 个终端失联');
    await end(onDuty);
    await end(inCharge);
  });

  it('lets viewers look and not send', async () => {
    expect((await ask('GET', '/api/dispatch/plans', undefined, 'bob.viewer')).status).toBe(200);
    expect((await ask('POST', '/api/dispatch/plans/1/try', undefined, 'bob.viewer')).status).toBe(403);
  });
});
