import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memoryFiles } from '../../../players/headless/memory-files.ts';

test('the state of a player is settled once all that was asked to be kept is on the disk, the latest of each', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'memory-'));
  const memory = memoryFiles(folder);
  for (let n = 1; n <= 20; n += 1) {
    void memory.save('week', `week ${n}`);
    void memory.save('clock', `clock ${n}`);
  }
  await memory.settled();
  expect((await readdir(folder)).toSorted()).toEqual(['clock.json', 'week.json']);
  expect(await readFile(join(folder, 'week.json'), 'utf8')).toBe('week 20');
  expect(await memory.load()).toEqual({ week: 'week 20', clock: 'clock 20' });
  await rm(folder, { recursive: true });
});
