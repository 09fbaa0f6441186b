import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeBackup, restoreBackup } from '../../src/backup/backup-flow.ts';
import { sha256Hex } from '../../src/base/digest.ts';
import { type DatabaseOptions, openDatabase } from '../../src/db/connect.ts';
import { type RealBox, realBox } from '../override/a-real-player.ts';
import { type TestPlace, testPlace } from '../support/database.ts';
import { type Desk, deskOf, send, serverOn } from '../support/server.ts';

/* A player of flesh lives through the loss of its server: a copy of the night, a day's work, the copy brought back. */

const samples = new URL('../../media/samples/', import.meta.url);
const FIRST = 'filler-standby.png';
const SECOND = 'notice-spring-festival.png';
const troubles: string[] = [];
const places: TestPlace[] = [];
let home: string;
let running: Awaited<ReturnType<typeof startOn>>;
let box: RealBox;
let port = 0;

/** Always at the same port, where the player looks for it. */
async function startOn(options: DatabaseOptions, dataDir: string) {
  const made = await serverOn(await openDatabase(options), dataDir, { port, troubles });
  port = made.port;
  return { ...made, desk: (role: string): Promise<Desk> => deskOf(made, role) };
}

async function aPlace(isBare: boolean): Promise<DatabaseOptions> {
  const place = await testPlace({ isBare });
  places.push(place);
  return place.options;
}

const bytesOf = (name: string) => readFile(new URL(name, samples));
const hashOf = async (name: string) => sha256Hex(await bytesOf(name));

async function approvedFiller(name: string): Promise<void> {
  const [editor, reviewer] = [await running.desk('editor'), await running.desk('reviewer')];
  const path = `/api/assets?fileName=${name}&category=notice&isFiller=true`;
  const type = { 'content-type': 'application/octet-stream' };
  const { id } = (await editor.ask('POST', path, await bytesOf(name), type)).body;
  await editor.ask('POST', `/api/assets/${id}/submit`);
  expect((await reviewer.ask('POST', `/api/assets/${id}/approve`, {})).body.state).toBe('approved');
}

async function raise(operator: Desk, title: string): Promise<number> {
  const { body } = await operator.ask('POST', '/api/overrides', {
    content: { text: { title, body: '' } },
    severity: 'extreme',
    aim: { all: true },
    minutes: 60,
  });
  expect((await operator.ask('POST', `/api/overrides/${body.id}/confirm`)).body.state).toBe('live');
  return body.id;
}

/** Asks for a volume, as soon as the player has said that it has one. */
async function turnTo(endpointId: number, percent: number): Promise<void> {
  const operator = await running.desk('operator');
  const ask = () =>
    operator.ask('POST', `/api/endpoints/${endpointId}/commands`, { kind: 'volume', percent });
  await expect.poll(async () => (await ask()).status, { timeout: 30_000 }).toBe(201);
  await expect.poll(() => box.shown, { timeout: 30_000 }).toContain(`volume ${percent}`);
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'beacon-lived-on-'));
});
afterAll(async () => {
  await box.powerOff();
  await running.stop();
  for (const place of places) await place.remove();
  await rm(home, { recursive: true, force: true });
});

describe('a player whose server was brought back from a backup', () => {
  test('takes its next programme, ends the emergency that nobody knows any more, shows the next one and obeys', {
    timeout: 120_000,
  }, async () => {
    const options = await aPlace(false);
    const lost = 'dataDir' in options ? options.dataDir : join(home, 'lost');
    running = await startOn(options, lost);
    await approvedFiller(FIRST);
    let operator = await running.desk('operator');
    const place = { code: 'TV-1', name: '大厅', kind: 'tv', area: '东城', openingHours: '24/7' };
    const { body } = await operator.ask('POST', '/api/endpoints', { ...place, timeZone: 'Asia/Shanghai' });
    await running.server.board.refresh();
    const offers = await operator.ask('POST', '/api/enrolments', { endpointIds: [body.id] });
    box = realBox(running.url, offers.body.enrolments[0].token);
    await box.powerOn();
    await box.untilPlays(await hashOf(FIRST));
    await turnTo(body.id, 40);
    const editor = await running.desk('editor');
    const type = { 'content-type': 'application/octet-stream' };
    const photo = await bytesOf(FIRST);
    const evidence = await editor.ask('POST', '/api/evidence?fileName=a.png', photo, type);
    expect(evidence.status).toBe(201);
    const folder = join(home, 'copy');
    const signingKeyFile = join(lost, 'keys', 'signing.json');
    const kept = { dataDir: lost, signingKeyFile, secretFile: 'session-secret' };
    await makeBackup({ place: options, folder, version: '1', now: Date.now, home: kept, isQuiet: false });

    // The day goes on: the programme changes, and an emergency is raised.
    await approvedFiller(SECOND);
    await running.database.sql`update assets set state = 'retired' where file_name = ${FIRST}`;
    await running.server.board.refresh();
    await box.untilPlays(await hashOf(SECOND));
    await turnTo(body.id, 50);
    const unknown = await raise(operator, '火情');
    await box.untilOn(`text ${unknown}`);
    await running.stop();

    const target = await aPlace(true);
    const dataDir = 'dataDir' in target ? target.dataDir : join(home, 'again');
    await cp(join(lost, 'media'), join(dataDir, 'media'), { recursive: true });
    const placeOf = (path: string) => join(dataDir, path);
    await restoreBackup({ folder, place: target, placeOf, liftAt: Date.now() });
    running = await startOn(target, dataDir);
    // The emergency gives way to the programme of the night, whose material was withdrawn by day.
    await box.untilPlays(await hashOf(FIRST));
    operator = await running.desk('operator');
    const next = await raise(operator, '洪水');
    expect(next).toBeGreaterThan(unknown);
    await box.untilOn(`text ${next}`);
    await operator.ask('POST', `/api/overrides/${next}/withdraw`, {});
    await box.untilOn('spot');
    await turnTo(body.id, 60);
    const { body: told } = await operator.ask('GET', '/api/overrides');
    expect(told.overrides.map(({ state }: { state: string }) => state)).toEqual(['withdrawn', 'withdrawn']);
    expect(troubles).toEqual([]);

    // Beside the players, people: they sign in anew, by the same secret, and find their evidence.
    expect((await send(`${running.url}/api/session`, { token: editor.token })).status).toBe(401);
    const secretIn = (folder: string) => readFile(join(folder, 'session-secret'), 'utf8');
    expect(await secretIn(dataDir)).toBe(await secretIn(lost));
    const found = await fetch(`${running.url}/api/evidence/${evidence.body.sha256}`, {
      headers: { authorization: `Bearer ${(await running.desk('editor')).token}` },
    });
    expect(sha256Hex(new Uint8Array(await found.arrayBuffer()))).toBe(sha256Hex(photo));
  });
});
