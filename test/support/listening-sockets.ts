import { readdir, readFile, readlink } from 'node:fs/promises';

/** How /proc writes the state of a TCP socket that waits for others to connect. */
const LISTENING = '0A';

/** Whether sockets can be looked up here: Linux alone tells of them in /proc. */
export const TELLS_SOCKETS: boolean = process.platform === 'linux';

/**
 * The TCP sockets of a process and of all that it started that anybody could connect to, and UDP sockets that are bound
 * without a peer, as lines like `tcp 0100007F:1F90 of 4711`.
 */
export async function listeningSockets(pid: number): Promise<string[]> {
  const found: string[] = [];
  for (const one of await withDescendants(pid)) {
    const inodes = await socketsOf(one);
    for (const kind of ['tcp', 'tcp6', 'udp', 'udp6']) {
      const table = await readFile(`/proc/${one}/net/${kind}`, 'utf8').catch(() => '');
      for (const line of table.split('\n').slice(1)) {
        const [, local = '', peer = '', state, , , , , , inode = ''] = line.trim().split(/\s+/);
        const isOpen = kind.startsWith('tcp') ? state === LISTENING : /:0000$/.test(peer);
        if (isOpen && inodes.has(inode)) found.push(`${kind} ${local} of ${one}`);
      }
    }
  }
  return found;
}

async function socketsOf(pid: number): Promise<Set<string>> {
  const handles = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = await Promise.all(handles.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

async function withDescendants(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const children = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')),
  );
  const below = children.join(' ').trim().split(/\s+/).filter(Boolean).map(Number);
  return [pid, ...(await Promise.all(below.map(withDescendants))).flat()];
}
