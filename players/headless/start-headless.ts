import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EndpointKind } from '../../src/contract/media-type.ts';
import { httpLink } from '../core/http-link.ts';
import { FIELD_DEFAULTS, type PlayerConfig } from '../core/player-config.ts';
import type { LoudStage, Powers, Stage } from '../core/ports.ts';
import { type RunningPlayer, runPlayer } from '../core/run-player.ts';
import { systemClock } from '../core/system-clock.ts';
import { timedStage } from '../core/timed-stage.ts';
import { leanFetch } from '../node/lean-fetch.ts';
import { claimFolder, marksOfBox } from '../node/same-box-files.ts';
import { verifyOnNode } from '../node/verify-on-node.ts';
import { writeWhole } from '../node/whole-files.ts';
import { mediaFiles } from './media-files.ts';
import { memoryFiles } from './memory-files.ts';
import { mpvStage } from './mpv-files.ts';
import { outboxFile } from './outbox-files.ts';
import { speechFiles } from './speech-files.ts';

/**
 * What the sound comes out of: mpv, with its own choice of a device unless `ao` names one; or `null`, nothing, chosen
 * on purpose: a simulation, whose plays are timed and told as completed under a name that says so.
 */
export type Sink = 'null' | { readonly mpv: string; readonly ao?: string | undefined };

/** How a headless player is started. */
export interface HeadlessOptions {
  readonly server: string;
  /** The folder that holds everything the player keeps. */
  readonly dataDir: string;
  readonly enrolmentToken: string | null;
  readonly kind: EndpointKind;
  /** What the sound comes out of. */
  readonly sink: Sink;
  /** Ends this player and starts another, at a command from afar; absent: not offered. */
  readonly restart?: () => Promise<void>;
  /** A program that boots the box anew; absent: not offered. */
  readonly rebootProgram?: string | undefined;
  /** Loudness to play at, in LUFS. */
  readonly targetLufs?: number;
  /** Overrides of the player's pauses, for tests. */
  readonly config?: Partial<Pick<PlayerConfig, 'pollMs' | 'healthMs' | 'reportMs'>>;
  /** What tells this box from a copy of it; read from its network cards unless given. */
  readonly marks?: readonly string[];
  readonly log: (line: string) => void;
}

/** What a copied disk must not bring along. */
const OF_ONE_BOX = ['state', 'outbox.jsonl', 'hardware-id'];

/** Starts a player for loudspeakers. It runs until stopped, whatever the network does. */
export async function startHeadless(options: HeadlessOptions): Promise<RunningPlayer> {
  const { dataDir, log } = options;
  if ((await claimFolder(dataDir, OF_ONE_BOX, options.marks ?? marksOfBox())) === 'copied')
    log('this disk was copied from another box: it is paired anew');
  const clock = systemClock(globalThis);
  const speech = await speechFiles(join(dataDir, 'speech'));
  const media = mediaFiles(join(dataDir, 'media'));
  const memory = memoryFiles(join(dataDir, 'state'));
  const outbox = outboxFile(join(dataDir, 'outbox.jsonl'));
  const { sink } = options;
  if (sink === 'null')
    log('SIMULATION: no sound comes out of this player, and its plays are told as completed');
  const stage =
    sink === 'null'
      ? timedStage(clock)
      : mpvStage({
          program: sink.mpv,
          ao: sink.ao,
          // A UNIX socket's path must be short, and the data folder's may be long.
          socketPath: join(tmpdir(), `beacon-mpv-${process.pid}-${randomUUID().slice(0, 8)}`),
          clock,
          pathOf: media.pathOf,
          targetLufs: options.targetLufs ?? -16,
          speech,
        });
  const config: PlayerConfig = {
    ...FIELD_DEFAULTS,
    ...options.config,
    player: { name: isSilent(sink) ? 'beacon-headless-null' : 'beacon-headless', version: '0.1.0' },
    hardwareId: await hardwareId(dataDir),
    kind: options.kind,
    capabilities: { video: false, image: false, audio: true, speech: speech !== null },
    enrolmentToken: options.enrolmentToken,
  };
  const player = await runPlayer(config, {
    clock,
    link: httpLink({ server: options.server, fetch: leanFetch(), clock }),
    stage,
    media,
    outbox,
    memory,
    verify: verifyOnNode,
    powers: powersOf(options, stage),
    log,
  });
  return {
    state: player.state,
    async stop(flushMs) {
      await player.stop(flushMs);
      await memory.settled();
      await outbox.close();
    },
  };
}

/** A box that plays nothing has no volume to set. */
function powersOf({ restart, rebootProgram }: HeadlessOptions, stage: Stage | LoudStage): Powers {
  return {
    ...('setVolume' in stage && { volume: stage.setVolume }),
    ...(restart && { restart }),
    ...(rebootProgram !== undefined && {
      reboot: async () => void (await promisify(execFile)(rebootProgram)),
    }),
  };
}

function isSilent(sink: Sink): boolean {
  return sink === 'null' || sink.ao === 'null';
}

/** The box's name and a chance part, kept: boxes made from one disk image before their first start differ. */
async function hardwareId(dataDir: string): Promise<string> {
  const path = join(dataDir, 'hardware-id');
  try {
    const kept = (await readFile(path, 'utf8')).trim();
    if (kept !== '') return kept.slice(0, 128);
  } catch {
    // First start.
  }
  const made = `${hostname().slice(0, 60)}-${randomUUID()}`;
  await writeWhole(path, made);
  return made;
}
