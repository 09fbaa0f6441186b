import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/base/units.ts';
import { composeDispatch } from '../../src/compose-dispatch.ts';
import { dispatch } from '../../src/dispatch/dispatch-flow.ts';
import { dispatchStore, HOLD_MS } from '../../src/dispatch/dispatch-store.ts';
import type { PlanDraft } from '../../src/dispatch/plan.ts';
import { webhookSeal } from '../../src/dispatch/webhook-seal.ts';
import { reportStore } from '../../src/impressions/report-store.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const message = { title: 'Roll call', lines: [], data: {}, attachment: null };
const plan: PlanDraft = {
  ...({ what: 'rollCall', channel: 'webhook', lang: 'en' } as const),
  ...{ name: 'Roll call', address: 'https://example.org/' },
  ...{ secret: null, campaignId: null, areaId: null, afterMinutes: 0 },
  ...{ timeZone: 'Asia/Shanghai', at: '06:00', weekday: 1 },
};
const sent = { outcome: 'sent', detail: 'HTTP 200' } as const;
const failed = { outcome: 'unreachable', detail: 'ECONNREFUSED' } as const;

describe('the webhook of a plan', () => {
  const storeWith = (secret: string) =>
    dispatchStore({ database, audit, now: Date.now, holder: 'one', seal: webhookSeal(secret, randomBytes) });
  const secretPlan = {
    ...plan,
    name: 'Sealed',
    channel: 'webhook',
    address: 'https://hooks.test/in?key=hidden',
    secret: 'signing',
  } as const;
  const rows = () => database.sql`select address, secret from dispatch_plans where name = ${secretPlan.name}`;
  const open = { address: secretPlan.address, secret: 'signing' };
  afterAll(() => database.sql`delete from dispatch_plans where name = ${secretPlan.name}`);

  test('is told by no copy of the database, and to the servers that share a secret alone', async () => {
    const store = storeWith('shared');
    const { id, to, signed } = await store.create(secretPlan, 'test');
    expect([to, signed]).toEqual(['hooks.test', true]);
    expect(JSON.stringify(await rows())).not.toMatch(/hooks\.test|hidden|signing/);
    expect(await storeWith('shared').get(id)).toMatchObject(open);
    expect(await storeWith('other').get(id)).toMatchObject({
      address: expect.stringMatching(/^https:\/\/sealed\.invalid\//),
    });
  });

  test('is sealed where a version before wrote it as it was; mail addresses stay what they are', async () => {
    const store = storeWith('shared');
    await database.sql`update dispatch_plans set address = ${open.address}, secret = 'signing' where name = ${secretPlan.name}`;
    const mail = await store.create(
      { ...plan, channel: 'email', address: 'chief@brigade.test', name: secretPlan.name },
      'test',
    );
    await Promise.all([store.sealAll(), storeWith('shared').sealAll()]);
    expect(JSON.stringify(await rows())).not.toMatch(/hooks\.test|hidden|signing/);
    const [first] = await store.live();
    expect(first).toMatchObject(open);
    expect(await store.get(mail.id)).toMatchObject({ address: 'chief@brigade.test' });
  });
});

describe('a message that is being sent', () => {
  const clock = { now: Date.now() };
  const server = (holder: string, holdMs: number) =>
    dispatchStore({
      database,
      audit,
      now: () => clock.now,
      holder,
      holdMs,
      seal: webhookSeal('a secret', randomBytes),
    });
  let planId: number;
  let dueAt = Date.now();

  beforeAll(async () => {
    planId = (await server('first', 1).create(plan, 'test')).id;
  });
  const queue = () => server('first', 1).queue(planId, ++dueAt, message);

  test('is nobody else’s while its server lives, however long it takes', async () => {
    const [a, b] = [server('a', 1_500), server('b', 1_500)];
    await queue();
    const claimed = await a.claim();
    if (claimed === null) throw new Error('nothing was due');
    for (let looks = 0; looks < 5; looks += 1) {
      await a.renew(claimed);
      expect(await b.claim()).toBeNull();
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    await a.finish(claimed, sent, null);
    clock.now += 10 * MINUTE_MS;
    expect(await b.claim()).toBeNull();
  });

  test('is another’s as soon as a dead server has said nothing for the length of a hold, and goes out once', async () => {
    const [dead, b, c] = [server('dead', 50), server('b', 60_000), server('c', 60_000)];
    await queue();
    const lost = await dead.claim();
    if (lost === null) throw new Error('nothing was due');
    await expect.poll(() => b.claim(), { interval: 20 }).toMatchObject({ id: lost.id, attempt: 2 });
    expect(await c.claim()).toBeNull();
    // It was not dead but slow: what it has to say now changes nothing for who has the message.
    await dead.finish(lost, failed, 0);
    expect(await c.claim()).toBeNull();
  });

  test('is the only one that goes out when somebody tries a plan, and who tries waits no longer than a while', async () => {
    const [asked, hangs] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const posted: string[] = [];
    const { tryNow } = dispatch({
      ...{ store: server('d', 60_000), reports: reportStore(database.sql, Date.now) },
      watch: { pulsesAt: async () => [], lookAt: async () => ({ words: [], silent: [] }) },
      ...{ mailer: null, now: () => clock.now, tryWaitsMs: 1 },
      async post({ url }) {
        posted.push(url);
        asked.resolve();
        await hangs.promise;
        return { status: 200, body: '' };
      },
      onTrouble: (error) => asked.reject(error),
    });
    for (let waiting = 0; waiting < 3; waiting += 1) await queue();
    clock.now += MINUTE_MS;
    await tryNow(planId);
    await asked.promise;
    const newest = async () => (await server('d', 1).deliveries({ planId, limit: 1 }))[0];
    expect(await newest()).toMatchObject({ state: 'waiting', attempts: [] });
    hangs.resolve();
    await expect.poll(newest).toMatchObject({ state: 'sent', attempts: [{ outcome: 'sent' }] });
    expect(posted).toEqual([plan.address]);
  });

  test('is looked for so often that 15 s after a kill -9 another server sends it', () => {
    const { jobs } = composeDispatch({
      ...{ database, audit, now: Date.now, config: {}, onTrouble: () => {} },
      ...{ reports: undefined as never, secret: 'a secret' },
    });
    const looking = jobs.find(({ name }) => name === 'send what waits');
    expect(HOLD_MS + (looking?.everyMs ?? Number.POSITIVE_INFINITY)).toBeLessThan(15_000);
  });
});
