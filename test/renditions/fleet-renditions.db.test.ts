import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Framing } from '../../src/catalogue/asset.ts';
import { type AssetStore, assetStore } from '../../src/catalogue/asset-store.ts';
import { importFlow } from '../../src/catalogue/import-flow.ts';
import { type MediaFiles, mediaFiles } from '../../src/catalogue/media-files.ts';
import { probeFile } from '../../src/catalogue/probe-files.ts';
import { renditions as renditionRows } from '../../src/db/catalogue-tables.ts';
import { framingStore } from '../../src/renditions/framing-store.ts';
import { renditionFlow } from '../../src/renditions/rendition-flow.ts';
import { renditionStore } from '../../src/renditions/rendition-store.ts';
import { openTranscoder, type Transcoder } from '../../src/renditions/transcoder-files.ts';
import { programmeStore } from '../../src/schedule/programme-store.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import {
  complaintsAbout,
  ffmpeg,
  HAS_FFMPEG,
  loudnessOf,
  picture,
  probed,
  tone,
  truePeakOf,
  WITHOUT_FFMPEG,
} from './ffmpeg-films.ts';

const now = () => 1_800_000_000_000;
let database: TestDatabase;
let dataDir: string;
let files: MediaFiles;
let assets: AssetStore;
let transcoder: Transcoder | null = null;
let troubles: unknown[];

const store = () => renditionStore({ database, audit, now, holder: 'one' });
const work = (with_: Transcoder | null = transcoder) =>
  renditionFlow({
    ...{ store: store(), files, probe: probeFile, transcoder: with_ },
    onTrouble: (error) => void troubles.push(error),
  }).work();
const choose = (id: number, framing: Framing) =>
  framingStore({ database, audit, now }).choose(id, framing, 'li');

async function take(path: string, name: string) {
  const draft = { fileName: name, titleEn: '', category: 'psa', isFiller: false } as const;
  const imports = importFlow({ assets, files, onTrouble: (error) => void troubles.push(error) });
  return (await imports.importFile({ source: createReadStream(path), draft, actor: 'li' })).asset;
}
/** Makes a film by ffmpeg and hands it in. */
async function handIn(name: string, ...made: readonly string[]) {
  ffmpeg(...made, join(dataDir, name));
  return take(join(dataDir, name), name);
}
/** What was made of an asset, by variant. */
async function madeOf(assetId: number) {
  const made = (await assets.get(assetId)).renditions.filter(({ madeFor }) => madeFor !== 'original');
  return Object.fromEntries(made.map((file) => [`${file.madeFor} ${file.variant}`.trim(), file]));
}

let places = 0;
async function place(kind: string, size: readonly [number, number] | null, tags: readonly string[] = []) {
  const [area] = await database.sql<{ id: number }[]>`
    insert into areas (name) values ('East') on conflict (name) do update set name = 'East' returning id`;
  const [row] = await database.sql<{ id: number }[]>`
    insert into endpoints (code, name, kind, area_id, owner, width_px, height_px, time_zone, opening_hours, quiet_hours,
      place_class, audience_per_hour, dwell_seconds, tags, created_at)
    values (${`E${places++}`}, 'x', ${kind}, ${area?.id ?? 0}, 'x', ${size?.[0] ?? null}, ${size?.[1] ?? null}, 'UTC',
      '[]', '[]', 'x', 1, 1, ${[...tags]}::text[], now()) returning id`;
  return row?.id ?? 0;
}

beforeAll(async () => {
  database = await testDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'beacon-fleet-'));
  assets = assetStore({ database, audit, now });
  transcoder = await openTranscoder(1);
});
afterAll(async () => {
  assets.close();
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  troubles = [];
  await database.sql`delete from rendition_jobs`;
  await database.db.delete(renditionRows);
  await database.sql`delete from assets`;
  await database.sql`delete from players`;
  await database.sql`delete from endpoints`;
  files = await mediaFiles(dataDir);
});

