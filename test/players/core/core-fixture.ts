import type { Effect } from '../../../players/core/effect.ts';
import { FIELD_DEFAULTS, type PlayerConfig } from '../../../players/core/player-config.ts';
import type { Happening, OutboxContents, SavedTexts } from '../../../players/core/player-event.ts';
import { type PlayerState, unborn } from '../../../players/core/player-state.ts';
import { step } from '../../../players/core/step.ts';
import type { Manifest } from '../../../src/contract/manifest.ts';
import type { Override } from '../../../src/contract/override.ts';

/** 08:00 in Shanghai on a Friday. */
export const EIGHT = Date.parse('2027-02-05T08:00:00+08:00');

export const TEST_CONFIG: PlayerConfig = {
  ...FIELD_DEFAULTS,
  player: { name: 'test', version: '1' },
  hardwareId: 'box-1',
  kind: 'screen',
  capabilities: { video: true, image: true, audio: true },
};

export const EMPTY_OUTBOX: OutboxContents = { epoch: 'epoch-of-test', lastSeq: 0, plays: [], open: [] };

export function hash(n: number): string {
  return n.toString(16).padStart(64, '0');
}

export function filmOf(n: number, durationMs = 10_000, type = 'video/mp4') {
  return { sha256: hash(n), url: `/api/player/v1/media/${hash(n)}`, bytes: 100, type, durationMs };
}

/** Films 1 to 3, ten seconds each, over and over from 08:00 to 10:00; closed at other times; valid for a day. */
export function manifestOf(change: Partial<Manifest> = {}): Manifest {
  const spots = Array.from({ length: 360 }, (_, index) => ({
    atMs: index * 10_000,
    durationMs: 10_000,
    media: hash(1 + (index % 3)),
    assetId: 1 + (index % 3),
    bookingId: 100 + (index % 3),
  }));
  return {
    version: 1,
    endpoint: { id: 7, name: 'East gate', kind: 'screen', timeZone: 'Asia/Shanghai' },
    revision: 'revision-a',
    issuedAt: new Date(EIGHT - 3_600_000).toISOString(),
    validUntil: new Date(EIGHT + 24 * 3_600_000).toISOString(),
    serial: 5,
    media: [filmOf(1), filmOf(2), filmOf(3), filmOf(9, 4_000)],
    loops: [{ id: 'loop-full', lengthMs: 3_600_000, spots }],
    programme: [0, 1].map((hour) => ({
      from: new Date(EIGHT + hour * 3_600_000).toISOString(),
      to: new Date(EIGHT + (hour + 1) * 3_600_000).toISOString(),
      loop: 'loop-full',
    })),
    overrides: [{ assetId: 90, media: hash(9) }],
    ...change,
  };
}

export function overrideOf(change: Partial<Override> = {}): Override {
  return {
    version: 1,
    overrideId: 40,
    serial: 1,
    action: 'raise',
    severity: 'severe',
    endpoints: [7],
    from: new Date(EIGHT).toISOString(),
    until: new Date(EIGHT + 60_000).toISOString(),
    drill: false,
    show: { kind: 'media', assetId: 90, media: [hash(9)] },
    ...change,
  };
}

export const IDENTITY = {
  token: 'a-token-of-some-length-here',
  endpointId: 7,
  serverKeys: [{ kty: 'OKP', crv: 'Ed25519', x: 'x'.repeat(43), kid: 'key-1' }],
  highestSerial: 0,
};

/** A core under test, whose clock stands until told. Monotonic 0 is `bootWallMs`. */
export class Bench {
  state: PlayerState;
  monoMs = 0;
  random = 0.5;
  readonly effects: Effect[] = [];
  readonly bootWallMs: number;

  constructor(bootWallMs: number, config: Partial<PlayerConfig> = {}) {
    this.bootWallMs = bootWallMs;
    this.state = unborn({ ...TEST_CONFIG, ...config });
  }

  /** Feeds one event and returns what it caused. */
  feed(happening: Happening): readonly Effect[] {
    const at = { wallMs: this.bootWallMs + this.monoMs, monoMs: this.monoMs, random: this.random };
    const [state, effects] = step(this.state, { ...happening, at });
    this.state = state;
    this.effects.push(...effects);
    return effects;
  }

  /** Moves the clock and rings the alarm. */
  tickAt(wallMs: number): readonly Effect[] {
    this.monoMs = wallMs - this.bootWallMs;
    return this.feed({ type: 'tick' });
  }

  boot(saved: SavedTexts = {}, outbox = EMPTY_OUTBOX): readonly Effect[] {
    return this.feed({ type: 'boot', saved, outbox });
  }

  /** Boots paired, with a first contact, a manifest and these files ready. */
  bootPlaying(manifest = manifestOf(), ready = [1, 2, 3, 9]): readonly Effect[] {
    this.boot({ identity: JSON.stringify(IDENTITY) });
    this.contact();
    this.feed(manifestEvent(manifest));
    const before = this.effects.length;
    for (const file of manifest.media) {
      const isReady = ready.includes(Number.parseInt(file.sha256, 16));
      this.feed({ type: isReady ? 'media.ready' : 'media.absent', sha256: file.sha256 });
    }
    return this.effects.slice(before);
  }

  /** A round trip that took no time and found the clock right, or off by `errorMs`. */
  contact(errorMs = 0): readonly Effect[] {
    const serverMs = this.bootWallMs + this.monoMs + errorMs;
    const trip = { sentMonoMs: this.monoMs, receivedMonoMs: this.monoMs, serverMs, grainMs: 1 };
    return this.feed({ type: 'clock.sample', trip });
  }

  /** The playback that the core asked for last. */
  asked() {
    const plays = this.effects.filter((effect) => effect.type === 'stage.play');
    const last = plays.at(-1);
    if (!last) throw new Error('nothing was asked of the stage');
    return last.playback;
  }
}

export function manifestEvent(manifest: Manifest, fromStorage = false): Happening {
  return {
    type: 'manifest.verified',
    text: JSON.stringify(manifest),
    jws: 'jws',
    etag: manifest.revision,
    fromStorage,
  };
}

export function only<T extends Effect['type']>(
  effects: readonly Effect[],
  type: T,
): Extract<Effect, { type: T }>[] {
  return effects.filter((effect): effect is Extract<Effect, { type: T }> => effect.type === type);
}
