import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outboxFile } from '../../../players/headless/outbox-files.ts';
import type { Play } from '../../../src/contract/play-report.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outbox-'));
  path = join(folder, 'outbox.jsonl');
});
afterEach(async () => {
  for (const outbox of open) await outbox.close();
  open = [];
  await rm(folder, { recursive: true });
});

let open: ReturnType<typeof outboxFile>[] = [];

function opened(...from: Parameters<typeof outboxFile>) {
  const outbox = outboxFile(...from);
  open.push(outbox);
  return outbox;
}

function play(seq: number): Play {
  return {
    seq,
    bookingId: 1,
    assetId: 2,
    sha256: 'a'.repeat(64),
    startedAt: new Date(seq * 1_000).toISOString(),
    durationMs: 900,
    outcome: 'completed',
  };
}

function beginning(seq: number) {
  const { durationMs: _, outcome: __, ...open } = play(seq);
  return { ...open, plannedMs: 900 };
}

describe('outboxFile', () => {
  it('gives back after a restart what was appended and not removed', async () => {
    const first = opened(path);
    const { epoch } = await first.load();
    await first.append([play(1), play(2), play(3)]);
    await first.begin(beginning(4));
    await first.remove([[1, 2]]);
    const again = await opened(path).load();
    expect(again).toEqual({ epoch, lastSeq: 4, plays: [play(3)], open: [beginning(4)] });
  });

  it('remembers the highest number although all its plays are gone', async () => {
    const first = opened(path);
    await first.load();
    await first.append([play(1), play(2)]);
    await first.remove([[1, 2]]);
    expect(await opened(path).load()).toMatchObject({ lastSeq: 2, plays: [] });
    expect(await opened(path).load()).toMatchObject({ lastSeq: 2, plays: [] });
  });

  it('passes over a last line that a power cut tore', async () => {
    const first = opened(path);
    await first.load();
    await first.append([play(1), play(2)]);
    const { length } = await readFile(path);
    await truncate(path, length - 7);
    const again = opened(path);
    expect(await again.load()).toMatchObject({ lastSeq: 1, plays: [play(1)] });
    await again.append([play(2)]);
    expect(await opened(path).load()).toMatchObject({ lastSeq: 2, plays: [play(1), play(2)] });
  });

  it('begins a new epoch when its file is lost or is not an outbox', async () => {
    const first = await opened(path).load();
    await rm(path);
    const second = await opened(path).load();
    await writeFile(path, 'not an outbox\n{"play":{}}\n');
    await appendFile(path, `${JSON.stringify({ play: play(9) })}\n`);
    const third = await opened(path).load();
    expect(new Set([first.epoch, second.epoch, third.epoch]).size).toBe(3);
    expect(third).toMatchObject({ lastSeq: 0, plays: [] });
  });

  it('rewrites itself small once most of it is history', async () => {
    const outbox = opened(path, 50);
    await outbox.load();
    for (let seq = 1; seq <= 60; seq += 1) {
      await outbox.append([play(seq)]);
      await outbox.remove([[seq, seq]]);
    }
    const lines = (await readFile(path, 'utf8')).split('\n').length;
    expect(lines).toBeLessThan(60);
    expect(await opened(path).load()).toMatchObject({ lastSeq: 60, plays: [] });
  });
});
