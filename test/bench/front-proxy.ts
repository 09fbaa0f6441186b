import { connect, createServer, type Socket } from 'node:net';

/*
 * What stands before several servers, as little of it as a benchmark needs: connections go to the servers in turn, past
 * those that refuse. Started with their ports, in a process of its own; prints its own port.
 */
const ports = process.argv.slice(2).map(Number);
let next = 0;

/** A connection to one of the servers, or null when all refuse. */
async function reach(): Promise<Socket | null> {
  const first = next;
  next += 1;
  for (let tries = 0; tries < ports.length; tries += 1) {
    const far = connect(ports[(first + tries) % ports.length] ?? 0, '127.0.0.1');
    const isThere = await new Promise<boolean>((resolve) => {
      far.once('connect', () => resolve(true));
      far.once('error', () => resolve(false));
    });
    if (isThere) return far;
  }
  return null;
}

const front = createServer({ pauseOnConnect: true }, (near) => {
  near.on('error', () => {});
  void reach().then((far) => {
    if (far === null) return near.destroy();
    far.on('error', () => {}).once('close', () => near.destroy());
    near.once('close', () => far.destroy());
    near.pipe(far).pipe(near);
    return near.resume();
  });
});
front.listen(0, '127.0.0.1', () => {
  const address = front.address();
  if (address && typeof address !== 'string') console.log(address.port);
});
process.on('disconnect', () => process.exit());
