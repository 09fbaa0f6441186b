import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sha256Hex } from '../../src/base/digest.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../src/base/units.ts';
import type { PairingRequest } from '../../src/contract/pairing.ts';
import { enrolments, pairings, players } from '../../src/db/endpoint-tables.ts';
import { auditLog } from '../../src/db/staff-tables.ts';
import { type PlayerFlow, playerFlow } from '../../src/endpoints/player-flow.ts';
import { type PlayerStore, playerStore } from '../../src/endpoints/player-store.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { worldOf } from '../support/world.ts';

const BOX: PairingRequest = {
  hardwareId: 'box-1',
  kind: 'screen',
  capabilities: { video: true, image: true, audio: true, width: 960, height: 384 },
};
let database: TestDatabase;
let now = Date.parse('2027-02-05T02:00:00Z');
let store: PlayerStore;
let flow: PlayerFlow;
let endpointId: number;
const running: PlayerFlow[] = [];
let troubles: unknown[] = [];

async function newFlow(over: Partial<PlayerStore> = {}): Promise<PlayerFlow> {
  const made = playerFlow({
    store: { ...store, ...over },
    bell: database.bell,
    now: () => now,
    onTrouble: (error) => troubles.push(error),
  });
  running.push(made);
  await made.start();
  return made;
}

async function paired(by = flow): Promise<{ token: string; secret: string }> {
  const { code, secret } = await by.offerPairing(BOX);
  await by.claimPairing(code, endpointId, 'zhang');
  const answer = await by.collectPairing(secret);
  if (answer.state !== 'paired') throw new Error(answer.state);
  return { token: answer.token, secret };
}

/** Resolves when the bell has told everybody about everything up to now. */
async function bellIsQuiet(): Promise<void> {
  const done = new Promise<void>((resolve) => {
    const stop = database.bell.listen('players', (payload) => {
      if (payload === '0') resolve(stop());
    });
  });
  await database.bell.ring('players', '0');
  await done;
}

beforeAll(async () => {
  database = await testDatabase();
  store = playerStore({ database, audit, now: () => now });
});
afterAll(() => database.close());
afterEach(() => expect(troubles).toEqual([]));
beforeEach(async () => {
  troubles = [];
  for (const one of running.splice(0)) await one.stop();
  await database.db.delete(pairings);
  await database.sql`delete from player_health_hours`;
  await database.db.delete(players);
  endpointId = await worldOf(database).endpoint();
  flow = await newFlow();
});
afterAll(async () => {
  for (const one of running.splice(0)) await one.stop();
});

