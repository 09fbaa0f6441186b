import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sha256Hex } from '../../src/base/digest.ts';
import { mediaFiles } from '../../src/catalogue/media-files.ts';
import { openDatabase } from '../../src/db/connect.ts';
import { startNginx } from '../support/nginx.ts';
import { serverProcess } from '../support/server-process.ts';
import { worldOf } from '../support/world.ts';
import { type BenchResult, rounded } from './bench-result.ts';
import { median } from './scratch-database.ts';

const FILE_BYTES = 100_000_000;
const RANGE_BYTES = 1_000_000;
const ROUNDS = 15;
const WHOLE_TIMES = 10;
const RANGE_TIMES = 600;
const TOKEN = 'bench-token-1';

/** A server under load: where the file is, and what must be said to get it. */
interface Place {
  readonly port: number;
  readonly path: string;
  readonly authorization: string;
}

/** Both get the first core, the client the second; where there is no `taskset`, nowhere. */
function pin(pid: number | undefined, core: number): void {
  try {
    execFileSync('taskset', ['-a', '-cp', String(core), String(pid)], { stdio: 'ignore' });
  } catch {
    // Unpinned figures are noisier, not wrong.
  }
}

/** Fetches one after another on one connection and throws the bytes away; megabytes a second. */
async function megabytesASecond(place: Place, times: number, range: (n: number) => string): Promise<number> {
  const arrived = { bytes: 0, head: '', wanted: 0, done: null as (() => void) | null };
  const socket = connect({
    ...{ port: place.port, host: '127.0.0.1', noDelay: true },
    onread: {
      buffer: Buffer.allocUnsafe(1_048_576),
      callback(length, buffer) {
        let body = length;
        if (arrived.wanted === 0) {
          arrived.head += Buffer.from(buffer.buffer, 0, length).toString('latin1');
          const end = arrived.head.indexOf('\r\n\r\n');
          if (end < 0) return true;
          body = arrived.head.length - end - 4;
          const [, bytes] = /content-length: (\d+)/i.exec(arrived.head) ?? [];
          if (!/^HTTP\/1\.1 20[06]/.test(arrived.head) || bytes === undefined)
            throw new Error(arrived.head.slice(0, 500));
          arrived.wanted = Number(bytes);
        }
        arrived.bytes += body;
        if (arrived.bytes >= arrived.wanted) arrived.done?.();
        return true;
      },
    },
  });
  await once(socket, 'connect');
  const since = performance.now();
  let total = 0;
  for (let n = 0; n < times; n += 1) {
    Object.assign(arrived, { bytes: 0, head: '', wanted: 0 });
    const whole = new Promise<void>((resolve) => {
      arrived.done = resolve;
    });
    socket.write(
      `GET ${place.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${place.authorization}\r\n${range(n)}\r\n`,
    );
    await whole;
    total += arrived.wanted;
  }
  const seconds = (performance.now() - since) / 1_000;
  socket.destroy();
  return total / 1e6 / seconds;
}

const wholeFile = () => '';
const someRange = (n: number): string => {
  const from = (n * 7_000_003) % (FILE_BYTES - RANGE_BYTES);
  return `Range: bytes=${from}-${from + RANGE_BYTES - 1}\r\n`;
};

/**
 * One file of 100 MB to one player, whole and in ranges of 1 MB, from one server process and from nginx, in turns;
 * medians of the rounds.
 */
export async function run(): Promise<BenchResult> {
  const dataDir = await mkdtemp(join(tmpdir(), 'beacon-bench-media-'));
  const bytes = randomBytes(FILE_BYTES);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const database = await openDatabase({ dataDir });
  const world = worldOf(database);
  const { id } = await world.asset();
  await database.sql`update assets set sha256 = ${sha256}, bytes = ${FILE_BYTES} where id = ${id}`;
  await database.sql`update renditions set sha256 = ${sha256}, bytes = ${FILE_BYTES} where asset_id = ${id}`;
  await database.sql`
    insert into players (endpoint_id, token_hash, hardware_id, capabilities, paired_at, last_seen_at)
    values (${await world.endpoint()}, ${sha256Hex(TOKEN)}, '', '{}', now(), now())`;
  await database.close();
  const path = (await mediaFiles(dataDir)).pathOf(sha256);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  const server = await serverProcess({ dataDir }, dataDir);
  await server.start();
  const nginx = await startNginx(`root ${dirname(path)};`);
  try {
    for (const pid of [server.pid, ...nginx.pids]) pin(pid, 0);
    pin(process.pid, 1);
    const authorization = `Bearer ${TOKEN}`;
    const ours = {
      port: Number(new URL(server.url).port),
      path: `/api/player/v1/media/${sha256}`,
      authorization,
    };
    const theirs = { port: nginx.port, path: `/${sha256}`, authorization };
    const figures = {
      ours: [] as number[],
      theirs: [] as number[],
      ourRanges: [] as number[],
      theirRanges: [] as number[],
    };
    for (let round = -1; round < ROUNDS; round += 1) {
      const seen = {
        ours: await megabytesASecond(ours, WHOLE_TIMES, wholeFile),
        theirs: await megabytesASecond(theirs, WHOLE_TIMES, wholeFile),
        ourRanges: await megabytesASecond(ours, RANGE_TIMES, someRange),
        theirRanges: await megabytesASecond(theirs, RANGE_TIMES, someRange),
      };
      // The first round warms both.
      if (round < 0) continue;
      for (const name of ['ours', 'theirs', 'ourRanges', 'theirRanges'] as const)
        figures[name].push(seen[name]);
    }
    const [value, yardstick] = [median(figures.ours), median(figures.theirs)];
    const [ranges, yardstickRanges] = [median(figures.ourRanges), median(figures.theirRanges)];
    return {
      name: 'media',
      value: Math.round(value),
      unit: 'MB/s, one file of 100 MB',
      yardstick: Math.round(yardstick),
      ratio: rounded(value / yardstick),
      n: ROUNDS,
      rangesMegabytesASecond: Math.round(ranges),
      yardstickRanges: Math.round(yardstickRanges),
      ratioRanges: rounded(ranges / yardstickRanges),
    };
  } finally {
    await server.stop();
    await nginx.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
