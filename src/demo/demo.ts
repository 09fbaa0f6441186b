import { startFleet } from '../../players/fleet/start-fleet.ts';
import { Refusal, wordsOf } from '../base/refusal.ts';
import { languageOfTerminal } from '../base/sentence.ts';
import { SECOND_MS } from '../base/units.ts';
import { readConfig } from '../config.ts';
import { runServer, stopOnSignal } from '../run-server.ts';
import { seedDemo } from './seed-flow.ts';

/* `npm run demo`: the main job on sample material, with 138 simulated players that speak the real protocol. */

/** Where the line cannot be written over, a new one comes every so many seconds. */
const LINE_TICKS = 10;

try {
  await demo();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(wordsOf(error, languageOfTerminal(process.env)));
  process.exitCode = 1;
}

async function demo(): Promise<void> {
  const config = readConfig({ DATA_DIR: 'data/demo', LOG_LEVEL: 'warn', ...process.env });
  const startedAt = Date.now();
  const seconds = () => ((Date.now() - startedAt) / SECOND_MS).toFixed(1);
  console.log(`Beacon Tower 烽火台 demo. Data: ${config.dataDir}. Ctrl-C ends it cleanly.`);
  const running = await runServer(config);
  const { server } = running;
  try {
    await server.people.ensureAdministrator();
    const seeded = await seedDemo(server, Date.now(), (line) => console.log(line));
    await server.board.refresh();

    const guest = await server.people.renewPassword('system', 'admin', 'lasts');
    const ids = seeded.endpoints.map((endpoint) => endpoint.id);
    const enrolments = await server.players.offerEnrolments(ids, 'system');
    const kinds = new Map(seeded.endpoints.map((endpoint) => [endpoint.id, endpoint.kind]));
    const fleet = await startFleet({
      server: running.url,
      enrolments: enrolments.map(({ token, endpointId }) => ({
        token,
        hardwareId: `simulated-${endpointId}`,
        kind: kinds.get(endpointId) === 'loudspeaker' ? 'loudspeaker' : 'tv',
      })),
      rampMs: 3 * SECOND_MS,
      // Players in the field report within fifteen seconds; here the counts should be seen to move.
      config: { reportMs: SECOND_MS / 2 },
    });
    const screen = seeded.endpoints.find((endpoint) => endpoint.kind === 'tv') ?? seeded.endpoints[0];
    const [seat] = screen ? await server.players.offerEnrolments([screen.id], 'system') : [];
    console.log(`
  player page   ${running.url}/player/?player=demo-${startedAt.toString(36)}&kind=tv#enrol=${seat?.token ?? ''}
                a real screen in your browser; takes the place of ${screen?.code} ${screen?.name}
  console       ${running.url}/console/
  status page   ${running.url}/status
  sign-in       ${guest.username} / ${guest.password}   (made for this run)
  for programs  ${running.url}/openapi.json   for people ${running.url}/docs
`);
    let first: string | null = null;
    let ticks = 0;
    const timer = setInterval(() => {
      void server.reports.totals().then(({ playsPromised, playsCounted }) => {
        if (first === null && playsCounted > 0 && seeded.isNew) {
          first = seconds();
          console.log(`  first play counted ${first} s after the start`);
        }
        ticks += 1;
        const { online, playing, playsWaiting } = fleet.counts();
        const line = `  ${online} of ${ids.length} players online, ${playing} playing · promised ${playsPromised} · counted ${playsCounted} · waiting ${playsWaiting}`;
        if (process.stdout.isTTY) process.stdout.write(`\r${line}   `);
        else if (ticks % LINE_TICKS === 0) process.stdout.write(`${line}\n`);
      });
    }, SECOND_MS);
    stopOnSignal(async () => {
      clearInterval(timer);
      console.log('\nStopping: players report what is left…');
      const truth = await fleet.stop();
      await running.stop();
      console.log(
        `Stopped. ${truth.playsConfirmed} plays of this run confirmed, ${truth.playsWaiting} not. Data stays in ${config.dataDir}.`,
      );
    });
  } catch (error) {
    await running.stop();
    throw error;
  }
}
