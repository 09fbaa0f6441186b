import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { contractServer } from '../support/contract-server.ts';
import { wavOfTone } from '../support/wav-of-tone.ts';

const BUILT = fileURLToPath(new URL('../../../dist/headless/speaker.js', import.meta.url));
const whyNot = !existsSync(BUILT)
  ? ' (left out: run "npm run build" first)'
  : process.platform !== 'linux'
    ? ' (left out: memory is read from /proc)'
    : '';
/** Most memory of the player, mpv beside it, in kB as Linux counts them. */
const MOST_KB = 80 * 1_024;

describe.skipIf(whyNot !== '')(`the built loudspeaker player${whyNot}`, () => {
  test('has never taken more than 80 MB when it has played and reported a while', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'speaker-'));
    const files = [440, 550, 660, 770].map((hertz) => {
      return { bytes: wavOfTone(hertz, 1_000), type: 'audio/wav', durationMs: 1_000 };
    });
    const server = await contractServer(files);
    const flags = await flagsOfUnit();
    const child = spawn(
      process.execPath,
      [
        ...flags,
        BUILT,
        ...['--server', server.url, '--data', folder, '--sink', 'null'],
        ...['--enrolment', 'an-enrolment-token-of-staff'],
      ],
      { stdio: 'ignore' },
    );
    try {
      await server.counted(12);
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      const peakKb = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]);
      expect(peakKb).toBeGreaterThan(20_000);
      expect(peakKb).toBeLessThan(MOST_KB);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
      await server.close();
      await rm(folder, { recursive: true, force: true });
    }
  }, 120_000);
});

/** The flags for Node with which the systemd unit starts the player. */
async function flagsOfUnit(): Promise<string[]> {
  const unit = await readFile(
    new URL('../../../players/headless/systemd/beacon-speaker.service', import.meta.url),
    'utf8',
  );
  const command = /^ExecStart=\S+ (.*?) dist\/headless\/speaker\.js/m.exec(unit)?.[1] ?? '';
  return command.split(' ').filter((word) => word.startsWith('--'));
}
