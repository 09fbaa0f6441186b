import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A line on 127.0.0.1 to a server elsewhere, that can be cut. */
export interface CutProxy {
  readonly port: number;
  /** Tears every connection and lets nobody in. */
  cut(): Promise<void>;
  /** Lets everybody in again, at the same port. */
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
  const server = createServer((near) => {
    const far = connect(port, host);
    keep(near);
    keep(far);
    near.pipe(far).pipe(near);
    near.once('close', () => far.destroy());
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
  return { port: own, cut, mend: async () => void (await listen(own)), close: cut };
}
