import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sql } from 'postgres';
import { serverProcess } from '../support/server-process.ts';
import { processorSeconds } from './processor-time.ts';

/** A report ready to be sent. */
export interface ReadyReport {
  readonly token: string;
  readonly body: string;
}

/** What the real server, a process of its own, did with reports over HTTP. */
export interface HttpFigures {
  /** Plays a second, all connections together. */
  readonly rate: number;
  /** Plays counted. */
  readonly accepted: number;
  /** Processor seconds of the server process and of its database sessions. */
  readonly serverSeconds: number;
  readonly databaseSeconds: number;
}

/** Starts the real server on a database, hands its address over, and stops it whatever happens. */
export async function withServer<T>(
  url: string,
  work: (post: (reports: readonly ReadyReport[], connections: number) => Promise<HttpFigures>) => Promise<T>,
  sql: Sql,
): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'beacon-bench-'));
  const server = await serverProcess({ url }, dataDir);
  try {
    await server.start();
    return await work(async (reports, connections) => {
      const pids = await sql<{ pid: number }[]>`
        select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
      const databaseTime = async () => {
        const times = await Promise.all(pids.map(({ pid }) => processorSeconds(pid)));
        return times.reduce((sum, seconds) => sum + seconds, 0);
      };
      const before = [await processorSeconds(server.pid ?? 0), await databaseTime()] as const;
      const began = performance.now();
      const accepted = await postAll(`${server.url}/api/player/v1/plays`, reports, connections);
      const seconds = (performance.now() - began) / 1_000;
      return {
        rate: accepted / seconds,
        accepted,
        serverSeconds: (await processorSeconds(server.pid ?? 0)) - before[0],
        databaseSeconds: (await databaseTime()) - before[1],
      };
    });
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Sends all reports, each connection one after the other; gives how many plays were accepted. */
async function postAll(url: string, reports: readonly ReadyReport[], connections: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const turn = reports.values();
  let accepted = 0;
  const connection = async (): Promise<void> => {
    for (const report of turn) {
      const taken = await post(agent, url, report);
      accepted += taken;
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  agent.destroy();
  return accepted;
}

function post(agent: Agent, url: string, { token, body }: ReadyReport): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (piece: string) => {
        text += piece;
      });
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve((JSON.parse(text) as { accepted: number }).accepted);
        else reject(new Error(`${answer.statusCode} ${text}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
