import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { plainFileName } from '../../src/catalogue/file-name.ts';
import { type MediaFiles, mediaFiles } from '../../src/catalogue/media-files.ts';
import { streamOf } from './sample-bytes.ts';

const BYTES = Buffer.from('a film, or so'.repeat(10_000));
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
let dataDir: string;
let files: MediaFiles;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'beacon-media-'));
  files = await mediaFiles(dataDir);
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

async function everyFile(): Promise<string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

describe('MediaFiles.receive', () => {
  test('keeps a stream under the hash of its bytes', async () => {
    const incoming = await files.receive(streamOf(BYTES, 999), { mostBytes: 1_000_000 });
    expect(incoming).toMatchObject({ sha256: SHA256, bytes: BYTES.length });
    expect(await files.has(SHA256)).toBe(false);
    await incoming.keep();
    await incoming.keep();
    await incoming.discard();
    expect(await files.has(SHA256)).toBe(true);
    expect(await readFile(files.pathOf(SHA256))).toEqual(BYTES);
    expect(await everyFile()).toEqual([SHA256]);
  });

  test('leaves nothing after discard', async () => {
    const incoming = await files.receive(streamOf(BYTES), { mostBytes: 1_000_000 });
    await incoming.discard();
    expect(await everyFile()).toEqual([]);
  });

  async function* breaksOff(): AsyncGenerator<Uint8Array> {
    yield BYTES;
    throw new Error('aborted');
  }

  test.each([
    ['more bytes than allowed', () => streamOf(BYTES), { mostBytes: 1_000 }, 'asset.tooLarge'],
    [
      'a declared length above the limit',
      () => streamOf(BYTES),
      { mostBytes: 10, declaredBytes: 5e9 },
      'asset.tooLarge',
    ],
    [
      'a declared length that no disk has',
      () => streamOf(BYTES),
      { mostBytes: 1e18, declaredBytes: 1e17 },
      'disk.full',
    ],
    ['no bytes at all', () => streamOf(Buffer.alloc(0)), { mostBytes: 10 }, 'asset.empty'],
    [
      'fewer bytes than declared',
      () => streamOf(BYTES),
      { mostBytes: 1e6, declaredBytes: 200_000 },
      'asset.damaged',
    ],
    ['a sender that goes away', breaksOff, { mostBytes: 1e6 }, 'asset.damaged'],
  ])('refuses %s and leaves nothing behind', async (_, source, limits, code) => {
    await expect(files.receive(source(), limits)).rejects.toMatchObject({ code });
    expect(await everyFile()).toEqual([]);
  });

  test('asks an announced giant for no byte', async () => {
    let asked = 0;
    async function* giant(): AsyncGenerator<Uint8Array> {
      asked += 1;
      yield BYTES;
    }
    await expect(files.receive(giant(), { mostBytes: 4e9, declaredBytes: 5e9 })).rejects.toThrow('at most');
    expect(asked).toBe(0);
  });
});

describe('MediaFiles.cleanLeftovers', () => {
  test('removes what uploads left half-written long ago, and nothing newer', async () => {
    const [old, fresh] = ['old.part', 'fresh.part'].map((name) => join(dataDir, 'media', 'incoming', name));
    if (!old || !fresh) throw new Error('no paths');
    await writeFile(old, 'x');
    await utimes(old, new Date(1_000), new Date(1_000));
    await writeFile(fresh, 'x');
    expect(await files.cleanLeftovers(Date.now() - 60_000)).toBe(1);
    expect(await everyFile()).toEqual(['fresh.part']);
  });
});

describe('MediaFiles.pathOf', () => {
  test.each(['../../etc/passwd', '', 'ABC', `${'a'.repeat(63)}/`])(
    'takes %j for no name of a file',
    (name) => {
      expect(() => files.pathOf(name)).toThrow(RangeError);
    },
  );
});

describe('plainFileName', () => {
  test.each([
    ['../../x', 'x'],
    ['..\\..\\windows\\film.mp4', 'film.mp4'],
    ['/etc/passwd', 'passwd'],
    ['..', 'upload'],
    ['a/..', 'upload'],
    ['', 'upload'],
    ['\u202egnp.exe', 'gnp.exe'],
    ['a\0b\n.mp4', 'ab.mp4'],
    ['电动自行车不进楼.mp4', '电动自行车不进楼.mp4'],
    [`${'很'.repeat(300)}.mp4`, `${'很'.repeat(116)}.mp4`],
  ])('reduces %j to %j', (given, shown) => {
    expect(plainFileName(given)).toBe(shown);
  });
});
