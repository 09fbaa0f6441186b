import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Launch, startEmbedded } from '../../src/db/embedded.ts';
import { engineDeaths } from '../../src/db/engine-deaths.ts';

test('an engine that keeps dying is started again for ever, ever later, up to once a minute', () => {
  const pauseAfter = engineDeaths();
  const pauses = Array.from({ length: 14 }, () => pauseAfter(3_000) / 1_000);
  expect(pauses).toEqual([0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

test('an engine that has lived for a minute is started at once when it dies', () => {
  const pauseAfter = engineDeaths();
  for (let n = 0; n < 9; n += 1) pauseAfter(3_000);
  expect([pauseAfter(60_000), pauseAfter(3_000)]).toEqual([0, 0]);
});

test('the seventh engine after six deaths is asked as the first one was', async () => {
  const path = join(tmpdir(), `beacon-engine-${process.pid}.sock`);
  const listening = createServer().listen(path);
  await once(listening, 'listening');
  let launched = 0;
  const launch: Launch = () => {
    launched += 1;
    return launched <= 6
      ? { child: spawn('true'), address: Promise.resolve(`${path}.gone`) }
      : { child: spawn('sleep', ['60']), address: Promise.resolve(path) };
  };
  const embedded = await startEmbedded('anywhere', launch);
  const socket = await embedded.connect();
  expect([launched, socket.readyState]).toEqual([7, 'open']);
  socket.destroy();
  process.kill(embedded.pid ?? 0);
  await embedded.close();
  listening.close();
});
