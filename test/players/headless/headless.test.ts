import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningPlayer } from '../../../players/core/run-player.ts';
import { hasMpv } from '../../../players/headless/mpv-files.ts';
import { startHeadless } from '../../../players/headless/start-headless.ts';
import type { CommandAsk } from '../../../src/contract/command.ts';
import { listeningSockets, TELLS_SOCKETS } from '../../support/listening-sockets.ts';
import { type ContractServer, contractServer } from '../support/contract-server.ts';
import { mpvProperty } from '../support/mpv-property.ts';
import { wavOfTone } from '../support/wav-of-tone.ts';

const MAIN = fileURLToPath(new URL('../../../players/headless/main.ts', import.meta.url));

const tone = (hertz: number, durationMs: number) => ({
  bytes: wavOfTone(hertz, durationMs),
  type: 'audio/wav',
  durationMs,
});

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
    sink: 'null' as const,
    config: { reportMs: 100 },
    log: () => {},
    ...change,
  };
}

/** The player as a program of its own. */
function startProgram(...more: string[]): ChildProcess {
  const told = ['--server', server.url, '--data', folder, '--enrolment', 'an-enrolment-token-of-staff'];
  return spawn(process.execPath, [MAIN, ...told, ...more], { stdio: 'ignore' });
}

/** The plays whose file was there: the first spots may pass while the files are on their way. */
function tried() {
  return server.ledger.plays.filter(({ reason }) => reason !== 'media.missing');
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
      // This process, with the server in it, listens; the player and its mpv add nothing to that.
      const listening = await listeningSockets(process.pid);
      expect(TELLS_SOCKETS).toBe(listening.length > 0);
      player = await startHeadless(options({ server: server.url, sink: { mpv: 'mpv', ao: 'null' } }));
      // At the latest the sixth report comes after two items that began on time.
      await server.counted(6);
      expect(await listeningSockets(process.pid)).toEqual(listening);
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

  it('tells every play as failed, once a spot and with the reason, while there is no sound program', async () => {
    player = await startHeadless(options({ sink: { mpv: 'no-such-program' } }));
    await until(() => tried().length >= 6);
    for (const { outcome, durationMs, reason } of tried())
      expect([outcome, durationMs, reason]).toEqual(['failed', 0, 'sound.noProgram']);
    const starts = tried()
      .map(({ startedAt }) => Date.parse(startedAt))
      .toSorted((a, b) => a - b);
    // One try a spot, at their own pace of 700 and 900 ms; what a busy machine is late by, the first may make up for.
    expect((starts.at(-1) ?? 0) - (starts[0] ?? 0)).toBeGreaterThan((starts.length - 4) * 700);
    expect(player.state().troubles.map(({ code }) => code)).toContain('sound.noProgram');
  }, 20_000);

  it.skipIf(!hasMpv('mpv'))(
    'tells a play as failed when mpv finds no sound device, though mpv says that it began',
    async () => {
      // An output that cannot be opened here: a PulseAudio server that does not exist.
      player = await startHeadless(options({ sink: { mpv: 'mpv', ao: 'pulse' } }));
      await until(() => tried().length >= 3);
      for (const { outcome, reason } of tried())
        expect([outcome, reason]).toEqual(['failed', 'sound.noDevice']);
    },
    30_000,
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
    expect(lines.some((line) => line.includes('SIMULATION'))).toBe(true);
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

  it('listens on nothing, and never uses a number twice when it is killed in the middle of a play', async () => {
    for (let life = 0; life < 2; life += 1) {
      const had = server.ledger.plays.length;
      child = startProgram('--sink', 'null');
      await server.counted(had + 3);
      if (TELLS_SOCKETS) expect(await listeningSockets(child.pid ?? 0)).toEqual([]);
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

describe('a headless player asked from afar', () => {
  const HOUR_MS = 3_600_000;
  const command = (serial: number, ask: CommandAsk) =>
    server.command({
      version: 1,
      commandId: 700 + serial,
      endpointId: 1,
      serial,
      until: new Date(Date.now() + HOUR_MS).toISOString(),
      ask,
    });
  const isAnswered = (count: number) => until(() => server.answers.length >= count);

  it.skipIf(!hasMpv('mpv'))(
    'turns mpv down while it sounds, tells that it is done, and starts as loud again after a restart',
    async () => {
      const soundingVolume = async () => {
        await until(() => player?.state().stage.kind === 'play');
        const [socket] = (await readdir(tmpdir())).filter((name) =>
          name.startsWith(`beacon-mpv-${process.pid}-`),
        );
        return mpvProperty(join(tmpdir(), socket ?? ''), 'volume');
      };
      const settings = { sink: { mpv: 'mpv', ao: 'null' } };
      player = await startHeadless(options(settings));
      await server.counted(1);
      await expect.poll(soundingVolume, { timeout: 5_000 }).toBe(100);
      await command(1, { kind: 'volume', percent: 35 });
      await isAnswered(1);
      expect(server.answers).toEqual([{ commandId: 701, state: 'done' }]);
      // Another connection to mpv may be served before the player's own.
      await expect.poll(soundingVolume, { timeout: 5_000 }).toBe(35);
      const had = server.ledger.plays.length;
      await player.stop(2_000);
      player = await startHeadless(options({ ...settings, enrolmentToken: null }));
      await server.counted(had + 2);
      await expect.poll(soundingVolume, { timeout: 5_000 }).toBe(35);
    },
    40_000,
  );

  it('runs the program that boots the box, offers it only where there is one, and tells it as done by its next run', async () => {
    const [program, told] = [join(folder, 'reboot.sh'), join(folder, 'rebooted')];
    await writeFile(program, `#!/bin/sh\nprintf booted >> '${told}'\n`);
    await chmod(program, 0o755);
    player = await startHeadless(options());
    await server.streaming();
    await command(1, { kind: 'reboot' });
    await isAnswered(1);
    expect(server.answers.at(-1)).toEqual({
      commandId: 701,
      state: 'refused',
      reason: 'command.notOffered',
    });
    await player.stop(1_000);
    const ready = options({ enrolmentToken: null, rebootProgram: program });
    player = await startHeadless(ready);
    await server.streaming();
    await command(2, { kind: 'reboot' });
    await expect.poll(() => readFile(told, 'utf8').catch(() => ''), { timeout: 15_000 }).toBe('booted');
    // The box goes down in the middle of it: what is not told yet, the run after it tells.
    await player.stop(1_000);
    expect(server.answers).toHaveLength(1);
    player = await startHeadless(ready);
    await isAnswered(2);
    expect(server.answers.at(-1)).toEqual({ commandId: 702, state: 'done' });
    expect(await readFile(told, 'utf8')).toBe('booted');
  }, 30_000);
});

/** Looks again after every turn of the event loop's timers; the test's own limit ends it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
