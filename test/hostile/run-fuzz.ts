import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withScratchUrl } from '../bench/scratch-database.ts';
import { baseFiles } from './base-files.ts';
import { fuzz, rawBytes } from './fuzz.ts';
import { fuzzedServer } from './fuzzed-server.ts';
import { liveHeapBytes } from './live-heap.ts';

/* `npm run fuzz -- 100000 [seed]`: odd requests and broken bytes to a real server; told is what it answered. */

const requests = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? 1);
const connections = Math.ceil(requests / 50);
/** More than this share above what is held after the first 20,000 requests is growth. */
const MOST_GROWTH = 1.3;
const folder = await mkdtemp(join(tmpdir(), 'beacon-fuzz-'));

async function residentMb(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1_024);
}

async function attackOf(place: { url: string } | { dataDir: string }): Promise<void> {
  const fuzzed = await fuzzedServer(place, folder);
  const { url, callers } = fuzzed;
  const memoryMb: number[] = [];
  const liveMb: number[] = [];
  const noteLive = async () => {
    if (fuzzed.pid !== undefined) liveMb.push(Math.round((await liveHeapBytes(fuzzed.pid)) / 1e6));
  };
  const since = performance.now();
  await noteLive();
  const attack = { url, callers, seed, bases: await baseFiles() };
  const result = await fuzz({
    ...attack,
    requests,
    onProgress(done, faults) {
      console.error(`${done} of ${requests}, ${faults} at fault`);
      void residentMb(fuzzed.pid).then((mb) => memoryMb.push(mb));
      if (done % 20_000 === 0) void noteLive();
    },
  });
  const raw = await rawBytes(attack, connections);
  const seconds = Math.round((performance.now() - since) / 1_000);
  const isAlive = (await fetch(`${url}/healthz`)).ok;
  await noteLive();
  memoryMb.push(await residentMb(fuzzed.pid));
  await fuzzed.stop();
  for (const { number, request, what, answer } of result.faults.slice(0, 40))
    console.error(
      `#${number} ${request.method} ${request.path.slice(0, 200)}\n  ${what}\n  ${String(request.body ?? '').slice(0, 300)}\n  ${answer}`,
    );
  for (const fault of raw.slice(0, 20)) console.error(fault);
  for (const line of fuzzed.troubles.slice(0, 20)) console.error(line.slice(0, 1_000));
  const byStatus = Object.fromEntries([...result.byStatus].toSorted(([a], [b]) => a - b));
  const lawful = result.lawful.size;
  const refused = (result.byStatus.get(401) ?? 0) + (result.byStatus.get(403) ?? 0);
  // Most must come past the door, or the run proves little.
  const isShallow = refused > requests / 2;
  if (isShallow) console.error(`${refused} of ${requests} were refused at the door`);
  // Caches are full by then; what the heap holds on top of that would go on growing.
  const [, warm] = liveMb;
  const hasGrown = requests >= 40_000 && (liveMb.at(-1) ?? 0) > (warm ?? 0) * MOST_GROWTH;
  if (hasGrown)
    console.error(`the heap held ${warm} MB after 20,000 requests and ${liveMb.at(-1)} MB at the end`);
  const faults =
    result.faults.length + raw.length + fuzzed.troubles.length + (isShallow ? 1 : 0) + (hasGrown ? 1 : 0);
  console.log(
    JSON.stringify({
      requests,
      connections,
      seconds,
      byStatus,
      lawfulRoutes: lawful,
      memoryMb,
      liveMb,
      isAlive,
      faults,
    }),
  );
  process.exitCode = faults === 0 && isAlive ? 0 : 1;
}

try {
  if (process.env.TEST_DATABASE_URL === undefined) await attackOf({ dataDir: folder });
  else await withScratchUrl((url) => attackOf({ url }));
} finally {
  await rm(folder, { recursive: true, force: true });
}
