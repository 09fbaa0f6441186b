import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../src/db/connect.ts';

/** Makes one migrated data folder for the run; every test file gets a copy of it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), 'beacon-tests-'));
  const remove = (): Promise<void> => rm(home, { recursive: true, force: true });
  try {
    const database = await openDatabase({ dataDir: join(home, 'template') });
    await database.close();
  } catch (error) {
    await remove();
    throw error;
  }
  project.provide('database', { kind: 'embedded', home });
  return remove;
}
