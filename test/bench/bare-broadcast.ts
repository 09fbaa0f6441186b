import { createServer, type ServerResponse } from 'node:http';

/* The yardstick of `override`: node:http and nothing else. Prints its port. */

const streams = new Set<ServerResponse>();
const server = createServer((request, response) => {
  if (request.url === '/api/player/v1/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('event: ping\ndata: {}\n\n');
    streams.add(response);
    response.once('close', () => streams.delete(response));
    return;
  }
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (piece: string) => {
    body += piece;
  });
  request.on('end', () => {
    if (request.url === '/raise') for (const stream of streams) stream.write(body);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"taken":1}');
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address !== 'string') console.log(address.port);
});
process.on('disconnect', () => process.exit());
