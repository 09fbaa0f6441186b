import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningPlayer } from '../../../players/core/run-player.ts';
import { hasMpv } from '../../../players/headless/mpv-files.ts';
import { startHeadless } from '../../../players/headless/start-headless.ts';
import { type ContractServer, contractServer } from '../support/contract-server.ts';

const MAIN = fileURLToPath(new URL('../../../players/headless/main.ts', import.meta.url));

/** A mono WAV of a sine tone, 8 kHz, 16 bit. */
function tone(hertz: number, durationMs: number) {
  const samples = (8_000 * durationMs) / 1_000;
  const bytes = Buffer.alloc(44 + 2 * samples);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 2 * samples, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8_000, 24);
  bytes.writeUInt32LE(16_000, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * samples, 40);
  for (let i = 0; i < samples; i += 1) {
    bytes.writeInt16LE(Math.round(3_000 * Math.sin((2 * Math.PI * hertz * i) / 8_000)), 44 + 2 * i);
  }
  return { bytes, type: 'audio/wav', durationMs };
}

let server: ContractServer;
let folder: string;
let player: RunningPlayer | null = null;
let child: ChildProcess | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headless-'));
  server = await contractServer([tone(440, 700), tone(660, 900)]);
});

afterEach(async () => {
  child?.kill('SIGKILL');
  await player?.stop();
  await server.close();
  await rm(folder, { recursive: true, force: true });
  player = child = null;
});

function options(change: Partial<Parameters<typeof startHeadless>[0]> = {}) {
  return {
    server: server.url,
    dataDir: folder,
    enrolmentToken: 'an-enrolment-token-of-staff',
    kind: 'loudspeaker' as const,
    mpv: null,
    config: { reportMs: 100 },
    log: () => {},
    ...change,
  };
}

function countedSeqs(): number[] {
  return server.ledger.plays.map((play) => play.seq).toSorted((a, b) => a - b);
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

describe('startHeadless', () => {
  it.skipIf(!hasMpv('mpv'))(
    `sounds each item whole through mpv and reports when and how long${hasMpv('mpv') ? '' : ' (left out: mpv is not installed)'}`,
    async () => {
      await server.close();
      server = await contractServer([tone(440, 2_500), tone(660, 3_000)]);
      player = await startHeadless(options({ server: server.url, mpv: 'mpv', ao: 'null' }));
      // At the latest the sixth report comes after two items that began on time.
      await server.counted(6);
      await player.stop(3_000);
      const heard = server.ledger.plays.filter((play) => play.outcome === 'completed');
      expect(heard.length).toBeGreaterThanOrEqual(2);
      for (const play of heard) {
        const planned = play.assetId === 1 ? 2_500 : 3_000;
        expect(play.durationMs).toBeGreaterThan(planned - 500);
        expect(play.durationMs).toBeLessThan(planned + 300);
        expect(play.bookingId).toBe(499 + play.assetId);
      }
      expect(countedSeqs()).toEqual(upTo(player.state().outbox.lastSeq));
      expect(player.state().troubles.filter((trouble) => trouble.code.startsWith('mpv'))).toEqual([]);
    },
    40_000,
  );

  it('writes its pairing code to the log, and plays once staff typed it in', async () => {
    const lines: string[] = [];
    const log = (line: string) => {
      lines.push(line);
      const code = /pairing code: (\w+)/.exec(line)?.[1];
      if (code) server.approve(code);
    };
    player = await startHeadless(options({ enrolmentToken: null, log }));
    await server.counted(3);
    expect(lines.some((line) => line.includes('SILENCE'))).toBe(true);
    expect(player.state().identity?.endpointId).toBe(1);
  }, 20_000);

  it('plays on without the server, and reports it all when the server is back', async () => {
    player = await startHeadless(options());
    await server.counted(2);
    server.setDown(true);
    const before = player.state().outbox.lastSeq;
    await until(() => (player?.state().outbox.lastSeq ?? 0) >= before + 4);
    server.setDown(false);
    await player.stop(5_000);
    expect(countedSeqs()).toEqual(upTo(player.state().outbox.lastSeq));
  }, 20_000);

  it('keeps its pairing when the server refuses its token', async () => {
    player = await startHeadless(options());
    await server.counted(2);
    await player.stop(2_000);
    await server.close();
    server = await contractServer([tone(440, 700), tone(660, 900)]);
    player = await startHeadless(options({ server: server.url, enrolmentToken: null }));
    await until(() => player?.state().troubles.some((trouble) => trouble.code === 'token.refused') ?? false);
    expect(player.state().phase).toBe('paired');
    await until(() => player?.state().stage.kind === 'play');
  }, 20_000);

  it('never uses a number twice when it is killed in the middle of a play', async () => {
    for (let life = 0; life < 2; life += 1) {
      const had = server.ledger.plays.length;
      child = spawn(
        process.execPath,
        [
          MAIN,
          '--server',
          server.url,
          '--data',
          folder,
          '--enrolment',
          'an-enrolment-token-of-staff',
          '--silent',
        ],
        { stdio: 'ignore' },
      );
      await server.counted(had + 3);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const epochs = new Set(server.ledger.plays.map((play) => play.epoch));
    expect(epochs.size).toBe(1);
    expect(new Set(countedSeqs()).size).toBe(server.ledger.plays.length);
    expect(server.ledger.plays.some((play) => play.reason === 'powerCut')).toBe(true);
    const starts = server.ledger.plays.filter((play) => play.durationMs > 0).map((play) => play.startedAt);
    expect(new Set(starts).size).toBe(starts.length);
  }, 120_000);
});

/** Looks again after every turn of the event loop's timers; the test's own limit ends it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
