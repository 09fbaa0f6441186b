import { serve } from '@hono/node-server';
import { Hono } from 'hono';

/* The yardstick of `poll`: a bare route that answers 304, in a process of its own. Tells its port on stdout. */

const app = new Hono();
app.get('/api/player/v1/manifest', (c) => {
  c.header('ETag', '"yardstick"');
  return c.body(null, 304);
});
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => console.log(port));
process.once('disconnect', () => process.exit(0));
