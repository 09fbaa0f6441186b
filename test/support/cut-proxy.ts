import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A line on 127.0.0.1 to a server elsewhere, that can be cut. */
export interface CutProxy {
  readonly port: number;
  /** Tears every connection and lets nobody in. */
  cut(): Promise<void>;
  /** Takes connections, and passes nothing on any more in either direction, until it is mended. */
  hang(): void;
  /** Lets everybody in again, at the same port; those that hung go on. */
  mend(): Promise<void>;
  close(): Promise<void>;
}

/** Lays the line. */
export async function cutProxy(host: string, port: number): Promise<CutProxy> {
  const open = new Set<Socket>();
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.on('error', () => {}).once('close', () => open.delete(socket));
  };
  let isHung = false;
  const lines = new Set<readonly [Socket, Socket]>();
  const hold = (near: Socket, far: Socket): void => {
    near.unpipe(far).pause();
    far.unpipe(near).pause();
  };
  const server = createServer((near) => {
    const far = connect(port, host);
    const line = [near, far] as const;
    keep(near);
    keep(far);
    lines.add(line);
    if (!isHung) near.pipe(far).pipe(near);
    near.once('close', () => {
      lines.delete(line);
      far.destroy();
    });
    far.once('close', () => near.destroy());
  });
  const listen = async (at: number): Promise<number> => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  };
  const cut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
  };
  const own = await listen(0);
  return {
    port: own,
    cut,
    hang() {
      isHung = true;
      for (const [near, far] of lines) hold(near, far);
    },
    async mend() {
      if (isHung) for (const [near, far] of lines) near.pipe(far).pipe(near);
      isHung = false;
      if (!server.listening) await listen(own);
    },
    close: cut,
  };
}