describe('PlayerFlow pairing', () => {
  test('leads from a code over the claim to a token that is recognised', async () => {
    const { code, secret, expiresAt } = await flow.offerPairing(BOX);
    expect(code).toMatch(/^[A-Z0-9]{6}$/);
    expect(Date.parse(expiresAt)).toBe(now + 15 * MINUTE_MS);
    expect(await flow.collectPairing(secret)).toEqual({ state: 'waiting' });
    await flow.claimPairing(` ${code.toLowerCase()} `, endpointId, 'zhang');
    const answer = await flow.collectPairing(secret);
    if (answer.state !== 'paired') throw new Error(answer.state);
    expect(answer.endpointId).toBe(endpointId);
    expect(await flow.recognise(answer.token)).toMatchObject({ endpointId });
  });

  test('stores secrets and tokens as hashes only', async () => {
    const { token, secret } = await paired();
    const rows = JSON.stringify([
      await database.db.select().from(pairings),
      await database.db.select().from(players),
      await database.db.select().from(auditLog),
    ]);
    expect(rows).toContain(sha256Hex(token));
    expect(rows).not.toContain(token);
    expect(rows).not.toContain(secret);
  });

  test('gives a new token in place of the old one while none was used', async () => {
    const { token, secret } = await paired();
    const again = await flow.collectPairing(secret);
    if (again.state !== 'paired') throw new Error(again.state);
    expect(await flow.recognise(token)).toBeNull();
    expect(await flow.recognise(again.token)).toMatchObject({ endpointId });
    expect(await database.db.select().from(players)).toHaveLength(1);
  });

  test('answers expired once the token was used', async () => {
    const { token, secret } = await paired();
    await flow.recognise(token);
    expect(await flow.collectPairing(secret)).toEqual({ state: 'expired' });
    expect(await flow.recognise(token)).toMatchObject({ endpointId });
  });

  test('answers expired 15 minutes after the offer when nobody claimed it', async () => {
    const { code, secret } = await flow.offerPairing(BOX);
    now += 15 * MINUTE_MS;
    expect(await flow.collectPairing(secret)).toEqual({ state: 'expired' });
    await expect(flow.claimPairing(code, endpointId, 'zhang')).rejects.toMatchObject({
      code: 'pairing.expired',
    });
  });

  test('lets staff correct the endpoint until the box fetched its token', async () => {
    const other = await worldOf(database).endpoint();
    const { code, secret } = await flow.offerPairing(BOX);
    await flow.claimPairing(code, other, 'zhang');
    await flow.claimPairing(code, endpointId, 'zhang');
    expect(await flow.collectPairing(secret)).toMatchObject({ state: 'paired', endpointId });
    await expect(flow.claimPairing(code, other, 'zhang')).rejects.toMatchObject({ code: 'pairing.expired' });
  });

  test('refuses a code or a secret that nobody has, and an endpoint that does not exist', async () => {
    await expect(flow.claimPairing('AAAAAA', endpointId, 'z')).rejects.toMatchObject({
      code: 'pairing.unknown',
    });
    await expect(flow.collectPairing('nonsense')).rejects.toMatchObject({ code: 'pairing.unknown' });
    const { code } = await flow.offerPairing(BOX);
    await expect(flow.claimPairing(code, 987_654, 'z')).rejects.toMatchObject({ code: 'endpoint.unknown' });
  });

  test('revokes the endpoint’s older player, on every server', async () => {
    const elsewhere = await newFlow();
    const first = await paired();
    await bellIsQuiet();
    expect(await elsewhere.recognise(first.token)).toMatchObject({ endpointId });
    const second = await paired();
    expect(await flow.recognise(first.token)).toBeNull();
    await bellIsQuiet();
    expect(await elsewhere.recognise(second.token)).toMatchObject({ endpointId });
    await expect.poll(() => elsewhere.recognise(first.token)).toBeNull();
  });

  test('makes one active player when two boxes fetch tokens for one endpoint at once', async () => {
    const secrets = await Promise.all(
      [1, 2, 3].map(async () => {
        const { code, secret } = await flow.offerPairing(BOX);
        await flow.claimPairing(code, endpointId, 'zhang');
        return secret;
      }),
    );
    await Promise.all(secrets.map((secret) => flow.collectPairing(secret)));
    expect(await store.active()).toHaveLength(1);
  });

  test('forgets offers a day after they ended', async () => {
    await flow.offerPairing(BOX);
    now += DAY_MS + 16 * MINUTE_MS;
    await flow.offerPairing(BOX);
    expect(await database.db.select().from(pairings)).toHaveLength(1);
  });
});

describe('PlayerFlow enrolment', () => {
  const box = { hardwareId: 'horn-1', capabilities: { video: false, image: false, audio: true } };

  test('turns a single-use token into a player, once', async () => {
    const [offer] = await flow.offerEnrolments([endpointId], 'zhang');
    if (!offer) throw new Error('no offer');
    const answer = await flow.enrol(offer.token, box);
    if (answer.state !== 'paired') throw new Error(answer.state);
    expect(await flow.recognise(answer.token)).toMatchObject({ endpointId });
    await expect(flow.enrol(offer.token, box)).rejects.toMatchObject({ code: 'pairing.expired' });
  });

  test('tells the same box again what it was told, as long as that never was used', async () => {
    const [offer] = await flow.offerEnrolments([endpointId], 'zhang');
    const lost = await flow.enrol(offer?.token ?? '', box);
    const heard = await flow.enrol(offer?.token ?? '', box);
    if (lost.state !== 'paired' || heard.state !== 'paired') throw new Error('not paired');
    expect(await flow.recognise(lost.token)).toBeNull();
    expect(await flow.recognise(heard.token)).toMatchObject({ endpointId });
    const active = await store.active();
    expect(active.filter((player) => player.endpointId === endpointId)).toHaveLength(1);
  });

  test('lets one of many boxes with one token win', async () => {
    const [offer] = await flow.offerEnrolments([endpointId], 'zhang');
    const answers = await Promise.allSettled(
      Array.from({ length: 5 }, (_, n) =>
        flow.enrol(offer?.token ?? '', { ...box, hardwareId: `horn-${n}` }),
      ),
    );
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
  });

  test('refuses a token after seven days, and one that was never made', async () => {
    const [offer] = await flow.offerEnrolments([endpointId], 'zhang');
    now += 7 * DAY_MS;
    await expect(flow.enrol(offer?.token ?? '', box)).rejects.toMatchObject({ code: 'pairing.expired' });
    await expect(flow.enrol('stranger', box)).rejects.toMatchObject({ code: 'token.unknown' });
  });

  test('makes no token at all when one of many endpoints does not exist', async () => {
    const before = await database.db.select().from(enrolments);
    await expect(flow.offerEnrolments([endpointId, 987_654], 'z')).rejects.toMatchObject({
      code: 'endpoint.unknown',
    });
    expect(await database.db.select().from(enrolments)).toEqual(before);
  });
});

