import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { MINUTE_MS, SECOND_MS } from '../../src/base/units.ts';
import { parseFaults } from './faults.ts';
import { startFleet } from './start-fleet.ts';

const USAGE = `node players/fleet/main.ts --server URL --tokens FILE [--players 138] [--minutes 10]
  [--faults drop=0.1,delay=0.1,delayMs=2000,duplicate=0.05,reorder=0.05] [--seed 1] [--truth FILE]
  [--no-stream] [--speed 1]
FILE holds one enrolment token a line (of a CSV: its first column), made by staff for the endpoints.`;

const { values } = parseArgs({
  options: {
    server: { type: 'string' },
    tokens: { type: 'string' },
    players: { type: 'string', default: '138' },
    minutes: { type: 'string', default: '10' },
    faults: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    truth: { type: 'string' },
    'no-stream': { type: 'boolean', default: false },
    speed: { type: 'string', default: '1' },
  },
});

if (values.server === undefined || values.tokens === undefined) {
  console.error(USAGE);
  process.exit(2);
}

const tokens = readFileSync(values.tokens, 'utf8')
  .split(/\r?\n/)
  .map((line) => (line.split(',')[0] ?? '').trim().replaceAll('"', ''))
  .filter((token) => token.length >= 20)
  .slice(0, Number(values.players));

const fleet = startFleet({
  server: values.server,
  enrolments: tokens.map((token) => ({ token })),
  faults: parseFaults(values.faults),
  seed: Number(values.seed),
  stream: !values['no-stream'],
  speed: Number(values.speed),
  rampMs: Math.max(2 * SECOND_MS, tokens.length * 15),
  ...(values.truth === undefined ? {} : { truthPath: values.truth }),
  log: console.error,
});

const line = setInterval(() => console.log(JSON.stringify(fleet.counts())), 5 * SECOND_MS);
async function end(): Promise<void> {
  clearInterval(line);
  const { perPlayer, ...truth } = await fleet.stop();
  console.log(JSON.stringify({ ...truth, highestSeq: perPlayer.reduce((sum, one) => sum + one.lastSeq, 0) }));
  process.exit(0);
}
setTimeout(end, Number(values.minutes) * MINUTE_MS);
process.once('SIGINT', end);
process.once('SIGTERM', end);
