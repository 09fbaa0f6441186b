import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sha256Hex } from '../../src/base/digest.ts';
import { EVENT } from '../../src/contract/events.ts';
import { openDatabase } from '../../src/db/connect.ts';
import { attemptStore } from '../../src/staff/attempt-store.ts';
import { guesses } from '../../src/staff/guesses.ts';
import { signInStore } from '../../src/staff/sign-in-store.ts';
import { staffFlow } from '../../src/staff/staff-flow.ts';
import { serverProcess } from '../support/server-process.ts';
import { worldOf } from '../support/world.ts';
import { type BenchResult, quantile, rounded } from './bench-result.ts';
import type { HeavyAnswer, HeavyOrder } from './heavy-reader.ts';
import type { LoopWatched } from './loop-watch.ts';
import { rawLoad } from './raw-load.ts';
import { dayOf, fillReportWorld, REPORT_DAYS, REPORT_ENDPOINTS } from './report-world.ts';
import { median, withScratchUrl } from './scratch-database.ts';

const POLLS_A_SECOND = 200;
const OVERRIDES = 100;
const ROUNDS = 5;
/** The event loop must never stand still for longer. */
const LONGEST_MS = 50;
const MANIFEST = '/api/player/v1/manifest';

interface World {
  readonly from: string;
  readonly to: string;
  readonly password: string;
}

async function fill(url: string): Promise<World> {
  const database = await openDatabase({ url });
  const { sql, db } = database;
  const from = dayOf(new Date().toISOString().slice(0, 10), -REPORT_DAYS - 1);
  await fillReportWorld(sql, from);
  await worldOf(database).asset({ isFiller: true });
  await sql`
    insert into players (endpoint_id, token_hash, hardware_id, capabilities, paired_at, last_seen_at)
    select e, h, '', '{}', now(), now() from unnest(${Array.from({ length: REPORT_ENDPOINTS }, (_, n) => n + 1)}::int[],
      ${Array.from({ length: REPORT_ENDPOINTS }, (_, n) => sha256Hex(`bench-token-${n + 1}`))}::text[]) as t (e, h)`;
  await sql`
    insert into override_templates (name, content, severity, most_minutes, state, created_by, created_at, decided_by,
      decided_at)
    values ('bench', ${sql.json({ text: { title: '火情警报', body: '请从最近的安全出口撤离。', lang: 'zh-CN' } })},
      'extreme', 60, 'approved', 'a', now(), 'b', now())`;
  const accounts = signInStore(db, { baseUrl: 'http://localhost', secret: 's'.repeat(40) });
  const made = await staffFlow({
    accounts,
    guesses: guesses(attemptStore(db), Date.now),
    now: Date.now,
  }).addStaff(
    { id: 'system', name: 'bench', role: 'administrator' },
    { username: 'bench.operator', name: 'bench', role: 'operator', password: 'the own password of benches' },
  );
  await sql`vacuum analyze`;
  await database.close();
  return { from, to: dayOf(from, REPORT_DAYS - 1), password: made.oneTimePassword };
}

/** A player's open stream: tells when the bytes of the next emergency are there. */
async function openStream(url: string, token: string) {
  const broken = new AbortController();
  const answer = await fetch(`${url}/api/player/v1/events`, {
    headers: { authorization: `Bearer ${token}` },
    signal: broken.signal,
  });
  let heard: ((at: number) => void) | undefined;
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const piece of answer.body ?? []) {
      if (decoder.decode(piece).includes(`event: ${EVENT.override}`)) heard?.(performance.now());
    }
  })().catch(() => {});
  return {
    next: () =>
      new Promise<number>((resolve) => {
        heard = resolve;
      }),
    async close() {
      broken.abort();
      await reading;
    },
  };
}

interface Measured {
  readonly pollsP99Ms: number;
  readonly overridesP99Ms: number;
  readonly overridesMedianMs: number;
  readonly loop: LoopWatched;
}

/**
 * Polls and overrides at one server process, quiet and while workbooks, whole reports, and an export of all single plays
 * run over 10 million plays, in turns. Value: the longest time that the server's own work held its event loop.
 */
