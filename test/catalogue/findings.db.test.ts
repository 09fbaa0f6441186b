import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listenTo } from '../../src/catalogue/finding-files.ts';
import { findingFlow } from '../../src/catalogue/finding-flow.ts';
import { findingStore } from '../../src/catalogue/finding-store.ts';
import { findingWords, readFindings } from '../../src/catalogue/findings.ts';
import { fleetDraft } from '../console/a-fleet-draft.ts';
import { ffmpeg, HAS_FFMPEG, WITHOUT_FFMPEG } from '../renditions/ffmpeg-films.ts';
import { type Desk, deskOf, type TestServer, testServer } from '../support/server.ts';
import { still, wav } from './sample-bytes.ts';

let running: TestServer;
let editor: Desk;
let folder: string;

beforeAll(async () => {
  running = await testServer();
  editor = await deskOf(running, 'editor');
  folder = await mkdtemp(join(tmpdir(), 'beacon-findings-'));
  for (const n of [1, 2, 3]) await running.server.endpoints.create(fleetDraft(n), 'system');
});
afterAll(async () => {
  await running.server.listening.stop();
  await running.stop();
  await rm(folder, { recursive: true, force: true });
  expect(running.troubles).toEqual([]);
});

async function handIn(name: string, bytes: Uint8Array): Promise<number> {
  const answer = await editor.ask('POST', `/api/assets?category=psa&fileName=${name}`, bytes);
  expect(answer.status).toBe(201);
  return answer.body.id;
}
const verdictOf = async (id: number) => (await editor.ask('GET', `/api/assets/${id}/verdict`)).body;

/** Six seconds: two of black, two of picture, two of black; sound from the third to the fourth second. */
async function gappyFilm(): Promise<Buffer> {
  const path = join(folder, 'gappy.mp4');
  ffmpeg(
    ...['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=8'],
    ...['-f', 'lavfi', '-i', 'sine=frequency=440:duration=8:sample_rate=48000'],
    ...['-vf', "drawbox=c=black:t=fill:enable='lt(t,3)+gt(t,6)'"],
    ...['-af', "volume='if(lt(t,3),0,1)':eval=frame", '-c:v', 'libx264', '-c:a', 'aac', '-shortest', path],
  );
  return readFile(path);
}

describe('the verdict over HTTP', () => {
  test('tells of a still at once, and of the loudspeakers that it says nothing to', async () => {
    const verdict = await verdictOf(await handIn('still.png', await still('png', 1_920, 1_080)));
    expect(verdict).toMatchObject({
      endpoints: 3,
      plays: 2,
      short: [{ reason: 'noSound', endpoints: 1 }],
      listening: 'none',
      findings: null,
      notes: [],
    });
    expect(verdict.sentence.en).toBe('Plays on 2 of 3 endpoints; no sound for 1 loudspeaker.');
  });

  test('refuses an asset that is not there', async () => {
    expect((await editor.ask('GET', '/api/assets/999999/verdict')).body.code).toBe('asset.unknown');
  });

  test.skipIf(!HAS_FFMPEG)(
    `tells where a film is black and silent and how loud it is, once it was played through${WITHOUT_FFMPEG}`,
    async () => {
      const id = await handIn('gappy.mp4', await gappyFilm());
      expect(await verdictOf(id)).toMatchObject({ listening: 'waiting', findings: null });
      await running.server.listening.work();
      const { listening, findings, notes } = await verdictOf(id);
      expect(listening).toBe('done');
      expect(findings.loudnessLufs).toBeGreaterThan(-30);
      expect(findings.loudnessLufs).toBeLessThan(-15);
      expect(findings.black).toMatchObject([{ fromMs: 0 }, { toMs: expect.any(Number) }]);
      expect(Math.abs(findings.black[0].toMs - 3_000)).toBeLessThan(200);
      expect(Math.abs(findings.silent[0].toMs - 3_000)).toBeLessThan(200);
      expect(notes.map(({ en }: { en: string }) => en)).toEqual([
        'The picture is black: 0:00–0:03, 0:06–0:08.',
        'The sound is silent: 0:00–0:03.',
      ]);
      expect(notes[0].zh).toBe('黑屏时段：0:00–0:03, 0:06–0:08。');
    },
  );

  test.skipIf(!HAS_FFMPEG)(
    `is told of a silent recording and of one that is no media any more, each once${WITHOUT_FFMPEG}`,
    async () => {
      const silent = wav(4);
      silent.fill(0, 44);
      const [quiet, broken] = [await handIn('quiet.wav', silent), await handIn('broken.wav', wav(3, 555))];
      const { sha256 } = (await editor.ask('GET', `/api/assets/${broken}`)).body;
      await writeFile(join(running.dataDir, 'media', sha256.slice(0, 2), sha256), 'not a sound at all');
      await running.server.listening.work();
      expect(await verdictOf(quiet)).toMatchObject({
        listening: 'done',
        notes: [{ en: 'The sound track is silent throughout.' }],
      });
      expect(await verdictOf(broken)).toMatchObject({ listening: 'failed', findings: null });
    },
  );

  test.skipIf(!HAS_FFMPEG)(
    `of a look that was broken off is found by the next server, and given up after two deaths${WITHOUT_FFMPEG}`,
    async () => {
      const id = await handIn('again.wav', wav(3, 321));
      const store = findingStore(running.database, Date.now);
      const die = () => running.database.sql`update asset_findings set claimed_until = now() - interval '1 s'
        where asset_id = ${id}`;
      expect((await store.claim())?.assetId).toBe(id);
      expect(await store.claim()).toBeNull();
      await die();
      const stopped = findingFlow({
        store,
        files: { local: async () => join(folder, 'nowhere') },
        listen: (path, asset, signal) => {
          void stopped.stop();
          return listenTo(path, asset, signal);
        },
        onTrouble: (error) => running.troubles.push(String(error)),
      });
      await stopped.work();
      expect((await store.claim())?.assetId).toBe(id);
      await die();
      expect((await store.claim())?.assetId).toBe(id);
      await die();
      expect(await store.claim()).toBeNull();
      expect(await verdictOf(id)).toMatchObject({ listening: 'failed' });
    },
  );
});

describe('what ffmpeg says', () => {
  test('is read also where a silence has no end', () => {
    const lines = ['[silencedetect @ 0x1] silence_start: 4.5', '    I:         -70.0 LUFS'];
    expect(readFindings(lines, 9_000)).toEqual({
      ...{ loudnessLufs: null, truePeakDbtp: null, black: [] },
      silent: [{ fromMs: 4_500, toMs: 9_000 }],
    });
  });

  test.each([
    [-40, -20, 'very quiet'],
    [-5, 1.5, 'very loud'],
    [-20, 2, 'overdriven'],
  ])('becomes a remark at %d LUFS with a peak of %d dBTP', (loudnessLufs, truePeakDbtp, words) => {
    const notes = findingWords(
      { loudnessLufs, truePeakDbtp, black: [], silent: [] },
      { durationMs: 10_000, hasSound: true },
    );
    expect(notes[0]?.en).toContain(words);
  });
});
