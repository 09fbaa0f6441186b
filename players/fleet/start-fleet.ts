import { randomUUID } from 'node:crypto';
import type { EpochMs, Ms } from '../../src/base/units.ts';
import { SECOND_MS } from '../../src/base/units.ts';
import type { EndpointKind } from '../../src/contract/media-type.ts';
import type { ManifestShelf } from '../core/accept-manifest.ts';
import { briefMemory, briefOutbox } from '../core/brief-storage.ts';
import { httpLink } from '../core/http-link.ts';
import type { Playback } from '../core/playback.ts';
import { FIELD_DEFAULTS, type PlayerConfig } from '../core/player-config.ts';
import type { Link } from '../core/ports.ts';
import { type RunningPlayer, runPlayer } from '../core/run-player.ts';
import { systemClock } from '../core/system-clock.ts';
import { timedStage } from '../core/timed-stage.ts';
import { leanFetch } from '../node/lean-fetch.ts';
import { verifyOnNode } from '../node/verify-on-node.ts';
import { type FaultCounts, type Faults, faultyLink, NO_FAULTS } from './faults.ts';
import { seededRandom } from './seeded-random.ts';
import { sharedMedia } from './shared-media.ts';
import { truthFile } from './truth-files.ts';

/** How a fleet is started. */
export interface FleetOptions {
  /** The server's address. */
  readonly server: string;
  /** One simulated player for each; the token is single-use and made by staff. */
  readonly enrolments: readonly {
    readonly token: string;
    readonly kind?: EndpointKind;
    readonly hardwareId?: string;
  }[];
  readonly faults?: Faults;
  /** Equal seeds, equal faults. */
  readonly seed?: number;
  /** Keep the event streams open; true unless told otherwise. */
  readonly stream?: boolean;
  /** Players start evenly over this time. */
  readonly rampMs?: Ms;
  /** Overrides of the players' pauses, for tests and demos. */
  readonly config?: Partial<Pick<PlayerConfig, 'pollMs' | 'healthMs' | 'reportMs' | 'reportBatch'>>;
  /** Where to write the truth, as JSON lines; nowhere unless given. */
  readonly truthPath?: string;
  /** Runs the players' clocks so many times faster than real; a server on a real clock will refuse plays from the future. */
  readonly speed?: number;
  readonly log?: (line: string) => void;
  /** Stands between each player and its link, for measurements. */
  readonly link?: (link: Link, index: number) => Link;
}

/** How the fleet stands. */
interface FleetCounts {
  readonly players: number;
  readonly paired: number;
  /** Had an answer from the server in the last 90 seconds. */
  readonly online: number;
  readonly playing: number;
  /** Showings that ended, by the players' own stages. */
  readonly playsShown: number;
  /** Plays written and not yet confirmed by the server. */
  readonly playsWaiting: number;
  /** Plays that the server confirmed. */
  readonly playsConfirmed: number;
  readonly mediaFiles: number;
  readonly mediaBytes: number;
  readonly faults: Readonly<FaultCounts>;
}

/** What the fleet played in the end, to compare with what the server counted. */
interface Truth extends FleetCounts {
  /** Milliseconds shown, summed. */
  readonly airtimeMs: Ms;
  readonly perPlayer: readonly {
    readonly hardwareId: string;
    readonly endpointId: number | null;
    readonly epoch: string;
    readonly shown: number;
    /** The highest sequence number used; the server should hold 1 to this, once each. */
    readonly lastSeq: number;
    readonly waiting: number;
  }[];
}

/** A fleet at work. */
export interface Fleet {
  counts(): FleetCounts;
  /** Stops every player, lets each report what is left for at most `flushMs`, and tells the truth. */
  stop(flushMs?: Ms): Promise<Truth>;
}

interface Member {
  readonly hardwareId: string;
  readonly epoch: string;
  player: RunningPlayer | null;
  shown: number;
}