export async function run(): Promise<BenchResult> {
  return withScratchUrl(async (url) => {
    const { from, to, password } = await fill(url);
    const dataDir = await mkdtemp(join(tmpdir(), 'beacon-bench-'));
    const watchFile = join(dataDir, 'loop.json');
    process.env.LOOP_WATCH_FILE = watchFile;
    process.env.NODE_OPTIONS = `--import=${new URL('loop-watch.ts', import.meta.url).href}`;
    const server = await serverProcess({ url }, dataDir);
    const readers: ChildProcess[] = [];
    try {
      await server.start();
      delete process.env.NODE_OPTIONS;
      const post = async (path: string, token: string | null, body: unknown) => {
        const answer = await fetch(`${server.url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
          body: JSON.stringify(body),
        });
        if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
        return (await answer.json()) as { id: number; token: string };
      };
      const { token } = await post('/api/session', null, { username: 'bench.operator', password });
      const requests = await Promise.all(
        Array.from({ length: REPORT_ENDPOINTS }, async (_, n) => {
          const authorization = `Bearer bench-token-${n + 1}`;
          const answer = await fetch(`${server.url}${MANIFEST}`, { headers: { authorization } });
          await answer.arrayBuffer();
          const etag = answer.headers.get('etag') ?? '';
          return `GET ${MANIFEST} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization}\r\nIf-None-Match: ${etag}\r\n\r\n`;
        }),
      );
      const stream = await openStream(server.url, 'bench-token-1');
      const loop = async (): Promise<LoopWatched> => {
        await rm(watchFile, { force: true });
        process.kill(server.pid ?? 0, 'SIGUSR2');
        for (;;) {
          const text = await readFile(watchFile, 'utf8').catch(() => '');
          if (text.endsWith('}')) return JSON.parse(text) as LoopWatched;
          await pause(20);
        }
      };
      const overrides = async (): Promise<number[]> => {
        const took: number[] = [];
        for (let n = 0; n < OVERRIDES; n += 1) {
          const heard = stream.next();
          const began = performance.now();
          const { id } = await post('/api/overrides', token, {
            templateId: 1,
            aim: { endpointIds: [1] },
            minutes: 10,
          });
          took.push((await heard) - began);
          const ended = stream.next();
          await post(`/api/overrides/${id}/withdraw`, token, {});
          await ended;
          await pause(50);
        }
        return took;
      };
      const measure = async (): Promise<Measured> => {
        await loop();
        const polling = rawLoad({
          port: Number(new URL(server.url).port),
          requests,
          expected: 'HTTP/1.1 304',
          forMs: 20_000,
          pacePerSecond: POLLS_A_SECOND,
        });
        const took = await overrides();
        const polls = await polling;
        return {
          pollsP99Ms: polls.p99Ms,
          overridesP99Ms: quantile(took, 0.99),
          overridesMedianMs: median(took),
          loop: await loop(),
        };
      };

      const period = `from=${from}&to=${to}`;
      const heavy = [
        `/api/reports/export?of=plays&${period}`,
        `/api/reports/whole?${period}&format=xlsx`,
        `/api/reports/plays?by=hour&${period}&format=xlsx`,
        `/api/reports/plays?by=asset&${period}`,
      ].map((path) => `${server.url}${path}`);
      const answers: HeavyAnswer[] = [];
      const startHeavy = (): ChildProcess => {
        const child = fork(fileURLToPath(new URL('heavy-reader.ts', import.meta.url)));
        // It stands for another machine: what it costs to read the answers is not the server's.
        setPriority(child.pid ?? 0, constants.priority.PRIORITY_LOW);
        child.on('message', (answer: HeavyAnswer) => answers.push(answer));
        child.send({ token, urls: heavy } satisfies HeavyOrder);
        readers.push(child);
        return child;
      };

      await measure();
      const quiet: Measured[] = [];
      const busy: Measured[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        quiet.push(await measure());
        const child = startHeavy();
        await pause(2_000);
        busy.push(await measure());
        child.kill();
        await pause(2_000);
      }
      // One export to its end, to know that it is whole.
      const began = performance.now();
      const whole = await fetch(heavy[0] ?? '', { headers: { authorization: `Bearer ${token}` } });
      let lines = -1;
      for await (const piece of whole.body ?? []) for (const byte of piece) if (byte === 10) lines += 1;
      const exportSeconds = (performance.now() - began) / 1_000;
      const lastLoop = await loop();
      await stream.close();
      const mid = (all: readonly Measured[], of: (one: Measured) => number) => median(all.map(of));
      const worst = (all: readonly Measured[], of: (one: Measured) => number) => Math.max(...all.map(of));
      const pollTimes = mid(busy, (one) => one.pollsP99Ms) / mid(quiet, (one) => one.pollsP99Ms);
      const overrideTimes = mid(busy, (one) => one.overridesP99Ms) / mid(quiet, (one) => one.overridesP99Ms);
      const value = Math.max(
        worst(busy, (one) => one.loop.longestBusyMs),
        lastLoop.longestBusyMs,
      );
      const figures = (all: readonly Measured[]) => ({
        pollsP99Ms: all.map((one) => rounded(one.pollsP99Ms)),
        overridesP99Ms: all.map((one) => rounded(one.overridesP99Ms)),
        overridesMedianMs: all.map((one) => rounded(one.overridesMedianMs)),
        loopStoodStillMs: all.map((one) => rounded(one.loop.longestMs)),
        loopBusyMs: all.map((one) => rounded(one.loop.longestBusyMs)),
      });
      return {
        name: 'stall',
        value: rounded(value),
        unit: 'ms',
        yardstick: LONGEST_MS,
        ratio: rounded(value / LONGEST_MS),
        n: ROUNDS,
        about:
          'longest time that the work of the server held its event loop, while reports and an export ran',
        pollsBusyToQuiet: rounded(pollTimes),
        overridesBusyToQuiet: rounded(overrideTimes),
        quiet: figures(quiet),
        busy: figures(busy),
        exportedLines: lines,
        exportSeconds: rounded(exportSeconds),
        exportLoop: lastLoop,
        heavyAnswers: answers.map(({ url: asked, status, bytes, ms }) => ({
          asked: asked.slice(asked.indexOf('/reports/') + 9, asked.indexOf('from=')),
          status,
          bytes,
          ms: Math.round(ms),
        })),
      };
    } finally {
      delete process.env.LOOP_WATCH_FILE;
      delete process.env.NODE_OPTIONS;
      for (const child of readers) child.kill();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
}
