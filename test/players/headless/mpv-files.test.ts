import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Playback } from '../../../players/core/playback.ts';
import type { LoudStage } from '../../../players/core/ports.ts';
import { systemClock } from '../../../players/core/system-clock.ts';
import { hasMpv, mpvStage } from '../../../players/headless/mpv-files.ts';
import { speechFiles, voiceOf } from '../../../players/headless/speech-files.ts';
import { mpvProperty } from '../support/mpv-property.ts';
import { wavOfTone } from '../support/wav-of-tone.ts';

const canSound = hasMpv('mpv');
const canSpeak = spawnSync('espeak-ng', ['--version']).status === 0;
const leftOut = (what: string, isHere: boolean) => (isHere ? '' : ` (left out: ${what} is not installed)`);

let folder: string;
let stage: LoudStage | null = null;
const clock = systemClock(globalThis);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mpv-'));
});
afterEach(async () => {
  await stage?.close();
  await rm(folder, { recursive: true, force: true });
  stage = null;
});

/** A stage whose news are lines, and a way to wait for one. */
async function listening() {
  const news: string[] = [];
  const waiting = new Set<() => void>();
  const note = (line: string) => {
    news.push(line);
    for (const look of [...waiting]) look();
  };
  stage = mpvStage({
    program: 'mpv',
    ao: 'null',
    socketPath: join(folder, 's'),
    clock,
    pathOf: (sha256) => join(folder, sha256),
    targetLufs: -16,
    speech: await speechFiles(join(folder, 'speech')),
  });
  stage.attach({
    started: (playId) => note(`started ${playId}`),
    ended: (playId, shownMs, how, reason) => note(`ended ${playId} ${how} ${shownMs} ${reason ?? ''}`.trim()),
    textShown: (overrideId) => note(`said ${overrideId}`),
    textFailed: (overrideId, reason) => note(`not said ${overrideId} ${reason}`),
    lost: () => {},
    trouble: (code) => note(`trouble ${code}`),
  });
  const heard = (line: RegExp): Promise<string> =>
    new Promise((resolve) => {
      const look = () => {
        const found = news.find((one) => line.test(one));
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { stage, news, heard };
}

function itemOf(playId: number, change: Partial<Playback> = {}): Playback {
  return {
    playId,
    media: { sha256: 'tone', url: '', bytes: 1, type: 'audio/wav', durationMs: 2_000, loudnessLufs: -20 },
    assetId: 1,
    origin: { kind: 'spot', bookingId: 1 },
    startMs: 0,
    plannedMs: 2_000,
    fromMs: 0,
    endMonoMs: clock.monoMs() + 60_000,
    ...change,
  };
}

describe('mpvStage', () => {
  test.skipIf(!canSound)(
    `tells an item that came to its end as long as mpv says that it is, also when joined late${leftOut('mpv', canSound)}`,
    async () => {
      await writeFile(join(folder, 'tone'), wavOfTone(440, 2_000));
      const { stage: sound, heard } = await listening();
      sound.perform({ type: 'stage.play', playback: itemOf(1) });
      expect(await heard(/^ended 1/)).toBe('ended 1 finished 2000');
      sound.perform({ type: 'stage.play', playback: itemOf(2, { fromMs: 1_200 }) });
      expect(await heard(/^ended 2/)).toBe('ended 2 finished 800');
    },
    60_000,
  );

  test.skipIf(!canSound)(
    'turns the programme down at once and for what follows, and leaves an emergency as loud as the box can',
    async () => {
      await writeFile(join(folder, 'tone'), wavOfTone(440, 2_000));
      const { stage: sound, heard } = await listening();
      const volume = () => mpvProperty(join(folder, 's'), 'volume');
      sound.perform({ type: 'stage.play', playback: itemOf(1) });
      await heard(/^started 1/);
      expect(await volume()).toBe(100);
      sound.setVolume(35);
      // Another connection to mpv may be served before the stage's own.
      await expect.poll(volume, { timeout: 5_000 }).toBe(35);
      sound.perform({
        type: 'stage.play',
        playback: itemOf(2, { origin: { kind: 'override', overrideId: 9 } }),
      });
      await heard(/^started 2/);
      await expect.poll(volume, { timeout: 5_000 }).toBe(100);
      sound.setVolume(20);
      expect(await volume()).toBe(100);
      sound.perform({ type: 'stage.play', playback: itemOf(3) });
      await heard(/^started 3/);
      await expect.poll(volume, { timeout: 5_000 }).toBe(20);
    },
    30_000,
  );

  test.skipIf(!canSound || !canSpeak)(
    `says a typed text again and again until something else is wanted${leftOut('mpv or espeak-ng', canSound && canSpeak)}`,
    async () => {
      await writeFile(join(folder, 'tone'), wavOfTone(440, 2_000));
      const { stage: sound, news, heard } = await listening();
      const text = { type: 'stage.text', title: '火情', body: '撤离', lang: 'zh-CN', drill: false } as const;
      sound.perform({ ...text, overrideId: 7 });
      await heard(/^said 7/);
      await new Promise<void>((resolve) => {
        const look = setInterval(() => {
          if (news.filter((line) => line === 'said 7').length < 2) return;
          clearInterval(look);
          resolve();
        }, 50);
      });
      sound.perform({ type: 'stage.play', playback: itemOf(3) });
      await heard(/^ended 3 finished/);
      expect(news.at(-1)).toMatch(/^ended 3/);
      expect(news.filter((line) => line.startsWith('trouble') || line.startsWith('not'))).toEqual([]);
      sound.perform({ ...text, lang: 'xx', overrideId: 8 });
      expect(await heard(/^not said/)).toBe('not said 8 sound.noSpeech');
    },
    90_000,
  );
});

describe('voiceOf', () => {
  test('speaks Mandarin for Chinese, Cantonese where it is asked for, and other languages by their own voice', () => {
    expect(['zh-CN', 'zh-Hans', 'cmn', 'zh-HK', 'yue', 'en-GB', 'fr', ''].map(voiceOf)).toEqual([
      ...['cmn', 'cmn', 'cmn', 'yue', 'yue', 'en', 'fr', 'cmn'],
    ]);
  });
});
