import type { HealthReport } from '../../src/contract/health.ts';
import type { Moment } from './player-event.ts';
import type { PlayerState } from './player-state.ts';

/** What the player says of itself now; the body adds storage and screenshot where it can. */
export function healthReport(state: PlayerState, at: Moment): HealthReport {
  const { summary } = state.outbox;
  const told = state.troubles.map(({ atMs, code, detail }) => ({
    at: new Date(atMs).toISOString(),
    code,
    detail,
  }));
  if (summary) {
    const minutes = Math.round(summary.airtimeMs / 60_000);
    const detail = `plays ${summary.fromSeq} to ${summary.toSeq} were summed up: ${summary.plays} plays, ${minutes} minutes`;
    told.push({ at: new Date(at.wallMs).toISOString(), code: 'outbox.summarised', detail });
  }
  const serverKey = state.identity?.serverKeys.at(-1)?.kid;
  const { offers } = state.config;
  return {
    now: new Date(at.wallMs).toISOString(),
    ...(serverKey !== undefined && { serverKey }),
    player: state.config.player,
    uptimeMs: Math.max(0, Math.round(at.monoMs - state.bootMonoMs)),
    ...(offers.length > 0 && { offers: [...offers] }),
    ...(state.commands.volume !== undefined && { volume: state.commands.volume }),
    playing: playingNow(state),
    errors: told,
  };
}

function playingNow(state: PlayerState): HealthReport['playing'] {
  const { stage, programme } = state;
  if (stage.kind !== 'play' || stage.ended) return null;
  const begun = state.live.some((one) => one.playback.playId === stage.playback.playId && one.begun);
  if (!begun) return null;
  return {
    sha256: stage.playback.media.sha256,
    assetId: stage.playback.assetId,
    revision: programme?.revision ?? '',
  };
}
