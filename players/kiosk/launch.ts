import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { claimFolder } from '../node/same-box-files.ts';
import { chromiumFlags, isSecureAddress, type KioskLaunch } from './chromium-flags.ts';

const USAGE = `npm run kiosk -- <server> [options] [-- more flags for Chromium]

  <server>           for example https://beacon.example.cn or http://localhost:8080
  --rotate <deg>     90, 180 or 270: the screen hangs on its side
  --fit cover        fill the screen and crop, instead of showing the whole picture
  --kind <kind>      screen (default), tv or loudspeaker; told to the server at pairing
  --volume <0-100>   loudest volume
  --player <name>    own storage under this name, for several players on one machine
  --profile <dir>    folder for pairing, plays and files
  --chromium <path>  the browser, if it is not found by itself
  --trust-http       allow a plain http server on a closed network
  --windowed         a window instead of the whole screen
  --print            only print the command
`;
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const PAGE_OPTIONS = ['rotate', 'fit', 'kind', 'volume', 'player'] as const;
/** Where Chromium keeps pairing, numbers, plays and files of a page: a copied disk must not bring them along. */
const WHOLE_PROFILE = ['Default', 'Local State'];
/** Pause before a browser that crashed is started again. */
const RESTART_MS = 3_000;

function readCommand() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        rotate: { type: 'string' },
        fit: { type: 'string' },
        kind: { type: 'string' },
        volume: { type: 'string' },
        player: { type: 'string' },
        profile: { type: 'string' },
        chromium: { type: 'string' },
        'trust-http': { type: 'boolean', default: false },
        windowed: { type: 'boolean', default: false },
        print: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    return fail(`${cause instanceof Error ? cause.message : cause}\n\n${USAGE}`);
  }
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

function findChromium(asked: string | undefined): string {
  const places = asked
    ? [resolve(asked)]
    : NAMES.flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)));
  const found = places.find(isProgram);
  if (found) return found;
  return fail(
    asked
      ? `There is no program at ${asked}.`
      : 'No Chromium found. On Debian: sudo apt install chromium. Or name it: --chromium /path/to/chromium',
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function main(): Promise<void> {
  const { values, positionals } = readCommand();
  const [address, ...more] = positionals;
  if (values.help) {
    console.log(USAGE);
    return;
  }
  if (address === undefined || !URL.canParse(address) || !/^https?:/.test(address)) fail(USAGE);
  const server = new URL(address);
  if (!isSecureAddress(server) && !values['trust-http']) {
    fail(
      `${server.origin} is neither https nor this machine: the browser would refuse to store or check anything.\n` +
        'Use https, or on a closed network add --trust-http.',
    );
  }
  const page: Record<string, string> = {};
  for (const name of PAGE_OPTIONS) if (values[name] !== undefined) page[name] = values[name];
  const data = process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share');
  const profile = resolve(values.profile ?? join(data, 'beacon-tower', `kiosk-${values.player ?? 'main'}`));
  const launch: KioskLaunch = {
    server,
    profile,
    page,
    trustHttp: values['trust-http'],
    windowed: values.windowed,
  };
  const flags = [...more, ...chromiumFlags(launch)];
  const program = findChromium(values.chromium);
  if (values.print) {
    console.log([program, ...flags].join(' '));
    return;
  }
  if (process.getuid?.() === 0 && !more.includes('--no-sandbox')) {
    fail('Chromium does not run as root, and a kiosk should not: use an account of its own.');
  }
  const found = await claimFolder(profile, WHOLE_PROFILE);
  if (found === 'copied') console.error('This disk was copied from another box: the player is paired anew.');
  keepRunning(program, flags);
}

/** Starts the browser, and again whenever it crashes; ends with it when it was closed or when told to. */
function keepRunning(program: string, flags: readonly string[]): void {
  let child: ChildProcess | null = null;
  let ending = false;
  const start = () => {
    child = spawn(program, flags, { stdio: 'inherit' });
    child.on('error', (cause) => fail(`Chromium did not start: ${cause.message}`));
    child.on('exit', (code, signal) => {
      if (ending || code === 0) process.exit(0);
      console.error(`Chromium ended (${signal ?? code}); starting it again`);
      setTimeout(start, RESTART_MS);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      ending = true;
      if (!child?.kill(signal)) process.exit(0);
    });
  }
  start();
}

await main();