describe.skipIf(!HAS_FFMPEG)(`renditions for the fleet${WITHOUT_FFMPEG}`, { timeout: 180_000 }, () => {
  const film = (name: string) =>
    handIn(
      name,
      ...picture('1280x720', 1, 25),
      ...tone(2, '0.1'),
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
    );

  test('are filled or blurred for the shapes of the fleet, small for thin lines, MP3 where asked, and decode whole', async () => {
    await place('screen', [1_280, 720]);
    await place('tv', [720, 1_280]);
    await place('screen', [333, 777], ['窄带']);
    const speaker = await place('loudspeaker', null);
    await database.sql`
      insert into players (endpoint_id, token_hash, hardware_id, capabilities, paired_at)
      values (${speaker}, 'x', 'x', '{"video":false,"image":false,"audio":true,"sound":["mp3"]}', now())`;
    const asset = await film('shapes.mp4');
    await choose(asset.id, 'fill');
    await work();
    await choose(asset.id, 'blur');
    await work();
    expect(troubles).toEqual([]);
    const made = await madeOf(asset.id);
    expect(Object.keys(made).sort()).toEqual([
      ...['screen blur-333x777', 'screen blur-720x1280', 'screen fill-333x777', 'screen fill-720x1280'],
      ...['screen thin', 'sound', 'sound mp3'],
    ]);
    for (const [name, { sha256, type, widthPx, heightPx }] of Object.entries(made)) {
      const path = files.pathOf(sha256);
      expect([name, complaintsAbout(path)]).toEqual([name, '']);
      const target = name.startsWith('sound') ? -16 : -23;
      expect(Math.abs(loudnessOf(path) - target)).toBeLessThanOrEqual(1);
      expect(truePeakOf(path)).toBeLessThanOrEqual(-1);
      if (name.includes('720x1280')) expect([widthPx, heightPx, type]).toEqual([720, 1_280, 'video/mp4']);
      if (name.includes('333x777')) expect([widthPx, heightPx]).toEqual([334, 778]);
    }
    expect(made['screen thin']).toMatchObject({ widthPx: 960, heightPx: 540 });
    expect(made['sound mp3']).toMatchObject({ type: 'audio/mpeg', mediaClass: 'audio' });
    expect(probed(files.pathOf(made['sound mp3']?.sha256 ?? '')).streams).toMatchObject([
      { codec_name: 'mp3' },
    ]);
  });

  test('are named to each place by the files that it takes, and only those of the framing that holds', async () => {
    const wide = await place('screen', [1_280, 720]);
    const standing = await place('tv', [720, 1_280]);
    const asset = await film('named.mp4');
    await choose(asset.id, 'fill');
    await work();
    const takesOf = async () => {
      const { world } = await programmeStore(database).load(now());
      return new Map(world.endpoints.map(({ id, takes }) => [id, takes]));
    };
    expect((await takesOf()).get(wide)).toBeUndefined();
    expect((await takesOf()).get(standing)).toEqual({ size: '720x1280', thinLine: false, mp3Only: false });
    await choose(asset.id, 'fit');
    await database.sql`
      insert into playlists (name, created_by, created_at) values ('x', 'li', now())`;
    await database.sql`
      insert into playlist_items (playlist_id, position, asset_id, weight) select id, 0, ${asset.id}, 1 from playlists`;
    const [list] = await database.sql<{ id: number }[]>`select id from playlists limit 1`;
    const { entriesOf } = await programmeStore(database).load(now());
    const variants = entriesOf(list?.id ?? 0)[0]?.material.files.map(({ variant }) => variant);
    expect(variants).not.toContain('fill-720x1280');
    await database.sql`delete from playlist_items`;
  });

  test('keep to their loudness and true peak whatever the sound is like', async () => {
    const sounds: Readonly<Record<string, readonly string[]>> = {
      quiet: tone(8, '0.02'),
      loud: ['-f', 'lavfi', '-i', 'anoisesrc=duration=8:color=pink:amplitude=1'],
      // A knock every second over a murmur: linear gain alone would go far over full scale.
      knocking: [
        ...['-f', 'lavfi', '-i'],
        "aevalsrc='if(lt(mod(t,1),0.01),0.9,0.02)*sin(2*PI*330*t)+0.02*sin(2*PI*500*t):s=48000:d=8'",
      ],
    };
    for (const [name, made] of Object.entries(sounds)) {
      const asset = await handIn(`${name}.wav`, ...made, '-ac', '2');
      await work();
      const { sound } = await madeOf(asset.id);
      const path = files.pathOf(sound?.sha256 ?? '');
      expect([name, Math.abs(loudnessOf(path) + 16) <= 1]).toEqual([name, true]);
      expect([name, truePeakOf(path) <= -1]).toEqual([name, true]);
    }
    expect(troubles).toEqual([]);
  });
});

