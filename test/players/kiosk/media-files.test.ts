import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { MediaFetch } from '../../../players/core/ports.ts';
import { type FileShelf, mediaFiles } from '../../../players/kiosk/media-files.ts';
import { sha256Hex } from '../../../src/base/digest.ts';
import type { ManifestMedia } from '../../../src/contract/manifest.ts';

const MB = 1024 * 1024;

/** Cache Storage as a map, in the order of insertion, with a quota. */
function shelfOf(quota = 10_000 * MB) {
  const kept = new Map<string, Blob>();
  const nameOf = (request: RequestInfo | URL) => String(request);
  const usage = () => [...kept.values()].reduce((sum, blob) => sum + blob.size, 0);
  const shelf: FileShelf = {
    cache: {
      async match(request) {
        const blob = kept.get(nameOf(request));
        return blob ? new Response(blob) : undefined;
      },
      async put(request, response) {
        const blob = await response.blob();
        if (usage() + blob.size > quota) throw new DOMException('full', 'QuotaExceededError');
        kept.set(nameOf(request), blob);
      },
      async delete(request) {
        return kept.delete(nameOf(request));
      },
      async keys() {
        return [...kept.keys()].map((path) => new Request(`http://localhost${path}`));
      },
    },
    estimate: async () => ({ usage: usage(), quota }),
  };
  return { shelf, kept };
}

function fileOf(bytes: Uint8Array<ArrayBuffer>): ManifestMedia {
  return { sha256: sha256Hex(bytes), url: '/x', bytes: bytes.length, type: 'video/mp4', durationMs: 1_000 };
}

function sending(...pieces: Uint8Array<ArrayBuffer>[]): MediaFetch {
  return async () => ({
    ok: true,
    value: new Blob(pieces).stream() as ReadableStream<Uint8Array<ArrayBuffer>>,
  });
}

const bytes = new Uint8Array(randomBytes(100_000));
const media = fileOf(bytes);

describe('mediaFiles', () => {
  it('hands out a file once its hash was right', async () => {
    const files = mediaFiles(shelfOf().shelf);
    expect(await files.open(media.sha256)).toBeNull();
    expect(await files.fetch(media, sending(bytes))).toBeNull();
    expect((await files.open(media.sha256))?.size).toBe(bytes.length);
  });

  it.each([
    ['swapped', new Uint8Array(randomBytes(100_000))],
    ['too short', bytes.slice(0, -1)],
    ['too long', new Uint8Array([...bytes, 0])],
    ['empty', new Uint8Array(0)],
  ])('keeps nothing of a file whose bytes are %s', async (_, sent) => {
    const { shelf, kept } = shelfOf();
    const files = mediaFiles(shelf);
    expect(await files.fetch(media, sending(sent))).toBe('media.hashMismatch');
    expect(await files.open(media.sha256)).toBeNull();
    expect(kept.size).toBe(0);
  });

  it('breaks off a download that is longer than promised instead of filling the disk', async () => {
    let sent = 0;
    const endless: MediaFetch = async () => ({
      ok: true,
      value: new ReadableStream({
        pull(output) {
          sent += MB;
          output.enqueue(new Uint8Array(MB));
        },
      }),
    });
    expect(await mediaFiles(shelfOf().shelf).fetch(media, endless)).toBe('media.hashMismatch');
    expect(sent).toBeLessThan(10 * MB);
  });

  it('throws away a stored file that was damaged since the last run', async () => {
    const { shelf, kept } = shelfOf();
    await mediaFiles(shelf).fetch(media, sending(bytes));
    const [name = ''] = kept.keys();
    kept.set(name, new Blob([new Uint8Array(bytes.length)]));
    const nextRun = mediaFiles(shelf);
    expect(await nextRun.check(media)).toBe(false);
    expect(await nextRun.open(media.sha256)).toBeNull();
    expect(kept.size).toBe(0);
  });

  it('checks a whole stored file again after a restart before handing it out', async () => {
    const { shelf } = shelfOf();
    await mediaFiles(shelf).fetch(media, sending(bytes));
    const nextRun = mediaFiles(shelf);
    expect(await nextRun.open(media.sha256)).toBeNull();
    expect(await nextRun.check(media)).toBe(true);
    expect((await nextRun.open(media.sha256))?.size).toBe(bytes.length);
  });

  it('hashes a file too large for memory piece by piece to the same result', async () => {
    const { shelf } = shelfOf();
    const large = new Uint8Array(33 * MB).fill(7);
    const largeMedia = fileOf(large);
    await mediaFiles(shelf).fetch(largeMedia, sending(large));
    expect(await mediaFiles(shelf).check(largeMedia)).toBe(true);
  });

  it('makes room by deleting what no programme needs, oldest first', async () => {
    const { shelf, kept } = shelfOf(64 * MB);
    const files = mediaFiles(shelf);
    const [old, needed, young, coming] = [1, 2, 3, 4].map((fill) => new Uint8Array(10 * MB).fill(fill));
    if (!old || !needed || !young || !coming) throw new Error('four files');
    for (const each of [old, needed, young]) await files.fetch(fileOf(each), sending(each));
    await files.prune(new Set([fileOf(needed).sha256, fileOf(coming).sha256]));
    expect(kept.size).toBe(3);
    expect(await files.fetch(fileOf(coming), sending(coming))).toBeNull();
    expect(await files.open(fileOf(old).sha256)).toBeNull();
    expect(await files.open(fileOf(needed).sha256)).not.toBeNull();
    expect(await files.open(fileOf(young).sha256)).not.toBeNull();
  });

  it('lets a file that is needed less give way to one that is needed more, and says which', async () => {
    const files = mediaFiles(shelfOf(20 * MB).shelf);
    const [first, second, third] = [1, 2, 3].map((fill) => new Uint8Array(8 * MB).fill(fill));
    if (!first || !second || !third) throw new Error('three files');
    const order = [first, second, third].map((bytes) => fileOf(bytes).sha256);
    await files.prune(new Set(order));
    for (const each of [third, second]) expect(await files.fetch(fileOf(each), sending(each))).toBeNull();
    expect(files.takeDropped?.()).toEqual([]);
    expect(await files.fetch(fileOf(first), sending(first))).toBeNull();
    expect(files.takeDropped?.()).toEqual([order[2]]);
    expect(files.takeDropped?.()).toEqual([]);
    expect(await files.open(fileOf(third).sha256)).toBeNull();
    expect(await files.open(fileOf(second).sha256)).not.toBeNull();
  });

  it('says that the storage is full when everything kept is needed', async () => {
    const files = mediaFiles(shelfOf(15 * MB).shelf);
    const [first, second] = [1, 2].map((fill) => new Uint8Array(10 * MB).fill(fill));
    if (!first || !second) throw new Error('two files');
    await files.prune(new Set([fileOf(first).sha256, fileOf(second).sha256]));
    expect(await files.fetch(fileOf(first), sending(first))).toBeNull();
    expect(await files.fetch(fileOf(second), sending(second))).toBe('media.storageFull');
    expect(await files.open(fileOf(first).sha256)).not.toBeNull();
  });

  it('passes on why the server gave no bytes', async () => {
    const failure = { kind: 'refused', status: 404, code: 'media.unknown' } as const;
    const files = mediaFiles(shelfOf().shelf);
    expect(await files.fetch(media, async () => ({ ok: false, failure }))).toBe('media.unknown');
  });
});
