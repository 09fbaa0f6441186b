import type { EpochMs, Ms } from '../../src/base/units.ts';
import { SECOND_MS } from '../../src/base/units.ts';
import type { PlayerState } from '../core/player-state.ts';

/** What the page knows beside the core. */
export interface PageFacts {
  readonly wallMs: EpochMs;
  readonly monoMs: Ms;
  readonly storage: { readonly usedBytes: number; readonly quotaBytes: number } | null;
  readonly persisted: boolean;
  readonly awake: boolean;
  readonly offlineReady: boolean;
  readonly box: string;
}

/** One line of the panel: label, value, and whether it deserves a look. */
export type Fact = readonly [label: string, value: string, isBad: boolean];

/** The player's own state as lines for the person who stands before the screen. */
export function panelFacts(state: PlayerState, page: PageFacts): Fact[] {
  const { time, programme, identity, outbox, stage, lastContactMs, streamOpenedMonoMs } = state;
  const nowMs = page.monoMs + time.offsetMs;
  const offsetMs = Math.round(nowMs - page.wallMs);
  const sinceContact = lastContactMs === null ? null : Math.max(0, nowMs - lastContactMs);
  const expired = programme !== null && programme.validUntilMs <= nowMs;
  const troubles = state.latestTroubles.map((trouble): Fact => {
    return [clockOf(trouble.atMs), `${trouble.code} ${trouble.detail}`, true];
  });
  return [
    [
      '终端 endpoint',
      programme ? `${programme.endpoint.name} (#${programme.endpoint.id})` : `${identity?.endpointId ?? '–'}`,
      false,
    ],
    ['状态 state', state.phase, state.phase !== 'paired'],
    ['清单版本 revision', programme?.revision ?? '–', !programme],
    ['清单序号 serial', programme ? `${programme.serial}` : '–', false],
    ['有效至 valid until', programme ? new Date(programme.validUntilMs).toLocaleString() : '–', expired],
    [
      '最近联系 last contact',
      sinceContact === null ? '从未 never' : `${Math.round(sinceContact / SECOND_MS)} s`,
      sinceContact === null || sinceContact > 120 * SECOND_MS,
    ],
    ['推送 push', streamOpenedMonoMs === null ? '未连接 closed' : '已连接 open', streamOpenedMonoMs === null],
    [
      '待报记录 queue',
      `${outbox.pending.length} · #${outbox.lastSeq} · ${outbox.epoch.slice(0, 8)}`,
      outbox.pending.length > 1_000,
    ],
    [
      '时钟偏差 clock offset',
      time.synced ? `${offsetMs} ms ± ${Math.ceil(time.errorMs)} ms` : '未校准 not synced',
      !time.synced,
    ],
    [
      '素材 files',
      `${state.ready.size} / ${programme?.media.size ?? 0}`,
      programme !== null && [...programme.media.keys()].some((name) => !state.ready.has(name)),
    ],
    [
      '存储 storage',
      page.storage
        ? `${mega(page.storage.usedBytes)} / ${mega(page.storage.quotaBytes)} MB${page.persisted ? ' · 持久 persistent' : ''}`
        : '–',
      false,
    ],
    ['播放中 playing', playingWords(state, stage), false],
    ['常亮 wake lock', page.awake ? '是 yes' : '否 no', !page.awake],
    ['离线启动 boots offline', page.offlineReady ? '是 yes' : '否 no', !page.offlineReady],
    ['本机 box', page.box, false],
    ...troubles,
  ];
}

function playingWords(state: PlayerState, stage: PlayerState['stage']): string {
  if (stage.kind === 'rest') return stage.cause;
  if (stage.kind !== 'play') return stage.kind;
  const { media, origin, assetId } = stage.playback;
  const why = origin.kind === 'spot' ? `booking ${origin.bookingId ?? '–'}` : origin.kind;
  const failed = state.broken.size > 0 ? ` · ${state.broken.size} broken` : '';
  return `asset ${assetId} · ${why} · ${media.type} · ${media.sha256.slice(0, 12)}${failed}`;
}

function clockOf(ms: EpochMs): string {
  return new Date(ms).toLocaleTimeString();
}

function mega(bytes: number): string {
  return (bytes / 1_000_000).toFixed(bytes < 100_000_000 ? 1 : 0);
}