describe('stills for the fleet', () => {
  test('come in the exact pixels of an LED wall without ffmpeg, PNG as PNG, and moving pictures stay as they are', async () => {
    await place('screen', [1_152, 190]);
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"><rect width="400" height="300" fill="red"/></svg>',
    );
    await sharp(svg).png().toFile(join(dataDir, 'wall.png'));
    await sharp(svg).jpeg().toFile(join(dataDir, 'wall.jpg'));
    const moving = await sharp(
      [0, 1].map((shade) => ({
        create: { width: 32, height: 32, channels: 3, background: { r: 255 * shade, g: 0, b: 0 } },
      })) as never,
      { join: { animated: true } },
    )
      .webp({ loop: 0, delay: [100, 100] })
      .toBuffer();
    await sharp(moving, { animated: true }).toFile(join(dataDir, 'moving.webp'));
    const png = await take(join(dataDir, 'wall.png'), 'wall.png');
    const jpeg = await take(join(dataDir, 'wall.jpg'), 'wall.jpg');
    const webp = await take(join(dataDir, 'moving.webp'), 'moving.webp');
    await choose(jpeg.id, 'fill');
    await work(null);
    expect(troubles).toEqual([]);
    const exact = { widthPx: 1_152, heightPx: 190, mediaClass: 'image' };
    expect(await madeOf(png.id)).toMatchObject({ 'screen fit-1152x190': { ...exact, type: 'image/png' } });
    expect(await madeOf(jpeg.id)).toMatchObject({ 'screen fill-1152x190': { ...exact, type: 'image/jpeg' } });
    expect(await madeOf(webp.id)).toEqual({});
    expect(await store().ofAsset(webp.id)).toMatchObject([{ state: 'failed', trouble: 'moving' }]);
    // With bars the edge is black; filled it is the picture.
    const corner = async (sha256: string | undefined) => [
      ...(await sharp(files.pathOf(sha256 ?? ''))
        .extract({ left: 1, top: 1, width: 1, height: 1 })
        .raw()
        .toBuffer()),
    ];
    expect(
      Math.max(...(await corner((await madeOf(png.id))['screen fit-1152x190']?.sha256)).slice(0, 3)),
    ).toBe(0);
    expect((await corner((await madeOf(jpeg.id))['screen fill-1152x190']?.sha256))[0]).toBeGreaterThan(240);
  });

  test('are planned anew when the fleet gets another size, and not again when nothing changed', async () => {
    await place('screen', [320, 200]);
    await sharp({ create: { width: 64, height: 64, channels: 3, background: 'blue' } })
      .png()
      .toFile(join(dataDir, 'blue.png'));
    const asset = await take(join(dataDir, 'blue.png'), 'blue.png');
    await work(null);
    expect(Object.keys(await madeOf(asset.id))).toEqual(['screen fit-320x200']);
    await place('tv', [200, 320]);
    await work(null);
    expect(Object.keys(await madeOf(asset.id)).sort()).toEqual(['screen fit-200x320', 'screen fit-320x200']);
    const before = await store().ofAsset(asset.id);
    await work(null);
    expect(await store().ofAsset(asset.id)).toEqual(before);
  });
});
