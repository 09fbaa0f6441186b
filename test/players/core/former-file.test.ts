import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acceptManifest } from '../../../players/core/accept-manifest.ts';
import { formerFiles } from '../../../players/core/former-file.ts';
import { mediaRunner } from '../../../players/core/media-runner.ts';
import { readWeek, remember, writeWeek } from '../../../players/core/week-memory.ts';
import type { Manifest } from '../../../src/contract/manifest.ts';
import { Bench, EIGHT, filmOf, hash, IDENTITY, manifestEvent, manifestOf, only } from './core-fixture.ts';

/** The fixture's programme with other files for assets 1 to 3: `files[0]` is the number of the file of asset 1. */
function withFiles(files: readonly number[], serial: number, change: Partial<Manifest> = {}): Manifest {
  const { loops } = manifestOf();
  const renamed = loops.map((loop) => ({
    ...loop,
    id: `loop-${files.join('-')}`,
    spots: loop.spots.map((spot) => ({ ...spot, media: hash(files[spot.assetId - 1] ?? 0) })),
  }));
  return manifestOf({
    revision: `revision-${files.join('-')}`,
    serial,
    media: [...new Set([...files, 9])].map((file) => filmOf(file)),
    loops: renamed,
    programme: manifestOf().programme.map((entry) => ({ ...entry, loop: renamed[0]?.id ?? '' })),
    ...change,
  });
}

/** Starts what was asked for, lets it play to its end, and moves on to the next spot. */
function playThrough(bench: Bench): void {
  const { playId, endMonoMs } = bench.asked();
  const startedMonoMs = bench.monoMs;
  bench.feed({ type: 'playback.started', playId });
  bench.monoMs = endMonoMs;
  bench.feed({ type: 'playback.ended', playId, shownMs: endMonoMs - startedMonoMs, how: 'finished' });
  bench.feed({ type: 'tick' });
}

