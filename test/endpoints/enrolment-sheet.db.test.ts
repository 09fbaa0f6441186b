import { readFile } from 'node:fs/promises';
import decodeQR from 'qr/decode.js';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFleet } from '../../players/fleet/start-fleet.ts';
import { type Desk, deskOf, send, type TestServer, testServer } from '../support/server.ts';

const SAMPLE_FLEET = new URL('../../media/samples/fleet.csv', import.meta.url);

let running: TestServer;
let editor: Desk;
let endpoints: { id: number; code: string; name: string }[];

beforeAll(async () => {
  running = await testServer();
  editor = await deskOf(running, 'editor');
  const bytes = new Uint8Array(await readFile(SAMPLE_FLEET));
  await editor.ask('POST', '/api/endpoints/import', bytes, { 'content-type': 'text/csv' });
  ({ endpoints } = (await editor.ask('GET', '/api/endpoints')).body);
});
afterAll(async () => running?.stop());

const sheet = (format: string, endpointIds = endpoints.map(({ id }) => id), lang = 'zh') =>
  editor.ask('POST', '/api/enrolments/sheet', { endpointIds, format }, { 'accept-language': lang });

describe('the sheet of enrolment codes', () => {
  test('has 138 boxes paired by a script that reads it, in less than two minutes, each code once', async () => {
    const made = await sheet('csv');
    expect([made.status, made.headers.get('cache-control')]).toEqual([201, 'no-store']);
    const [heading, ...lines] = (made.body as string).replace('\uFEFF', '').trimEnd().split('\r\n');
    expect(heading).toBe('token,code,name,area,kind,address,valid_until');
    const tokens = lines.map((line) => line.split(',')[0] ?? '');
    expect(new Set(tokens).size).toBe(138);
    const began = performance.now();
    const fleet = startFleet({
      server: running.url,
      enrolments: tokens.map((token) => ({ token })),
      stream: false,
      rampMs: 0,
    });
    while (fleet.counts().paired < 138) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(performance.now() - began).toBeLessThan(120_000);
    const { perPlayer } = await fleet.stop(0);
    expect(new Set(perPlayer.map(({ endpointId }) => endpointId)).size).toBe(138);

    const capabilities = { video: true, image: true, audio: true };
    const again = await send(`${running.url}/api/player/v1/enrolments`, {
      method: 'POST',
      body: { token: tokens[0], hardwareId: 'second-box', capabilities },
    });
    expect([again.status, again.body.code]).toEqual([410, 'pairing.expired']);
    expect(running.troubles).toEqual([]);
  }, 180_000);

  test('is a page to print with a card and a QR code for each box, in the language asked for', async () => {
    const chosen = endpoints.slice(0, 5);
    const ids = chosen.map(({ id }) => id);
    const { status, body, headers } = await sheet('page', ids);
    expect([status, headers.get('content-type')]).toEqual([201, 'text/html; charset=utf-8']);
    expect(body.match(/<svg/g)).toHaveLength(5);
    for (const { code } of chosen) expect(body).toContain(`<b>${code}</b>`);
    expect(body).toContain('播放器注册码');
    expect((await sheet('page', ids, 'en')).body).toContain('Each code works once');
    // Nothing on it can run, whatever a name holds.
    expect(body).toContain("default-src 'none'");
    expect(body).not.toMatch(/<script|unsafe-inline| style=/);
  });

  test('has QR codes that a camera reads as the address by which exactly that box joins', async () => {
    const chosen = endpoints.slice(0, 3);
    const page: string = (
      await sheet(
        'page',
        chosen.map(({ id }) => id),
      )
    ).body;
    const cards = [...page.matchAll(/(<svg.*?<\/svg>)<b>(.*?)<\/b>.*?<code>(.*?)<\/code>/gs)];
    expect(cards.map(([, , code]) => code)).toEqual(chosen.map(({ code }) => code));
    for (const [, svg = '', , token = ''] of cards) {
      const { data, info } = await sharp(Buffer.from(svg), { density: 300 })
        .flatten({ background: '#fff' })
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const read = decodeQR({ width: info.width, height: info.height, data });
      expect(new URL(read).pathname).toBe('/player/');
      expect(new URL(read).hash).toBe(`#enrol=${token}`);
    }
  });

  test('keeps names that look like formulas or markup what they are: text', async () => {
    const [area] = (await editor.ask('GET', '/api/areas')).body.areas;
    const { body: odd } = await editor.ask('POST', '/api/endpoints', {
      ...{ code: 'ODD-1', name: '=1+1,"<b>', kind: 'tv', area: area.name, timeZone: 'Asia/Shanghai' },
      openingHours: '24/7',
    });
    expect(odd.id).toBeGreaterThan(0);
    expect((await sheet('csv', [odd.id])).body).toContain(`,"'=1+1,""<b>",`);
    expect((await sheet('page', [odd.id])).body).not.toContain('<b>"');
  });

  test('is refused whole when one endpoint does not exist, and to who may not install', async () => {
    const refused = await sheet('csv', [endpoints[0]?.id ?? 0, 1_000_000]);
    expect([refused.status, refused.body.code]).toEqual([404, 'endpoint.unknown']);
    const viewer = await deskOf(running, 'viewer');
    const body = { endpointIds: [endpoints[0]?.id], format: 'csv' };
    expect((await viewer.ask('POST', '/api/enrolments/sheet', body)).body.code).toBe('role.insufficient');
  });
});
