import { fsyncSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { SECOND_MS } from '../base/units.ts';
import { keepTidy } from './embedded-tidy.ts';
import { serveWire } from './embedded-wire.ts';
import { lockFolder } from './folder-lock.ts';

/** How long a start waits for the process before it to let go of the folder. */
const LOCK_WAIT_MS = 4 * SECOND_MS;
/** How long a silent transaction may hold up the others. */
const PATIENCE_MS = 15 * SECOND_MS;
/** Where in the data folder the engine's socket lies, if the path is short enough. */
export const NEAR_SOCKET = ['run', 'database.sock'] as const;
/** The shortest limit of a socket's path among the systems in use (macOS), in bytes. */
const SOCKET_PATH_LIMIT = 103;

/** What came of opening: a socket that answers, or a folder that belongs to another process. */
export type EngineHouse =
  | { readonly state: 'ready'; readonly path: string; stop(): Promise<void> }
  | { readonly state: 'inUse'; readonly owner: string };

/**
 * Opens the database of a data folder (in `<dataDir>/database`), making it if there is none, and answers
 * PostgreSQL's protocol on a socket that only this account can reach. `onBroken` is called at most once,
 * when the engine fails in a way that a query cannot cause.
 */
export async function openEngineHouse(
  dataDir: string,
  onBroken: (reason: unknown) => void,
): Promise<EngineHouse> {
  const lock = lockFolder(dataDir, LOCK_WAIT_MS);
  if (!lock.taken) return { state: 'inUse', owner: lock.owner };
  const folder = join(dataDir, 'database');
  await makeOnce(folder);
  const engine = await startEngine(folder);
  const wire = await serveWire(engine, { patienceMs: PATIENCE_MS, onBroken });
  const tidy = keepTidy(engine, wire);
  const socket = await listen(wire.server, dataDir);
  return {
    state: 'ready',
    path: socket.path,
    async stop() {
      tidy.stop();
      await wire.close();
      await engine.close();
      await socket.remove();
      lock.release();
    },
  };
}

/** The file system of the engine, with the one call that it lacks: bringing a file's bytes to the disk. */
class DurableFiles extends NodeFS {
  override async init(...[engine, options]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(engine, options);
    type Hook = NonNullable<(typeof emscriptenOpts)['preRun']>[number];
    const addSync: Hook = (mod: { FS: unknown }) => {
      const { filesystems } = mod.FS as {
        filesystems: { NODEFS: { stream_ops: { fsync?: (stream: { nfd: number }) => number } } };
      };
      filesystems.NODEFS.stream_ops.fsync = (stream) => {
        fsyncSync(stream.nfd);
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addSync] } };
  }
}

async function startEngine(folder: string): Promise<PGlite> {
  return PGlite.create({
    fs: new DurableFiles(folder),
    // The package turns fsync off (-F). With it on, and the sync call above behind it, a commit is on the
    // disk before it is acknowledged. wal_sync_method: fdatasync is an empty call in this build.
    startParams: [
      ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
      '-c',
      'wal_sync_method=fsync',
    ],
  });
}

/** Makes the database beside its place and moves it there whole, so that no half-made one is ever found. */
async function makeOnce(folder: string): Promise<void> {
  const there = await readdir(folder).catch(() => null);
  if (there?.includes('PG_VERSION')) return;
  // The engine would begin anew in it, over whatever is left.
  if (there !== null) throw new Error(`${folder} is there, but its PG_VERSION is not`);
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  const engine = await startEngine(draft);
  await engine.close();
  await syncTree(draft);
  await rename(draft, folder);
  await syncOne(dirname(folder));
}

async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else if (entry.isFile()) await syncOne(path);
  }
  await syncOne(folder);
}

async function syncOne(path: string): Promise<void> {
  // Windows opens no folders, and needs no sync of them.
  if (process.platform === 'win32') return;
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function listen(server: Server, dataDir: string): Promise<{ path: string; remove(): Promise<void> }> {
  if (process.platform === 'win32') {
    const path = `\\\\.\\pipe\\beacon-tower-${crypto.randomUUID()}`;
    await listening(server, path);
    return { path, remove: async () => {} };
  }
  const near = join(dataDir, ...NEAR_SOCKET);
  const home = dirname(near);
  if (Buffer.byteLength(near) <= SOCKET_PATH_LIMIT) {
    await mkdir(home, { recursive: true, mode: 0o700 });
    await chmod(home, 0o700);
    await rm(near, { force: true });
    try {
      await listening(server, near);
      return { path: near, remove: () => rm(home, { recursive: true, force: true }) };
    } catch {
      // Some mounted folders hold no sockets; the system's temporary folder does.
    }
  }
  const away = await mkdtemp(join(tmpdir(), 'beacon-'));
  const far = join(away, 'database.sock');
  await listening(server, far);
  return { path: far, remove: () => rm(away, { recursive: true, force: true }) };
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}