describe('a player whose manifest names another file for an asset', () => {
  test('plays the one it has to its end, and again in each spot until the new one is here', () => {
    const bench = new Bench(EIGHT);
    bench.bootPlaying();
    const first = bench.asked();
    bench.feed({ type: 'playback.started', playId: first.playId });
    const effects = bench.feed(manifestEvent(withFiles([21, 2, 3], 6)));
    expect(effects.filter(({ type }) => type.startsWith('stage') && type !== 'stage.preload')).toEqual([]);
    bench.feed({ type: 'media.absent', sha256: hash(21) });
    bench.monoMs = 10_000;
    bench.feed({ type: 'playback.ended', playId: first.playId, shownMs: 10_000, how: 'finished' });
    playThrough(bench);
    playThrough(bench);
    expect(bench.asked()).toMatchObject({
      media: { sha256: hash(1) },
      assetId: 1,
      origin: { kind: 'spot', bookingId: 100 },
    });
    bench.feed({ type: 'media.ready', sha256: hash(21) });
    playThrough(bench);
    playThrough(bench);
    playThrough(bench);
    expect(bench.asked()).toMatchObject({ media: { sha256: hash(21) }, assetId: 1 });
    expect(bench.state.outbox.pending.map(({ outcome, sha256 }) => [outcome, sha256])).toEqual(
      [1, 2, 3, 1, 2, 3].map((file) => ['completed', hash(file)]),
    );
  });

  test('takes a play off at once when its asset or its booking is named no more', () => {
    for (const spot of [
      { assetId: 4, bookingId: 100 },
      { assetId: 1, bookingId: 101 },
    ]) {
      const bench = new Bench(EIGHT);
      bench.bootPlaying();
      bench.feed({ type: 'playback.started', playId: bench.asked().playId });
      const other = withFiles([21, 2, 3], 6);
      const loops = other.loops.map((loop) => ({
        ...loop,
        spots: loop.spots.map((old) => (old.assetId === 1 ? { ...old, ...spot } : old)),
      }));
      bench.feed(manifestEvent({ ...other, loops }));
      bench.feed({ type: 'media.absent', sha256: hash(21) });
      expect(bench.asked().media.sha256).toBe(hash(2));
      expect(bench.asked().origin.kind).toBe('standIn');
    }
  });

  test('goes on with the one it has after a power cut, once it was looked for, and fetches only the new one', () => {
    const bench = new Bench(EIGHT);
    bench.bootPlaying();
    bench.feed(manifestEvent(withFiles([21, 22, 23], 6)));
    const week = only(bench.effects, 'save').findLast((save) => save.slot === 'week')?.text;
    const next = new Bench(EIGHT);
    next.boot({ identity: JSON.stringify(IDENTITY), week });
    next.feed(manifestEvent(withFiles([21, 22, 23], 6), true));
    const [want] = only(next.effects, 'media.want').slice(-1);
    expect(want?.order.map((file) => Number.parseInt(file.sha256, 16))).toEqual([21, 22, 23, 9]);
    expect(want?.former.map((file) => Number.parseInt(file.sha256, 16))).toEqual([1, 2, 3]);
    expect(want?.keep).toEqual([21, 22, 23, 9, 1, 2, 3].map(hash));
    for (const file of [21, 22, 23]) next.feed({ type: 'media.absent', sha256: hash(file) });
    expect(only(next.effects, 'stage.play')).toEqual([]);
    next.feed({ type: 'media.ready', sha256: hash(1) });
    expect(next.asked()).toMatchObject({ media: { sha256: hash(1) }, assetId: 1 });
    expect(next.state.outbox.pending).toEqual([]);
  });

  test('keeps the file of the manifest before the last, when that of the last never came', () => {
    const bench = new Bench(EIGHT);
    bench.bootPlaying();
    bench.feed(manifestEvent(withFiles([21, 2, 3], 6)));
    bench.feed({ type: 'media.absent', sha256: hash(21) });
    bench.feed(manifestEvent(withFiles([31, 2, 3], 7)));
    bench.feed({ type: 'media.absent', sha256: hash(31) });
    for (let spots = 0; spots < 3; spots += 1) playThrough(bench);
    expect(bench.asked()).toMatchObject({ media: { sha256: hash(1) }, assetId: 1 });
  });

  test('never misses a spot, never cuts a play, and only shows files that are ready and were named for that asset and booking', () => {
    const change = fc.record({
      files: fc.tuple(fc.constantFrom(1, 21, 31), fc.constantFrom(2, 22), fc.constantFrom(3, 23)),
      comesAfterSpots: fc.integer({ min: 0, max: 4 }),
      midPlayMs: fc.integer({ min: 1, max: 9_000 }),
      spots: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const bench = new Bench(EIGHT);
        bench.bootPlaying();
        const told = new Set([1, 2, 3].map((n) => `${hash(n)} ${n} ${99 + n}`));
        changes.forEach(({ files, comesAfterSpots, midPlayMs, spots }, index) => {
          const { playId, startMs, endMonoMs } = bench.asked();
          bench.feed({ type: 'playback.started', playId });
          bench.monoMs = Math.max(bench.monoMs, startMs - EIGHT + midPlayMs);
          for (const [at, file] of files.entries()) told.add(`${hash(file)} ${at + 1} ${100 + at}`);
          bench.feed(manifestEvent(withFiles(files, 6 + index)));
          const missing = files.filter((file) => !bench.state.ready.has(hash(file)));
          for (const file of missing) bench.feed({ type: 'media.absent', sha256: hash(file) });
          expect(bench.asked().playId).toBe(playId);
          bench.monoMs = endMonoMs;
          bench.feed({ type: 'playback.ended', playId, shownMs: 10_000, how: 'finished' });
          for (let spot = 0; spot < spots; spot += 1) {
            if (spot === comesAfterSpots)
              for (const file of missing) bench.feed({ type: 'media.ready', sha256: hash(file) });
            playThrough(bench);
          }
        });
        for (const play of bench.state.outbox.pending) {
          expect(play.outcome).toBe('completed');
          expect(told).toContain(`${play.sha256} ${play.assetId} ${play.bookingId}`);
        }
        for (const { playback } of only(bench.effects, 'stage.play')) {
          expect(bench.state.ready).toContain(playback.media.sha256);
          expect(playback.origin.kind).toBe('spot');
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('formerFiles', () => {
  test('is empty once every file is here and nothing older is on the stage, and survives being written down', () => {
    const programme = (manifest: Manifest) => {
      const read = acceptManifest(JSON.stringify(manifest), {
        endpointId: 7,
        highestSerial: 0,
        nowMs: null,
        shelf: null,
      });
      if (typeof read === 'string') throw new Error(read);
      return read;
    };
    const before = remember(readWeek(undefined), programme(manifestOf()));
    const after = programme(withFiles([21, 2, 3], 6));
    const ready = new Set([1, 2, 3].map(hash));
    const week = remember(before, after, { ready, playing: null });
    expect(week.former).toEqual([{ media: hash(21), assetId: 1, bookingId: 100, file: filmOf(1) }]);
    expect(readWeek(writeWeek(week))).toEqual(week);
    expect(formerFiles(week, after, { ready: new Set([...ready, hash(21)]), playing: null })).toEqual([]);
  });
});

describe('mediaRunner', () => {
  test('looks for former files and never fetches them', async () => {
    const fetched: string[] = [];
    const told: string[] = [];
    const ended = Promise.withResolvers<void>();
    const runner = mediaRunner(
      {
        check: async ({ sha256 }) => sha256 === hash(1),
        fetch: async ({ sha256 }) => {
          fetched.push(sha256);
          return null;
        },
        prune: async () => ended.resolve(),
        usage: async () => null,
      },
      async () => {
        throw new Error('not asked in this test');
      },
      {
        ready: (sha256) => told.push(`ready ${Number.parseInt(sha256, 16)}`),
        absent: (sha256) => told.push(`absent ${Number.parseInt(sha256, 16)}`),
        failed: (_sha256, code) => told.push(code),
      },
    );
    runner.want([filmOf(3)], [], [filmOf(1), filmOf(2)]);
    await ended.promise;
    expect(told.slice(0, 3)).toEqual(['absent 3', 'ready 1', 'absent 2']);
    expect(fetched).toEqual([hash(3)]);
  });
});
