import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { sha256Hex } from '../../src/base/digest.ts';
import { publicKeySchema } from '../../src/contract/media-type.ts';
import { OVERRIDE_TYP } from '../../src/contract/override.ts';
import { publicPartOf, signStatement } from '../../src/contract/signing.ts';
import { openDatabase } from '../../src/db/connect.ts';
import { attemptStore } from '../../src/staff/attempt-store.ts';
import { guesses } from '../../src/staff/guesses.ts';
import { signInStore } from '../../src/staff/sign-in-store.ts';
import { staffFlow } from '../../src/staff/staff-flow.ts';
import { CHROMIUM } from '../support/chromium.ts';
import { serverProcess } from '../support/server-process.ts';
import { type BenchResult, quantile, rounded } from './bench-result.ts';
import { type CrowdNews, type CrowdOrder, clockMs } from './override-crowd.ts';
import { pictureTimes } from './override-picture.ts';
import { processorSeconds } from './processor-time.ts';
import { median, withScratchUrl } from './scratch-database.ts';

const FEW = 138;
const ROUNDS = { few: 100, many: 5 } as const;
const PICTURES = 20;
/**
 * Rounds that are not counted: the crowd's processes are seconds old and do the work of 69 boxes each, so that the
 * compiler at work would be a tenth of what is measured.
 */
const WARM_UP_ROUNDS = 10;
/** In which the few run. */
const PROCESSES = 2;

/** `--players 10000` */
function playersAsked(): number {
  const at = process.argv.indexOf('--players');
  return at < 0
    ? FEW
    : z.coerce
        .number()
        .int()
        .min(1)
        .max(10_000)
        .parse(process.argv[at + 1]);
}

interface World {
  readonly players: readonly { readonly endpointId: number; readonly token: string }[];
  readonly operator: { readonly username: string; readonly password: string };
}

/** Endpoints with a player each, an approved template, an operator and one endpoint for the browser. */
async function fill(url: string, count: number): Promise<World> {
  const database = await openDatabase({ url });
  const { sql, db } = database;
  await sql`insert into areas (name) values ('area')`;
  await sql`
    insert into endpoints (code, name, kind, area_id, owner, time_zone, opening_hours, quiet_hours, place_class,
      audience_per_hour, dwell_seconds, created_at)
    select n, n, 'tv', 1, '', 'Asia/Shanghai', '[]', '[]', 'plaza', 0, 0, now()
    from generate_series(1, ${count + 1}) as n`;
  const players = Array.from({ length: count }, (_, at) => ({
    endpointId: at + 1,
    token: `bench-token-of-player-${at}`,
  }));
  await sql`
    insert into players (endpoint_id, token_hash, hardware_id, capabilities, paired_at, last_seen_at)
    select e, h, '', '{}', now(), now()
    from unnest(${players.map((one) => one.endpointId)}::int[], ${players.map((one) => sha256Hex(one.token))}::text[])
      as t (e, h)`;
  await sql`
    insert into override_templates (name, content, severity, most_minutes, state, created_by, created_at, decided_by,
      decided_at)
    values ('bench', ${sql.json({ text: { title: '火情警报', body: '请从最近的安全出口撤离。', lang: 'zh-CN' } })},
      'extreme', 60, 'approved', 'a', now(), 'b', now())`;
  const accounts = signInStore(db, { baseUrl: 'http://localhost', secret: 's'.repeat(40) });
  const staff = staffFlow({ accounts, guesses: guesses(attemptStore(db), Date.now), now: Date.now });
  const made = await staff.addStaff(
    { id: 'system', name: 'bench', role: 'administrator' },
    { username: 'bench.operator', name: 'bench', role: 'operator', password: 'the own password of benches' },
  );
  await sql`analyze`;
  await database.close();
  return { players, operator: { username: 'bench.operator', password: made.oneTimePassword } };
}

