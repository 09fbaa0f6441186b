import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { wavHeader } from '../catalogue/long-wav.ts';
import { addEditor, signIn } from '../support/editor-account.ts';
import { serverProcess } from '../support/server-process.ts';
import { type BenchResult, quantile, rounded } from './bench-result.ts';

const FILE_BYTES = 4_294_967_296;
const PIECE_BYTES = 67_108_864;
/** What the server's memory may grow by. */
const MOST_GROWTH_BYTES = 150_000_000;
const TUS = { 'tus-resumable': '1.0.0' };

async function memoryOf(pid: number | undefined, name: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) * 1_024;
}

/** A real server takes a file of 4 GiB in by the tus protocol and examines it; how much its memory grows. */
export async function run(): Promise<BenchResult> {
  const dataDir = await mkdtemp(join(tmpdir(), 'beacon-bench-upload-'));
  const account = await addEditor({ dataDir });
  const server = await serverProcess({ dataDir }, dataDir);
  await server.start();
  try {
    const authorization = `Bearer ${await signIn(server.url, account)}`;
    await pause(2_000);
    const before = await memoryOf(server.pid, 'VmRSS');
    const answerMs: number[] = [];
    const stopAsking = new AbortController();
    const asking = (async () => {
      while (!stopAsking.signal.aborted) {
        const since = performance.now();
        await (await fetch(`${server.url}/healthz`)).arrayBuffer();
        answerMs.push(performance.now() - since);
        await pause(20);
      }
    })();
    const since = performance.now();
    const address = await send(server.url, authorization);
    const sentMs = performance.now() - since;
    let told: { state: string; asset: unknown };
    do {
      await pause(200);
      told = (await (await fetch(address, { headers: { authorization } })).json()) as typeof told;
    } while (told.state === 'examining' || told.state === 'receiving');
    const examinedMs = performance.now() - since - sentMs;
    stopAsking.abort();
    await asking;
    if (told.state !== 'done') throw new Error(`the upload ended ${told.state}`);
    const growth = (await memoryOf(server.pid, 'VmHWM')) - before;
    return {
      name: 'upload',
      value: rounded(growth / 1e6),
      unit: 'MB more resident memory at most, for a file of 4 GiB',
      yardstick: MOST_GROWTH_BYTES / 1e6,
      ratio: rounded(growth / MOST_GROWTH_BYTES),
      n: 1,
      megabytesASecond: rounded(FILE_BYTES / 1e3 / sentMs),
      examinedMs: Math.round(examinedMs),
      answerMs: { median: rounded(quantile(answerMs, 0.5)), p99: rounded(quantile(answerMs, 0.99)) },
      slowestAnswerMs: rounded(Math.max(...answerMs)),
    };
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function send(url: string, authorization: string): Promise<string> {
  const metadata = `category ${Buffer.from('psa').toString('base64')}`;
  const begun = await fetch(`${url}/api/uploads`, {
    method: 'POST',
    headers: { ...TUS, authorization, 'upload-length': String(FILE_BYTES), 'upload-metadata': metadata },
  });
  const address = new URL(begun.headers.get('location') ?? '', url).href;
  const piece = Buffer.alloc(PIECE_BYTES);
  wavHeader(FILE_BYTES).copy(piece);
  for (let at = 0; at < FILE_BYTES; at += PIECE_BYTES) {
    const answer = await fetch(address, {
      method: 'PATCH',
      headers: {
        ...{ ...TUS, authorization, 'upload-offset': String(at) },
        'content-type': 'application/offset+octet-stream',
      },
      body: piece,
    });
    if (answer.status !== 204) throw new Error(`${answer.status} ${await answer.text()}`);
    if (at === 0) piece.fill(0x5a);
  }
  return address;
}