/** Starts simulated players that speak the real protocol over HTTP, all in this process. */
export function startFleet(options: FleetOptions): Fleet {
  const {
    faults = NO_FAULTS,
    seed = 1,
    stream = true,
    log = () => {},
    link: watched = (link) => link,
  } = options;
  const clock = systemClock(globalThis, options.speed ?? 1);
  const plain = httpLink({ server: options.server, fetch: leanFetch(), clock });
  const media = sharedMedia();
  const shelf: ManifestShelf = { loops: new Map(), media: new Map() };
  const file = options.truthPath === undefined ? null : truthFile(options.truthPath);
  const faultCounts: FaultCounts = { dropped: 0, delayed: 0, duplicated: 0, reordered: 0 };
  const cancels: (() => void)[] = [];
  const starting: Promise<void>[] = [];
  let airtimeMs = 0;
  let stopped = false;

  const members = options.enrolments.map((enrolment, index): Member => {
    const hardwareId = enrolment.hardwareId ?? `fleet-${seed}-${index + 1}`;
    const member: Member = { hardwareId, epoch: `fleet-${randomUUID()}`, player: null, shown: 0 };
    const delayMs = ((options.rampMs ?? 2 * SECOND_MS) * index) / Math.max(1, options.enrolments.length);
    const start = () => {
      starting.push(startOne(member, index, enrolment.token, enrolment.kind ?? 'screen'));
    };
    cancels.push(clock.alarm(clock.monoMs() + delayMs, start));
    return member;
  });

  async function startOne(member: Member, index: number, token: string, kind: EndpointKind): Promise<void> {
    const isSpeaker = kind === 'loudspeaker';
    const config: PlayerConfig = {
      ...FIELD_DEFAULTS,
      ...options.config,
      player: { name: 'beacon-fleet', version: '0.1.0' },
      hardwareId: member.hardwareId,
      kind,
      capabilities: isSpeaker
        ? { video: false, image: false, audio: true }
        : { video: true, image: true, audio: true, width: 1_920, height: 1_080 },
      enrolmentToken: token,
      stream,
      shelf,
    };
    const random = seededRandom(seed * 1_000_003 + index);
    const witness = (playback: Playback, startedWallMs: EpochMs, shownMs: Ms) => {
      member.shown += 1;
      airtimeMs += shownMs;
      file?.write({
        hardwareId: member.hardwareId,
        endpointId: member.player?.state().identity?.endpointId ?? 0,
        sha256: playback.media.sha256,
        assetId: playback.assetId,
        bookingId: playback.origin.kind === 'override' ? null : playback.origin.bookingId,
        overrideId: playback.origin.kind === 'override' ? playback.origin.overrideId : null,
        startedAt: new Date(startedWallMs).toISOString(),
        shownMs: Math.round(shownMs),
      });
    };
    member.player = await runPlayer(config, {
      clock,
      link: watched(faultyLink(plain, faults, random, clock, faultCounts), index),
      stage: timedStage(clock, witness),
      media,
      outbox: briefOutbox(member.epoch),
      memory: briefMemory(false),
      verify: verifyOnNode,
      log: (line) => log(`${member.hardwareId}: ${line}`),
    });
    if (stopped) await member.player.stop();
  }

  function counts(): FleetCounts {
    const states = members.flatMap((member) => (member.player ? [member.player.state()] : []));
    const now = clock.monoMs();
    const waiting = states.reduce((sum, state) => sum + state.outbox.pending.length, 0);
    const written = states.reduce((sum, state) => sum + state.outbox.lastSeq - openPlays(state.live), 0);
    const { files, bytes } = media.totals();
    return {
      players: members.length,
      paired: states.filter((state) => state.phase === 'paired').length,
      online: states.filter(
        (state) => now - contactMono(state.lastContactMs, state.time.offsetMs) < 90 * SECOND_MS,
      ).length,
      playing: states.filter((state) => state.stage.kind === 'play').length,
      playsShown: members.reduce((sum, member) => sum + member.shown, 0),
      playsWaiting: waiting,
      playsConfirmed: written - waiting,
      mediaFiles: files,
      mediaBytes: bytes,
      faults: { ...faultCounts },
    };
  }

  async function stop(flushMs: Ms): Promise<Truth> {
    stopped = true;
    for (const cancel of cancels) cancel();
    await Promise.all(starting);
    await Promise.all(members.map((member) => member.player?.stop(flushMs)));
    await file?.close();
    const perPlayer = members.map((member) => {
      const state = member.player?.state();
      return {
        hardwareId: member.hardwareId,
        endpointId: state?.identity?.endpointId ?? null,
        epoch: member.epoch,
        shown: member.shown,
        lastSeq: state?.outbox.lastSeq ?? 0,
        waiting: state?.outbox.pending.length ?? 0,
      };
    });
    return { ...counts(), airtimeMs, perPlayer };
  }

  let stopping: Promise<Truth> | null = null;
  return {
    counts,
    stop(flushMs = 10 * SECOND_MS) {
      stopping ??= stop(flushMs);
      return stopping;
    },
  };
}

/** Numbers taken by plays that are still on. */
function openPlays(live: readonly { readonly begun: unknown }[]): number {
  return live.filter((one) => one.begun !== null).length;
}

function contactMono(lastContactMs: EpochMs | null, offsetMs: Ms): Ms {
  return lastContactMs === null ? Number.NEGATIVE_INFINITY : lastContactMs - offsetMs;
}
