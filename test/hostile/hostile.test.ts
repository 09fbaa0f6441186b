import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Refusal } from '../../src/base/refusal.ts';
import { listenTo } from '../../src/catalogue/finding-files.ts';
import { probeFile } from '../../src/catalogue/probe-files.ts';
import { writeThumbnail } from '../../src/catalogue/thumbnail-files.ts';
import { HAS_FFMPEG, WITHOUT_FFMPEG } from '../renditions/ffmpeg-films.ts';
import { baseFiles } from './base-files.ts';
import { type Expected, hostileFiles, oddFilms } from './hostile-files.ts';
import { faultOf, manyLooks } from './look.ts';
import { mutation } from './mutate.ts';

/** The product ends the look at a small file after 8 s; two of these need that. */
const LIMIT_MS = 20_000;
/** How much the process may grow over all of them; a picture of 100 megapixels alone may take 400 MB. */
const MOST_GROWTH_BYTES = 900_000_000;

const folder = mkdtempSync(join(tmpdir(), 'beacon-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const files = await hostileFiles();
const films = HAS_FFMPEG ? oddFilms(folder) : [];

function mostMemory(): number {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes) * 1_024;
}

/** The verdict as one word: the class of what was taken, or the code of the refusal. */
async function verdictOn(bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'looked-at');
  await writeFile(path, bytes);
  const since = performance.now();
  try {
    const probed = await probeFile(path);
    // What is taken gets a thumbnail, of itself or a card: neither may fail.
    await writeThumbnail({ ...probed, path }, join(folder, 'thumbnail.webp'));
    return probed.mediaClass;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.sentence.en.length).toBeGreaterThan(10);
    expect(error.sentence.zh).toMatch(/\p{Script=Han}/u);
    return error.code;
  } finally {
    expect(performance.now() - since).toBeLessThan(LIMIT_MS);
  }
}

const allowed = (expected: Expected): readonly string[] =>
  typeof expected === 'string' ? [expected] : expected;

describe('hostile files', () => {
  test('are at least sixty', () => {
    expect(files.length).toBeGreaterThanOrEqual(60);
  });

  test.each(files)('end in a verdict: $what', { timeout: 60_000 }, async ({ bytes, expected }) => {
    expect(allowed(expected)).toContain(await verdictOn(bytes));
  });

  test.skipIf(process.platform !== 'linux')('leave the process within its memory', async () => {
    expect(mostMemory()).toBeLessThan(MOST_GROWTH_BYTES);
  });
});

describe.skipIf(!HAS_FFMPEG)(`odd films${WITHOUT_FFMPEG}`, () => {
  test.each(films)(
    'are taken or refused with words, and played through: $what',
    {
      timeout: 60_000,
    },
    async ({ bytes, expected }) => {
      const verdict = await verdictOn(bytes);
      expect(allowed(expected)).toContain(verdict);
      if (verdict !== 'video') return;
      const path = join(folder, 'looked-at');
      const probed = await probeFile(path);
      const durationMs = probed.durationMs ?? 0;
      const found = await listenTo(
        path,
        { ...probed, durationMs, assetId: 1, sha256: '' },
        AbortSignal.timeout(50_000),
      );
      expect(found).not.toBeNull();
    },
  );
});

describe('mutated files', () => {
  test('end in a sound description or a refusal with words, whatever was spoilt: 300 by number', {
    timeout: 300_000,
  }, async () => {
    // The whole series is run by `npm run mutations -- 10000`; a number names the same file for ever.
    const first = Number(process.env.FIRST_MUTATION ?? 1);
    console.log(`mutations ${first} to ${first + 299}`);
    const bases = await baseFiles();
    const own = await mkdtemp(join(tmpdir(), 'beacon-mutated-'));
    // Those that would keep the reader busy for the product's 8 s are broken off sooner: the verdict is the same.
    const looks = manyLooks(1_000);
    const faults: string[] = [];
    for (let number = first; number < first + 300; number += 1) {
      const { name, bytes } = mutation(number, bases);
      const fault = faultOf(await looks.look(join(own, 'one'), bytes));
      if (fault !== null) faults.push(`${name}: ${fault}`);
    }
    await rm(own, { recursive: true, force: true });
    expect(faults).toEqual([]);
  });
});
