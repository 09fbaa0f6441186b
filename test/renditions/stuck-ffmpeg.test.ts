import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listenTo } from '../../src/catalogue/finding-files.ts';
import { openTranscoder, type Transcoder } from '../../src/renditions/transcoder-files.ts';

/* A program in ffmpeg's place that does to the server what a poisoned file could make ffmpeg do. */
const PROGRAM = `#!/bin/sh
case "$*" in
  *-encoders*) echo ' libx264 aac'; exit 0 ;;
  *-version*) echo 'ffmpeg version of-a-test'; exit 0 ;;
  *hang*) exec sleep 60 ;;
  *crash*) kill -SEGV $$ ;;
  *memory*) kill -KILL $$ ;;
esac
exit 0
`;
const path = process.env.PATH ?? '';
let folder: string;
let transcoder: Transcoder;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'beacon-stuck-'));
  writeFileSync(join(folder, 'ffmpeg'), PROGRAM);
  chmodSync(join(folder, 'ffmpeg'), 0o700);
  process.env.PATH = `${folder}${delimiter}${path}`;
  const opened = await openTranscoder(1, 200);
  if (opened === null) throw new Error('the program in the place of ffmpeg was not found');
  transcoder = opened;
});
afterAll(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true });
});

function make(source: string): Promise<void> {
  const job = {
    ...{ madeFor: 'screen', variant: '', source, target: join(folder, 'out.mp4'), demuxer: 'mov' },
    ...{ hasSound: false, loudness: null, picture: null },
  } as unknown as Parameters<Transcoder['make']>[0];
  return transcoder.make(job, 10, () => {}, new AbortController().signal);
}

describe('a file that makes ffmpeg', () => {
  test('hang is given up after its time, and the next one is made', async () => {
    await expect(make('/hang.mp4')).rejects.toMatchObject({ trouble: 'timeLimit' });
    await make('/good.mp4');
  });

  test('crash is told as damaged, and one for which the system killed ffmpeg as too large', async () => {
    await expect(make('/crash.mp4')).rejects.toMatchObject({ trouble: 'damaged' });
    await expect(make('/memory.mp4')).rejects.toMatchObject({ trouble: 'tooLarge' });
  });

  test('crash while it is listened to has no findings, and ends nothing else', async () => {
    const asset = { type: 'video/mp4', videoCodec: 'avc', hasSound: true, durationMs: 10 };
    const look = (file: string) =>
      listenTo(file, asset as Parameters<typeof listenTo>[1], new AbortController().signal);
    expect(await look('/crash.mp4')).toBeNull();
    expect(await look('/good.mp4')).not.toBeNull();
  });
});
