import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demuxerOf, readingArguments } from '../../src/catalogue/demuxer.ts';
import { listenTo } from '../../src/catalogue/finding-files.ts';
import { ffmpeg, HAS_FFMPEG, WITHOUT_FFMPEG } from '../renditions/ffmpeg-films.ts';

const TYPES = [
  'video/mp4',
  'video/quicktime',
  'video/webm',
  'audio/mpeg',
  'audio/wav',
  'audio/ogg',
  'audio/aac',
];

describe.skipIf(!HAS_FFMPEG)(`what ffmpeg may reach${WITHOUT_FFMPEG}`, () => {
  let folder: string;
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.end();
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'beacon-reach-'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ffmpeg('-f', 'lavfi', '-i', 'sine=duration=1', join(folder, 'secret.wav'));
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('is one local file by one reader: playlists lead nowhere, whatever they are taken for', {
    timeout: 120_000,
  }, async () => {
    const { port } = server.address() as AddressInfo;
    const lists = [
      `#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:${port}/hls\n#EXT-X-ENDLIST\n`,
      `#EXTM3U\n#EXTINF:1,\nfile://${folder}/secret.wav\n#EXT-X-ENDLIST\n`,
      `ffconcat version 1.0\nfile 'http://127.0.0.1:${port}/concat'\n`,
      `ffconcat version 1.0\nfile '${folder}/secret.wav'\n`,
    ];
    for (const list of lists) {
      const path = join(folder, 'list');
      await writeFile(path, list);
      for (const type of TYPES) {
        const asset = { assetId: 1, sha256: '', type, durationMs: 1_000, hasSound: true, videoCodec: null };
        expect(await listenTo(path, asset, AbortSignal.timeout(30_000)), `${type}: ${list}`).toBeNull();
      }
    }
    expect(asked).toEqual([]);
  });

  test('is told by every way in which the server starts it', () => {
    for (const type of TYPES) {
      const told = readingArguments('/x', demuxerOf(type) ?? '').join(' ');
      expect(told).toMatch(/^-protocol_whitelist file -f \w+ -i file:\/x$/);
    }
    expect(demuxerOf('application/vnd.apple.mpegurl')).toBeNull();
  });

  test('shuts out the network even for a reader that would go there', async () => {
    const { port } = server.address() as AddressInfo;
    const list = join(folder, 'list.m3u8');
    const told = ['-protocol_whitelist', 'file', '-f', 'hls', '-i', `file:${list}`, '-f', 'null', '-'];
    await writeFile(list, `#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:${port}/piece.ts\n#EXT-X-ENDLIST\n`);
    expect(() => ffmpeg(...told)).toThrow(/not on whitelist/);
    expect(asked).toEqual([]);
  });
});