describe('PlayerFlow.recognise', () => {
  test('asks the database nothing for a token in memory', async () => {
    const { token } = await paired();
    await bellIsQuiet();
    let asked = 0;
    const counting = await newFlow({
      active: (which) => {
        asked += 1;
        return store.active(which);
      },
    });
    expect(asked).toBe(1);
    for (let i = 0; i < 50; i += 1) expect(counting.recognise(token)).toMatchObject({ endpointId });
    expect(asked).toBe(1);
  });

  test('looks up any number of unknown tokens with a few statements, one at a time', async () => {
    await bellIsQuiet();
    let asked = 0;
    const counting = await newFlow({
      active: (which) => {
        asked += 1;
        return store.active(which);
      },
    });
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, i) => counting.recognise(`stranger ${i}`)),
    );
    expect(answers.every((answer) => answer === null)).toBe(true);
    expect(asked).toBeLessThanOrEqual(3);
  });

  test('reads players that rings tell of in one statement while another one runs', async () => {
    await bellIsQuiet();
    const asked: (readonly number[])[] = [];
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const slow = await newFlow({
      active: async (which) => {
        if (which && 'ids' in which) {
          asked.push(which.ids);
          await held;
        }
        return store.active(which);
      },
    });
    for (let id = 900_001; id <= 900_020; id += 1) await database.bell.ring('players', String(id));
    await bellIsQuiet();
    const { token } = await paired();
    await bellIsQuiet();
    release();
    expect(await slow.recognise(token)).toMatchObject({ endpointId });
    expect(asked.map((ids) => ids.length).slice(0, 2)).toEqual([1, expect.any(Number)]);
    expect(asked.length).toBe(2);
  });

  test('knows a player that another server paired, even before the bell has rung', async () => {
    const elsewhere = await newFlow();
    const { token } = await paired();
    expect(await elsewhere.recognise(token)).toMatchObject({ endpointId });
  });
});

describe('PlayerFlow.revoke', () => {
  test('makes the token worthless at once and says who did it', async () => {
    const { token } = await paired();
    const player = await flow.recognise(token);
    if (!player) throw new Error('not recognised');
    await flow.revoke(player.playerId, 'zhang');
    expect(await flow.recognise(token)).toBeNull();
    const [entry] = await database.db.select().from(auditLog).where(eq(auditLog.action, 'player.revoke'));
    expect(entry).toMatchObject({ actor: 'zhang', subject: `player ${player.playerId}` });
    await expect(flow.revoke(player.playerId, 'zhang')).rejects.toMatchObject({ code: 'endpoint.unknown' });
  });
});

describe('PlayerFlow sightings', () => {
  test('writes the time and the health of a player that was here', async () => {
    const { token } = await paired();
    const player = await flow.recognise(token);
    if (!player) throw new Error('not recognised');
    flow.noteHealth(player, {
      now: '2027-02-05T02:00:00Z',
      player: { name: 'kiosk', version: '1' },
      uptimeMs: 5,
      playing: null,
      errors: [],
    });
    await flow.writeSightings();
    const [row] = await database.db.select().from(players).where(eq(players.id, player.playerId));
    expect(row?.lastSeenAt?.getTime()).toBe(now);
    expect(row?.health).toMatchObject({ uptimeMs: 5, player: { name: 'kiosk' } });
  });

  test('counts a player as online for 90 seconds after it was here', async () => {
    const { token } = await paired();
    expect(await flow.playersOnline()).toBe(0);
    await flow.recognise(token);
    await flow.writeSightings();
    expect(await flow.playersOnline()).toBe(1);
    now += 90 * SECOND_MS;
    expect(await flow.playersOnline()).toBe(0);
  });

  test('keeps what could not be written for the next time', async () => {
    const { token } = await paired();
    let fails = true;
    const shaky = await newFlow({
      writeSightings: (rows) =>
        fails && rows.length > 0 ? Promise.reject(new Error('no connection')) : store.writeSightings(rows),
    });
    await shaky.recognise(token);
    await expect.poll(() => troubles).toEqual([new Error('no connection')]);
    troubles = [];
    fails = false;
    await shaky.writeSightings();
    const [row] = await database.db.select().from(players);
    expect(row?.lastSeenAt?.getTime()).toBe(now);
  });
});
