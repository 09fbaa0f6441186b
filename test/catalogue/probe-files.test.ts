import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refusal } from '../../src/base/refusal.ts';
import { probeFile } from '../../src/catalogue/probe-files.ts';
import { kindOfBytes } from '../../src/catalogue/sniff.ts';
import { badFiles, film, portraitFilm, speech, still, wav } from './sample-bytes.ts';

const BAD_FILES = await badFiles();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beacon-probe-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function probe(bytes: Uint8Array, timeoutMs?: number, heapMb?: number) {
  const path = join(folder, crypto.randomUUID());
  await writeFile(path, bytes);
  try {
    return await probeFile(path, timeoutMs, heapMb);
  } finally {
    await rm(path);
  }
}

describe('probeFile', () => {
  test('finds duration, size and codecs of a film', async () => {
    expect(await probe(film())).toEqual({
      mediaClass: 'video',
      type: 'video/mp4',
      durationMs: 15_000,
      widthPx: 1_920,
      heightPx: 1_080,
      rotationDegrees: 0,
      hasSound: true,
      videoCodec: 'avc',
      audioCodec: 'aac',
    });
    expect(await probe(portraitFilm())).toMatchObject({ widthPx: 720, heightPx: 1_280, durationMs: 16_000 });
  });

  test('calls an MP4 without a picture sound', async () => {
    expect(await probe(speech())).toMatchObject({
      mediaClass: 'audio',
      type: 'audio/mp4',
      durationMs: 19_500,
      widthPx: null,
      videoCodec: null,
      audioCodec: 'aac',
    });
    expect(await probe(wav(1.5))).toMatchObject({
      type: 'audio/wav',
      durationMs: 1_500,
      audioCodec: 'pcm-s16',
    });
  });

  test.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)(
    'knows a %s still by its bytes',
    async (format) => {
      expect(await probe(await still(format))).toMatchObject({
        mediaClass: 'image',
        type: `image/${format}`,
        durationMs: null,
        widthPx: 64,
        heightPx: 48,
        hasSound: false,
      });
    },
  );

  test('gives a turned photograph the size in which it is shown', async () => {
    expect(await probe(await still('jpeg', 64, 48, 6))).toMatchObject({
      widthPx: 48,
      heightPx: 64,
      rotationDegrees: 90,
    });
  });

  test.each(BAD_FILES)('finds out and refuses %s', async (_, bytes, code) => {
    const error = await probe(bytes).then(
      () => null,
      (refusal: unknown) => refusal,
    );
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ code });
  });

  test('refuses a picture of more than 100 million pixels before it decodes it', async () => {
    const bomb = await still('png', 8, 8);
    bomb.writeUInt32BE(30_000, 16);
    bomb.writeUInt32BE(30_000, 20);
    await expect(probe(bomb)).rejects.toBeInstanceOf(Refusal);
  });

  test('answers any mutated file with a verdict within its time, never with a crash', async () => {
    const whole = wav(0.2);
    const head = film().subarray(0, 40_000);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(whole, head),
        fc.array(fc.tuple(fc.nat({ max: 5_000 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 20 }),
        async (base, changes) => {
          const bytes = Buffer.from(base);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          const verdict = await probe(bytes, 500).catch((error: unknown) => error);
          expect(verdict instanceof Refusal || !(verdict instanceof Error)).toBe(true);
        },
      ),
      { numRuns: 20 },
    );
  }, 60_000);

  test('ends a look that takes longer than allowed, and looks at the next file afterwards', async () => {
    await expect(probe(film(), 1)).rejects.toMatchObject({ code: 'asset.damaged' });
    expect(await probe(wav(1))).toMatchObject({ mediaClass: 'audio' });
  });

  test('ends a look whose thread runs out of memory, and looks at the next file afterwards', async () => {
    await expect(probe(film(), undefined, 8)).rejects.toMatchObject({
      code: 'asset.damaged',
      sentence: { en: expect.stringContaining('memory') },
    });
    expect(await probe(wav(1))).toMatchObject({ mediaClass: 'audio' });
  });
});

describe('kindOfBytes', () => {
  test('gives an answer for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(['image', 'timed', 'other']).toContain(kindOfBytes(bytes).is);
      }),
    );
  });
});