/** A crowd in a process of its own, connected. */
async function crowdOf(order: CrowdOrder) {
  const child: ChildProcess = fork(fileURLToPath(new URL('override-crowd.ts', import.meta.url)));
  const waiting: ((news: CrowdNews) => void)[] = [];
  child.on('message', (news: CrowdNews) => {
    for (const hear of [...waiting]) hear(news);
  });
  const next = <T extends CrowdNews>(fits: (news: CrowdNews) => news is T): Promise<T> =>
    new Promise((resolve, reject) => {
      const onExit = () => reject(new Error('the crowd died'));
      const hear = (news: CrowdNews): void => {
        if (!fits(news)) return;
        waiting.splice(waiting.indexOf(hear), 1);
        child.off('exit', onExit);
        resolve(news);
      };
      child.once('exit', onExit);
      waiting.push(hear);
    });
  const ready = next((news) => news.type === 'ready');
  child.send(order);
  await ready;
  type Acknowledged = Extract<CrowdNews, { type: 'acknowledged' }>;
  return {
    acknowledged: (state: 'shown' | 'ended') =>
      next((news): news is Acknowledged => news.type === 'acknowledged' && news.state === state),
    processorSeconds: () => processorSeconds(child.pid ?? 0),
    stop: () => child.kill(),
  };
}

type Crowd = Awaited<ReturnType<typeof crowdOf>>;

/** The same in several processes, as boxes are: one thread would let the last player wait for all others' work. */
async function crowdsOf(order: CrowdOrder, processes: number): Promise<Crowd> {
  const crowds = await Promise.all(
    Array.from({ length: processes }, (_, at) =>
      crowdOf({ ...order, players: order.players.filter((_player, n) => n % processes === at) }),
    ),
  );
  return {
    async acknowledged(state) {
      const [first, ...others] = await Promise.all(crowds.map((crowd) => crowd.acknowledged(state)));
      if (first === undefined) throw new Error('a crowd of nobody');
      return {
        ...first,
        heardMs: [first, ...others].flatMap(({ heardMs }) => heardMs),
        acknowledgedMs: [first, ...others].flatMap(({ acknowledgedMs }) => acknowledgedMs),
      };
    },
    async processorSeconds() {
      const seconds = await Promise.all(crowds.map((crowd) => crowd.processorSeconds()));
      return seconds.reduce((sum, one) => sum + one, 0);
    },
    stop: () => crowds.every((crowd) => crowd.stop()),
  };
}

interface Round {
  /** From the request until the last player's receipt was answered. */
  readonly lastAckMs: number;
  /** From the request until the bytes were at each player; empty for the player core. */
  readonly heardMs: readonly number[];
  /** Until the staff request was answered. */
  readonly answeredMs: number;
}

async function roundOf(crowd: Crowd, raise: () => Promise<unknown>): Promise<Round> {
  const shown = crowd.acknowledged('shown');
  const began = clockMs();
  const raised = raise().then(() => clockMs() - began);
  const { heardMs, acknowledgedMs } = await shown;
  return {
    lastAckMs: Math.max(...acknowledgedMs) - began,
    heardMs: heardMs.map((at) => at - began),
    answeredMs: await raised,
  };
}

/**
 * From the staff request that raises an emergency of an approved template until the last of 138 real players has
 * acknowledged that it shows it, over 100 rounds; or, with `--players 10000`, until its bytes are at each of so many
 * plain connections. Yardstick: a bare node:http server that sends the same bytes and takes the same receipts
 * without writing anything down.
 */
