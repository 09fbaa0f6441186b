import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MINUTE_MS } from '../../src/base/units.ts';

const MAIN = fileURLToPath(new URL('../../players/fleet/main.ts', import.meta.url));

/** Boxes that find no server any more are not waited for. */
const END_WITHIN_MS = 2 * MINUTE_MS;

/** The lines that the simulator prints. */
export interface FleetLine {
  readonly online: number;
  readonly playing: number;
  readonly playsShown: number;
  readonly playsConfirmed: number;
  readonly playsWaiting: number;
  /** In the last line alone: all numbers that were used. */
  readonly highestSeq?: number;
}

/** A process of `npm run fleet` for so many boxes; `tokens`: their enrolments. */
export async function fleetSimulator(server: string, dir: string, tokens: readonly string[], seed: number) {
  const file = join(dir, `tokens-${seed}`);
  await writeFile(file, tokens.join('\n'));
  const options = { server, tokens: file, players: tokens.length, minutes: 60, seed };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child: ChildProcess = fork(MAIN, words, { silent: true });
  // Players have processors of their own where they stand: here they shall not take the server's.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  let last: FleetLine | null = null;
  let complaints = 0;
  if (child.stdout) createInterface(child.stdout).on('line', (line) => (last = JSON.parse(line)));
  if (child.stderr)
    createInterface(child.stderr).on('line', (line) => {
      if (!/: (paired|programme \w+)$/.test(line)) complaints += 1;
    });
  return {
    pid: child.pid ?? 0,
    last: () => last,
    complaints: () => complaints,
    async end(): Promise<FleetLine | null> {
      if (child.exitCode !== null) return last;
      child.kill('SIGINT');
      const late = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
      await once(child, 'close');
      clearTimeout(late);
      return last;
    },
  };
}
