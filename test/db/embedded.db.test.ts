import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openDatabase } from '../../src/db/connect.ts';
import { type TestPlace, testPlace } from '../support/database.ts';

const PROGRAM = fileURLToPath(new URL('../support/committing-program.ts', import.meta.url));
const KILLS = 10;

describe.skipIf(inject('database').kind !== 'embedded')('startEmbedded', () => {
  let place: TestPlace;
  beforeAll(async () => {
    place = await testPlace();
  });
  afterAll(() => place.remove());

  it('keeps every acknowledged commit when its processes are killed while committing', async () => {
    const { dataDir } = folderOf(place);
    let acknowledged = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const program = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM, dataDir], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const seen = await killAfter(program, 5 + kill * 7, kill % 2 === 0);
      acknowledged = Math.max(acknowledged, seen.last);
      expect(seen.last, seen.errors).toBeGreaterThan(0);
    }
    const database = await openDatabase(place.options);
    try {
      const rows = await database.sql<{ n: number }[]>`select n from marks order by n`;
      const kept = new Set(rows.map(({ n }) => n));
      const missing = Array.from({ length: acknowledged }, (_, i) => i + 1).filter((n) => !kept.has(n));
      expect(missing).toEqual([]);
    } finally {
      await database.close();
    }
  }, 120_000);

  it.each([
    [
      'its control file is spoilt',
      (folder: string) => writeFile(join(folder, 'global', 'pg_control'), 'x'.repeat(8_192)),
    ],
    ['its journal is gone', (folder: string) => rm(join(folder, 'pg_wal'), { recursive: true })],
    ['its tables are spoilt', spoilTables],
    ['it is empty', (folder: string) => rm(join(folder, 'PG_VERSION'))],
  ])('refuses a damaged folder, changes nothing in it and says what to do: %s', async (_, spoil) => {
    const damaged = await testPlace();
    const { dataDir } = folderOf(damaged);
    await spoil(join(dataDir, 'database'));
    const before = (await readdir(join(dataDir, 'database'))).sort();
    await expect(openDatabase(damaged.options)).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringMatching(/move .*database aside.*npm run restore -- --from/),
    });
    expect((await readdir(join(dataDir, 'database'))).sort()).toEqual(before);
    await damaged.remove();
  });

  it('ends its engine by itself when the parent is killed', async () => {
    const program = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', PROGRAM, folderOf(place).dataDir],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const { engine } = await killAfter(program, 3, false);
    // Signal 0 asks whether the process is there.
    await expect.poll(() => alive(engine), { timeout: 20_000 }).toBe(false);
  });
});

async function spoilTables(folder: string): Promise<void> {
  const tables = join(folder, 'base', '5');
  for (const name of await readdir(tables))
    if (/^\d+$/.test(name)) await writeFile(join(tables, name), 'x'.repeat(8_192));
}

function folderOf({ options }: TestPlace): { dataDir: string } {
  if (!('dataDir' in options)) throw new Error('not a folder');
  return options;
}

/** Kills the program, or its engine and then the program, once `acks` commits are acknowledged. */
async function killAfter(
  program: ChildProcess,
  acks: number,
  engineFirst: boolean,
): Promise<{ last: number; engine: number; errors: string }> {
  const { stdout, stderr } = program;
  if (stdout === null || stderr === null) throw new Error('the program has no pipes');
  let errors = '';
  stderr.on('data', (chunk) => (errors += String(chunk)));
  const exited = once(program, 'exit');
  let engine = 0;
  let last = 0;
  let count = 0;
  for await (const line of createInterface({ input: stdout })) {
    const [word, number] = line.split(' ');
    if (word === 'engine') engine = Number(number);
    else {
      last = Number(number);
      count += 1;
      if (count === acks) {
        if (engineFirst) process.kill(engine, 'SIGKILL');
        program.kill('SIGKILL');
      }
    }
  }
  await exited;
  return { last, engine, errors };
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