export async function run(): Promise<BenchResult> {
  const count = playersAsked();
  const isMany = count > 1_000;
  return withScratchUrl(async (url) => {
    const { players, operator } = await fill(url, count);
    const dataDir = await mkdtemp(join(tmpdir(), 'beacon-bench-'));
    const server = await serverProcess({ url }, dataDir);
    const bare = fork(fileURLToPath(new URL('bare-broadcast.ts', import.meta.url)), { silent: true });
    const crowds: Crowd[] = [];
    try {
      const [told] = (await once(bare.stdout ?? bare, 'data')) as [Buffer];
      await server.start();
      const keyFile = await readFile(join(dataDir, 'keys', 'signing.json'), 'utf8');
      const key = publicKeySchema.extend({ d: z.string() }).parse(JSON.parse(keyFile));
      const post = async (path: string, token: string | null, body: unknown) => {
        const answer = await fetch(`${server.url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
          body: JSON.stringify(body),
        });
        if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
        return (await answer.json()) as { id: number; token: string };
      };
      const { token } = await post('/api/session', null, operator);

      const bareUrl = `http://127.0.0.1:${Number(told.toString())}`;
      const order = { key: publicPartOf(key), players };
      const processes = isMany ? 1 : PROCESSES;
      const bareCrowd = await crowdsOf({ ...order, mode: 'bare', url: bareUrl }, processes);
      crowds.push(bareCrowd);
      const rounds = isMany ? ROUNDS.many : ROUNDS.few;
      const yardsticks: Round[] = [];
      for (let round = 1; round <= WARM_UP_ROUNDS + rounds; round += 1) {
        const text = await statementFor(round, players, key);
        const raised = await roundOf(bareCrowd, () =>
          fetch(`${bareUrl}/raise`, { method: 'POST', body: text }),
        );
        if (round > WARM_UP_ROUNDS) yardsticks.push(raised);
      }
      bareCrowd.stop();

      const crowd = await crowdsOf({ ...order, mode: isMany ? 'raw' : 'core', url: server.url }, processes);
      crowds.push(crowd);
      const aim = { endpointIds: players.map(({ endpointId }) => endpointId) };
      const ours: Round[] = [];
      const serverSeconds = () => processorSeconds(server.pid ?? 0);
      const busyBefore = [await serverSeconds(), await crowd.processorSeconds()] as const;
      for (let round = 1; round <= WARM_UP_ROUNDS + rounds; round += 1) {
        let id = 0;
        const raised = await roundOf(crowd, async () => {
          ({ id } = await post('/api/overrides', token, { templateId: 1, aim, minutes: 10 }));
        });
        if (round > WARM_UP_ROUNDS) ours.push(raised);
        const ended = crowd.acknowledged('ended');
        await post(`/api/overrides/${id}/withdraw`, token, {});
        await ended;
      }
      const busyMs = (seconds: number) => rounded((seconds * 1_000) / (WARM_UP_ROUNDS + rounds));
      const processorMs = {
        server: busyMs((await serverSeconds()) - busyBefore[0]),
        players: busyMs((await crowd.processorSeconds()) - busyBefore[1]),
      };
      const picture =
        CHROMIUM === null || isMany
          ? []
          : await pictureTimes({ url: server.url, token, endpointId: count + 1, rounds: PICTURES, post });
      const lastAcks = ours.map(({ lastAckMs }) => lastAckMs);
      const heard = (all: readonly Round[]) =>
        quantile(
          all.flatMap(({ heardMs }) => heardMs),
          0.99,
        );
      const value = isMany ? heard(ours) : quantile(lastAcks, 0.99);
      const yardstick = isMany
        ? heard(yardsticks)
        : quantile(
            yardsticks.map(({ lastAckMs }) => lastAckMs),
            0.99,
          );
      return {
        name: 'override',
        value: rounded(value),
        unit: 'ms',
        yardstick: rounded(yardstick),
        ratio: rounded(value / yardstick),
        n: rounds,
        players: count,
        measured: isMany ? 'request to bytes at the player, p99' : 'request to last acknowledgement, p99',
        limitMs: isMany ? 400 : 100,
        lastAcknowledgedMs: {
          median: rounded(median(lastAcks)),
          p95: rounded(quantile(lastAcks, 0.95)),
          worst: rounded(Math.max(...lastAcks)),
        },
        bareLastAcknowledgedMs: rounded(median(yardsticks.map(({ lastAckMs }) => lastAckMs))),
        staffAnsweredMs: rounded(median(ours.map(({ answeredMs }) => answeredMs))),
        // Of one raise and one withdrawal; a neighbour's load takes time away, processor time hardly.
        processorMs,
        ...(picture.length > 0 && {
          pictureMs: {
            median: rounded(median(picture)),
            worst: rounded(Math.max(...picture)),
            n: picture.length,
          },
        }),
      };
    } finally {
      for (const crowd of crowds) crowd.stop();
      if (bare.connected) bare.disconnect();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
}

/** What the bare server sends to everybody: one signed statement, as long as one of ours. */
async function statementFor(
  overrideId: number,
  players: World['players'],
  key: Parameters<typeof signStatement>[2],
): Promise<string> {
  const text = JSON.stringify({
    version: 1,
    overrideId,
    serial: 1,
    action: 'raise',
    severity: 'extreme',
    endpoints: players.slice(0, 100).map(({ endpointId }) => endpointId),
    from: new Date().toISOString(),
    until: new Date(Date.now() + 600_000).toISOString(),
    drill: false,
    show: { kind: 'text', title: '火情警报', body: '请从最近的安全出口撤离。', lang: 'zh-CN' },
  });
  return `event: override\ndata: ${await signStatement(text, OVERRIDE_TYP, key)}\n\n`;
}
