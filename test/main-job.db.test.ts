import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { compactVerify, importJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOUR_MS } from '../src/base/units.ts';
import { type Desk, deskOf, send, type TestServer, testServer } from './support/server.ts';

/*
 * The main job as an outsider sees it: HTTP and the OpenAPI document alone, nothing of our own client code.
 * The clock stands at ten in the morning on the day before the festival and is moved by hand.
 */
const samples = new URL('../media/samples/', import.meta.url);
let now = Date.parse('2027-02-05T02:00:00Z');
let running: TestServer;
let editor: Desk;
let reviewer: Desk;
let operator: Desk;

beforeAll(async () => {
  running = await testServer(() => now);
  [editor, reviewer, operator] = await Promise.all([
    deskOf(running, 'editor'),
    deskOf(running, 'reviewer'),
    deskOf(running, 'operator'),
  ]);
});
afterAll(() => running.stop());

const upload = async (file: string, category: string) =>
  editor.ask(
    'POST',
    `/api/assets?fileName=${file}&category=${category}`,
    await readFile(new URL(file, samples)),
    {
      'content-type': 'application/octet-stream',
    },
  );

describe('the main job over HTTP', () => {
  test('goes from a film on a disk to plays counted once and impressions reported', {
    timeout: 120_000,
  }, async () => {
    const film = await upload('psa-ebike-charging.mp4', 'psa');
    expect(film.status).toBe(201);
    expect(film.body).toMatchObject({
      mediaClass: 'video',
      widthPx: 1920,
      heightPx: 1080,
      hasSound: true,
      state: 'draft',
    });
    const assetId: number = film.body.id;
    expect((await upload('psa-ebike-charging.mp4', 'psa')).body.id).toBe(assetId);

    const csv = await readFile(new URL('fleet.csv', samples));
    const fleet = await operator.ask('POST', '/api/endpoints/import', csv, { 'content-type': 'text/csv' });
    expect(fleet.body).toMatchObject({ created: 138, updated: 0, failed: [] });
    const again = await operator.ask('POST', '/api/endpoints/import', csv, { 'content-type': 'text/csv' });
    expect(again.body).toMatchObject({ created: 0, updated: 0, unchanged: 138, failed: [] });

    const { endpoints } = (await editor.ask('GET', '/api/endpoints')).body;
    const tv = endpoints.find((endpoint: { kind: string }) => endpoint.kind === 'tv');
    const playlist = await editor.ask('POST', '/api/playlists', { name: '电动车', items: [{ assetId }] });
    const campaign = await editor.ask('POST', '/api/campaigns', {
      name: '春节',
      fromDate: '2027-02-01',
      toDate: '2027-02-20',
    });
    const booking = await editor.ask('POST', '/api/bookings', {
      campaignId: campaign.body.id,
      playlistId: playlist.body.id,
      name: '每小时12次',
      endpoints: { endpointIds: [tv.id] },
      fromDate: '2027-02-05',
      toDate: '2027-02-10',
      dayparts: [{ from: '08:00', to: '20:00' }],
      rate: { kind: 'perHour', plays: 12 },
    });
    expect(booking.status).toBe(201);

    // A box without an identity asks for one; staff type its code.
    const offer = await send(`${running.url}/api/player/v1/pairings`, {
      method: 'POST',
      body: { hardwareId: 'outsider', kind: 'tv', capabilities: { video: true, image: true, audio: true } },
    });
    expect(offer.status).toBe(201);
    const pairing = () => send(`${running.url}/api/player/v1/pairings/current`, { token: offer.body.secret });
    expect((await pairing()).body).toEqual({ state: 'waiting' });
    const claim = await operator.ask('POST', '/api/pairings/claim', {
      code: offer.body.code,
      endpointId: tv.id,
    });
    expect(claim.status).toBeLessThan(300);
    const { token, serverKeys, endpointId } = (await pairing()).body;
    expect(endpointId).toBe(tv.id);
    const player = (path: string, init: Parameters<typeof send>[1] = {}) =>
      send(`${running.url}/api/player/v1${path}`, { token, ...init });
    const pull = async () => {
      const answer = await player('/manifest');
      expect(answer.status).toBe(200);
      const [key] = serverKeys;
      const { payload, protectedHeader } = await compactVerify(answer.body, await importJWK(key, 'EdDSA'));
      expect(protectedHeader).toMatchObject({ alg: 'EdDSA', typ: 'beacon-manifest', kid: key.kid });
      return {
        etag: answer.headers.get('etag') ?? '',
        manifest: JSON.parse(Buffer.from(payload).toString()),
      };
    };

    // Nothing airs that a second person has not approved.
    await running.server.board.refresh();
    const before = await pull();
    expect(JSON.stringify(before.manifest.media)).not.toContain(film.body.sha256);
    expect((await editor.ask('POST', `/api/assets/${assetId}/submit`)).status).toBe(200);
    expect((await editor.ask('POST', `/api/assets/${assetId}/approve`, { reason: '' })).status).toBe(403);
    expect((await reviewer.ask('POST', `/api/assets/${assetId}/approve`, { reason: '可以播' })).status).toBe(
      200,
    );
    await running.server.board.refresh();

    const { etag, manifest } = await pull();
    expect(manifest.serial).toBeGreaterThan(before.manifest.serial);
    expect((await player('/manifest', { headers: { 'if-none-match': etag } })).status).toBe(304);
    const spots = manifest.programme.flatMap((entry: { from: string; loop: string }) => {
      const loop = manifest.loops.find((one: { id: string }) => one.id === entry.loop);
      return loop.spots
        .filter((spot: { bookingId: number | null }) => spot.bookingId === booking.body.id)
        .map((spot: { atMs: number }) => ({ ...spot, at: Date.parse(entry.from) + spot.atMs }));
    });
    const today = spots.filter((spot: { at: number }) => spot.at < Date.parse('2027-02-05T16:00:00Z'));
    expect(today).toHaveLength(12 * 12);

    const [media] = manifest.media;
    const bytes = await fetch(running.url + media.url, { headers: { authorization: `Bearer ${token}` } });
    const whole = Buffer.from(await bytes.arrayBuffer());
    expect(createHash('sha256').update(whole).digest('hex')).toBe(media.sha256);
    const part = await player(media.url.replace('/api/player/v1', ''), {
      headers: { range: 'bytes=100-199' },
    });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 100-199/${media.bytes}`);

    // Two hours pass; the player reports twice, out of order, with one bad play among the good.
    const startedAt = now;
    now += 2 * HOUR_MS;
    const aired = today.filter((spot: { at: number }) => spot.at >= startedAt && spot.at + 15_000 < now);
    const plays = aired.map((spot: Record<string, number>, i: number) => ({
      seq: i + 1,
      bookingId: spot.bookingId,
      assetId: spot.assetId,
      sha256: spot.media,
      startedAt: new Date(spot.at ?? 0).toISOString(),
      durationMs: spot.durationMs,
      outcome: 'completed',
    }));
    const report = (some: unknown[]) =>
      player('/plays', {
        method: 'POST',
        body: { epoch, plays: some, clock: { now: new Date(now).toISOString() } },
      });
    const epoch = randomUUID();
    const late = await report(plays.slice(10).toReversed());
    expect(late.body).toMatchObject({ accepted: plays.length - 10, duplicates: 0, missing: [[1, 10]] });
    const foreign = { ...plays[0], seq: plays.length + 1, assetId: 999_999 };
    const full = await report([foreign, ...plays]);
    expect(full.body).toMatchObject({
      accepted: 10,
      duplicates: plays.length - 10,
      rejected: [{ seq: plays.length + 1, code: 'play.notTold' }],
      received: [[1, plays.length + 1]],
      missing: [],
    });
    expect((await report(plays)).body).toMatchObject({ accepted: 0, duplicates: plays.length });

    const seen = await editor.ask(
      'GET',
      `/api/reports/plays?by=endpoint&campaignId=${campaign.body.id}&from=2027-02-05&to=2027-02-05`,
    );
    expect(seen.body.totals.playsCounted).toBe(plays.length);
    expect(seen.body.totals.playsPromised).toBeGreaterThanOrEqual(plays.length);
    expect(seen.body.totals.playsPromised).toBeLessThanOrEqual(plays.length + 1);
    expect(seen.body.totals.airtimeMs).toBe(
      plays.reduce((sum: number, play: { durationMs: number }) => sum + play.durationMs, 0),
    );
    expect(seen.body.totals.coverage).toBeGreaterThan(0.95);
    expect(seen.body.totals.impressions.best).toBeGreaterThan(0);
    expect(seen.body.formula.text).not.toBe('');
    const table = await editor.ask(
      'GET',
      `/api/reports/plays?by=hour&campaignId=${campaign.body.id}&format=csv`,
    );
    expect(table.headers.get('content-type')).toContain('text/csv');
    expect(running.troubles).toEqual([]);
  });

  test('gives every bad input a problem document with a stable code, and keeps nothing of it', async () => {
    const raw = { 'content-type': 'application/octet-stream' };
    const film = await readFile(new URL('warning-kitchen-fire.mp4', samples));
    const put = (bytes: Uint8Array, name = 'x.mp4', headers = raw) =>
      editor.ask('POST', `/api/assets?fileName=${encodeURIComponent(name)}&category=psa`, bytes, headers);
    const day = { fromDate: '2027-02-05', toDate: '2027-02-06' };
    const still = await upload('filler-standby.png', 'notice');
    const list = await editor.ask('POST', '/api/playlists', {
      name: 'x',
      items: [{ assetId: still.body.id }],
    });
    const campaign = await editor.ask('POST', '/api/campaigns', { name: 'x', ...day });
    const ids = { campaignId: campaign.body.id, playlistId: list.body.id };
    const booking = { ...ids, name: 'x', rate: { kind: 'perHour', plays: 1 }, ...day };
    const before = (await editor.ask('GET', '/api/assets')).body.assets.length;
    const cases: [string, number, () => ReturnType<Desk['ask']>][] = [
      ['asset.notMedia', 415, () => put(Buffer.from('this is not a film, whatever its name says'))],
      ['asset.damaged', 422, () => put(film.subarray(0, Math.floor(film.length / 2)))],
      ['asset.empty', 422, () => put(new Uint8Array(0))],
      [
        'booking.endsBeforeStart',
        422,
        () => editor.ask('POST', '/api/bookings', { ...booking, fromDate: '2027-02-07' }),
      ],
      [
        'endpoint.unknown',
        404,
        () => editor.ask('POST', '/api/bookings', { ...booking, endpoints: { endpointIds: [99_999] } }),
      ],
      ['request.invalid', 422, () => editor.ask('POST', '/api/bookings', { ...booking, endpoint: [1] })],
      [
        'request.invalid',
        422,
        () => editor.ask('POST', '/api/bookings', { ...booking, rate: { kind: 'perHour', plays: 0 } }),
      ],
      [
        'token.unknown',
        401,
        () => send(`${running.url}/api/player/v1/manifest`, { token: 'a-strangers-token-of-some-length' }),
      ],
      ['session.missing', 401, () => send(`${running.url}/api/endpoints`)],
      ['role.insufficient', 403, () => reviewer.ask('POST', '/api/campaigns', { name: 'x', ...day })],
      [
        'request.malformed',
        400,
        () => editor.ask('POST', '/api/campaigns', '{', { 'content-type': 'application/json' }),
      ],
      ['route.unknown', 404, () => editor.ask('GET', '/api/nothing')],
    ];
    for (const [code, status, answer] of cases) {
      const { body, headers, status: given } = await answer();
      expect([code, given, body]).toMatchObject([
        code,
        status,
        { code, status, detail: expect.stringMatching(/\w+ .*[.:]/) },
      ]);
      expect(headers.get('content-type')).toContain('application/problem+json');
    }
    expect((await editor.ask('GET', '/api/assets')).body.assets).toHaveLength(before);
    const walked = await put(film, '../../x');
    expect(walked.body.fileName).toBe('x');
  });

  test('imports the good rows of a list in GBK with a bad one, and names the line of the bad one', async () => {
    const text = (await readFile(new URL('fleet.csv', samples), 'utf8')).split('\n').slice(0, 3);
    const rows = [
      text[0],
      text[1]?.replace('DS-001', 'GBK-1'),
      text[2]?.replace('DS-002', 'GBK-2').replace('Asia/Shanghai', 'Asia/Nowhere'),
    ];
    const gbk = Buffer.from(rows.join('\n').replaceAll(/[^\x20-\x7e\n]+/g, 'X'), 'latin1');
    const street = Buffer.from([0xbd, 0xd6, 0xb5, 0xc0]); // 街道 in GBK
    const at = gbk.indexOf('GBK-1,') + 6;
    const body = Buffer.concat([gbk.subarray(0, at), street, gbk.subarray(at)]);
    const answer = await operator.ask('POST', '/api/endpoints/import', body, { 'content-type': 'text/csv' });
    expect(answer.body).toMatchObject({ created: 1, failed: [{ line: 3, id: 'GBK-2' }] });
    const { endpoints } = (await editor.ask('GET', '/api/endpoints')).body;
    expect(endpoints.find((one: { code: string }) => one.code === 'GBK-1').name).toContain('街道');
  });
});
