import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** Asks a running mpv for one of its properties through a connection of our own to its JSON IPC. */
export async function mpvProperty(socketPath: string, name: string): Promise<unknown> {
  const socket = connect(socketPath);
  await once(socket, 'connect');
  socket.write(`${JSON.stringify({ command: ['get_property', name], request_id: 1 })}\n`);
  try {
    for await (const line of createInterface({ input: socket })) {
      const message = JSON.parse(line) as { request_id?: number; data?: unknown };
      if (message.request_id === 1) return message.data;
    }
    throw new Error('mpv hung up');
  } finally {
    socket.destroy();
  }
}
