import { parseArgs } from 'node:util';
import { SECOND_MS } from '../../src/base/units.ts';
import { endpointKindSchema } from '../../src/contract/media-type.ts';
import type { RunningPlayer } from '../core/run-player.ts';
import { startHeadless } from './start-headless.ts';

const USAGE = `node players/headless/main.ts --server URL --data DIR [--enrolment TOKEN] [--kind loudspeaker]
  [--sink mpv] [--mpv PROGRAM] [--ao OUTPUT] [--loudness -16] [--reboot PROGRAM]
Without --enrolment the pairing code is written to the log. --sink null is for simulations: nothing sounds, and
plays are told as completed all the same. With mpv, a play that nothing came out of is told as failed.
With --reboot, staff may have the box itself boot anew by that program; without, only this player.`;

const { values } = parseArgs({
  options: {
    server: { type: 'string' },
    data: { type: 'string' },
    enrolment: { type: 'string' },
    kind: { type: 'string', default: 'loudspeaker' },
    mpv: { type: 'string', default: 'mpv' },
    sink: { type: 'string', default: process.env.BEACON_SINK ?? 'mpv' },
    ao: { type: 'string' },
    reboot: { type: 'string' },
    loudness: { type: 'string', default: '-16' },
  },
});

const kind = endpointKindSchema.safeParse(values.kind);
const isKnownSink = values.sink === 'mpv' || values.sink === 'null';
if (values.server === undefined || values.data === undefined || !kind.success || !isKnownSink) {
  console.error(USAGE);
  process.exit(2);
}

const { server, data } = values;
const ofKind = kind.data;

function start(): Promise<RunningPlayer> {
  return startHeadless({
    server,
    dataDir: data,
    enrolmentToken: values.enrolment ?? null,
    kind: ofKind,
    sink: values.sink === 'null' ? 'null' : { mpv: values.mpv, ao: values.ao },
    targetLufs: Number(values.loudness),
    rebootProgram: values.reboot,
    async restart() {
      await player.stop(3 * SECOND_MS);
      player = await start();
    },
    log: (line) => console.log(`${new Date().toISOString()} ${line}`),
  });
}

let player = await start();

async function end(): Promise<void> {
  await player.stop(3 * SECOND_MS);
  process.exit(0);
}
process.once('SIGINT', end);
process.once('SIGTERM', end);
