import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refusal } from '../../src/base/refusal.ts';
import { probeFile, READER_BOUNDS } from '../../src/catalogue/probe-files.ts';
import { openReaders, type Readers } from '../../src/catalogue/reader-process-files.ts';
import { kindOfBytes } from '../../src/catalogue/sniff.ts';
import { badFiles, film, indexOf, portraitFilm, speech, still, wav } from './sample-bytes.ts';

const BAD_FILES = await badFiles();
const TOO_MUCH_MEMORY = { code: 'asset.damaged', sentence: { en: expect.stringContaining('memory') } };

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beacon-probe-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function probe(bytes: Uint8Array, timeoutMs?: number, by?: Readers) {
  const path = join(folder, crypto.randomUUID());
  await writeFile(path, bytes);
  try {
    return await probeFile(path, timeoutMs, by);
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

  test('refuses a film whose index alone needs gigabytes, and takes none of them itself', async () => {
    const path = join(folder, 'sparse');
    await writeFile(path, indexOf(3_000_000_000));
    await truncate(path, 3_000_000_000);
    const before = process.memoryUsage.rss();
    await expect(probeFile(path)).rejects.toMatchObject(TOO_MUCH_MEMORY);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000);
  });
});

describe('processes that read files', () => {
  const bounds = { ...READER_BOUNDS, atOnce: 1, heapMb: 32 };
  const readers = () => openReaders(new URL('./obedient-reader.ts', import.meta.url), bounds);

  test.each([
    ['its heap', 'memory', { do: 'fillHeap' }, 10_000],
    ['a fault of a library', 'crash', { do: 'crash' }, 10_000],
    ['its time', 'time', { do: 'hang' }, 100],
  ] as const)('end by %s alone, and the next file gets another', async (_, end, order, limitMs) => {
    const one = readers();
    const first = await one.ask({ do: 'tell' }, 5_000);
    await expect(one.ask(order, limitMs)).rejects.toMatchObject({ end });
    const next = await one.ask({ do: 'tell' }, 5_000);
    expect(next).not.toEqual(first);
    expect(alive(Number(first))).toBe(false);
    process.kill(Number(next));
  });

  test.skipIf(process.platform !== 'linux')('have an end of memory outside of their heap too', async () => {
    const one = readers();
    const taken = await one.ask({ do: 'fillBuffers' }, 5_000);
    expect(taken).toBeGreaterThan(500_000_000);
    expect(taken).toBeLessThan(READER_BOUNDS.memoryBytes);
    process.kill(Number(await one.ask({ do: 'tell' }, 5_000)));
  });

  test('are used again, know no secret of the server, and are killed first when memory runs out', async () => {
    process.env.SESSION_SECRET = 'known to the server alone';
    const one = readers();
    const pid = await one.ask({ do: 'tell' }, 5_000);
    expect(await one.ask({ do: 'tell' }, 5_000)).toBe(pid);
    expect(await one.ask({ do: 'tellSecret' }, 5_000)).toBeNull();
    delete process.env.SESSION_SECRET;
    if (process.platform === 'linux')
      expect(await readFile(`/proc/${pid}/oom_score_adj`, 'utf8')).toBe('1000\n');
    process.kill(Number(pid));
  });

  test('try once more what died under a file, in case it was not the reason', async () => {
    const one = readers();
    const pid = Number(await one.ask({ do: 'tell' }, 5_000));
    const telling = one.ask({ do: 'tellLater' }, 5_000);
    process.kill(pid, 'SIGKILL');
    expect(await telling).not.toBe(pid);
  });

  test('end by themselves when there is nothing to read', async () => {
    const one = openReaders(new URL('./obedient-reader.ts', import.meta.url), { ...bounds, idleMs: 0 });
    const pid = Number(await one.ask({ do: 'tell' }, 5_000));
    await expect.poll(() => alive(pid)).toBe(false);
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
