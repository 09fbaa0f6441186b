import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mediaFiles } from '../../../players/headless/media-files.ts';
import { sha256Of } from '../support/contract-server.ts';

const bytes = Buffer.from('the bytes of a film');
const media = {
  sha256: sha256Of(bytes),
  url: '/film',
  bytes: bytes.length,
  type: 'video/mp4',
  durationMs: 1_000,
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'media-'));
});
afterEach(() => rm(folder, { recursive: true }));

function serving(...chunks: string[]) {
  return async () => ({ ok: true as const, value: new Blob(chunks).stream() });
}

describe('mediaFiles', () => {
  it('keeps a file under its hash once the hash was right', async () => {
    const cache = mediaFiles(folder);
    expect(await cache.check(media)).toBe(false);
    expect(await cache.fetch(media, serving('the bytes ', 'of a film'))).toBe(null);
    expect(await readFile(cache.pathOf(media.sha256))).toEqual(bytes);
    expect(await mediaFiles(folder).check(media)).toBe(true);
  });

  it('keeps nothing of a file whose bytes are others, fewer or more', async () => {
    const cache = mediaFiles(folder);
    for (const served of ['the bytes of a fake', 'the bytes', 'the bytes of a film and more']) {
      expect(await cache.fetch(media, serving(served))).toBe('media.hashMismatch');
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('deletes on the first check after a restart a file that was damaged in storage', async () => {
    await writeFile(join(folder, media.sha256), 'the bytes of a filn');
    expect(await mediaFiles(folder).check(media)).toBe(false);
    expect(await readdir(folder)).toEqual([]);
  });

  it('tells the code of a link that brought nothing', async () => {
    const failure = { kind: 'refused', status: 404, code: 'media.unknown' } as const;
    expect(await mediaFiles(folder).fetch(media, async () => ({ ok: false, failure }))).toBe('media.unknown');
  });
});
