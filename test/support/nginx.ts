import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Whether this machine has nginx. */
export const HAS_NGINX = spawnSync('nginx', ['-v']).status === 0;
/** For the names of tests that cannot run. */
export const WITHOUT_NGINX = HAS_NGINX ? '' : ' (left out: there is no nginx)';

/** An nginx that listens. */
export interface RunningNginx {
  readonly url: string;
  readonly port: number;
  /** Of its master and its workers. */
  readonly pids: readonly (number | undefined)[];
  stop(): Promise<void>;
}

/**
 * Starts Debian's nginx with a configuration of its own in a folder of its own; `inServer` goes into its one server, and
 * `beside` stands beside that.
 */
export async function startNginx(inServer: string, beside = ''): Promise<RunningNginx> {
  const folder = await mkdtemp(join(tmpdir(), 'beacon-nginx-'));
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const file = join(folder, 'nginx.conf');
  await writeFile(
    file,
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    events {}
    http {
      access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
      ${beside}
      server { listen 127.0.0.1:${port}; ${inServer} }
    }`,
  );
  const nginx = spawn('nginx', ['-p', folder, '-c', file], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    const isUp = await fetch(url).then(
      (answer) => answer.arrayBuffer().then(() => true),
      () => false,
    );
    if (isUp) break;
    if (tries === 100) throw new Error('nginx does not start');
    await pause(100);
  }
  const workers = execFileSync('ps', ['-o', 'pid=', '--ppid', String(nginx.pid)], { encoding: 'utf8' });
  return {
    url,
    port,
    pids: [nginx.pid, ...workers.trim().split(/\s+/).map(Number)],
    async stop() {
      const gone = once(nginx, 'exit');
      nginx.kill('SIGTERM');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The example of the guide without what belongs to one installation: its certificate, its address. */
export async function guidesNginx(): Promise<{ upstream: string; inServer: string }> {
  const file = join(import.meta.dirname, '..', '..', 'docs', 'install', 'nginx.conf');
  const text = await readFile(file, 'utf8');
  const [upstream = ''] = /upstream [\s\S]*?\n\}/.exec(text) ?? [];
  const [, inServer = ''] = /server \{([\s\S]*)\}\s*$/.exec(text.replace(upstream, '')) ?? [];
  return { upstream, inServer: inServer.replace(/^\s*(listen|server_name|ssl_\w+) .*$/gm, '') };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
