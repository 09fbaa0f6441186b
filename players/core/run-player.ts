import { z } from 'zod';
import type { Ms } from '../../src/base/units.ts';
import type { PairingRequest } from '../../src/contract/pairing.ts';
import { carryOut, offersOf } from './carry-out.ts';
import type { Effect } from './effect.ts';
import { streamEar } from './hear-stream.ts';
import { linesToLog } from './log-lines.ts';
import { mediaRunner } from './media-runner.ts';
import { orderedWrites } from './ordered-writes.ts';
import type { PlayerConfig } from './player-config.ts';
import type { Happening } from './player-event.ts';
import { type PlayerState, readIdentity, unborn } from './player-state.ts';
import type { LinkAnswer, PlayerPorts, TimeStamp } from './ports.ts';
import { readJson } from './read-json.ts';
import { statementEar } from './signed-statements.ts';
import { stageNews } from './stage-news.ts';
import { step } from './step.ts';

/** Pause between tries to send what is left while the player stops. */
const FLUSH_AGAIN_MS: Ms = 500;

const savedManifestSchema = z.object({ jws: z.string(), etag: z.string().nullable() });
const savedOverridesSchema = z.array(z.string());

/** A player at work. */
export interface RunningPlayer {
  /** What the core knows now; for the player's own status page and for tests. */
  state(): PlayerState;
  /**
   * Ends what is on, waits until its play is written, and reports what is left for at most `flushMs`.
   * Calling it again returns the same promise.
   */
  stop(flushMs?: Ms): Promise<void>;
}

/**
 * Runs a player: loads what the body kept, feeds events to the core and performs its effects through the
 * ports, until stopped. Holds no rules of its own; does no I/O but through the ports.
 */
export async function runPlayer(config: PlayerConfig, ports: PlayerPorts): Promise<RunningPlayer> {
  const { clock, link, stage } = ports;
  const powers = ports.powers ?? {};
  let state = unborn({ ...config, offers: offersOf(powers) });
  const queue: Happening[] = [];
  let busy = false;
  let closing = false;
  let stopped = false;
  let cancelAlarm = (): void => undefined;
  let closeStream = (): void => undefined;
  let standingHeard: string | null = null;
  const writes = orderedWrites(clock, (cause) =>
    dispatch({ type: 'trouble', code: 'outbox.writeFailed', detail: String(cause) }),
  );
  const statements = statementEar({
    ports,
    extraKeys: config.extraKeys,
    identity: () => state.identity,
    dispatch,
  });
  const ear = streamEar(dispatch, statements);
  let watcher: (() => void) | null = null;
  let cancelFlush = (): void => undefined;

  function dispatch(...happenings: Happening[]): void {
    if (stopped) return;
    queue.push(...happenings);
    // A body may answer inside the call that asked it: such events wait for their turn.
    if (busy) return;
    busy = true;
    for (let next = queue.shift(); next; next = queue.shift()) {
      const at = { wallMs: clock.wallMs(), monoMs: clock.monoMs(), random: clock.random() };
      const [after, effects] = step(state, { ...next, at });
      for (const line of linesToLog(state, after)) ports.log(line);
      state = after;
      for (const effect of effects) perform(effect);
    }
    busy = false;
    watcher?.();
  }

  function token(): string {
    return state.identity?.token ?? '';
  }

  function pairingRequest(): PairingRequest {
    return { hardwareId: config.hardwareId, kind: config.kind, capabilities: config.capabilities };
  }

  /** Awaits an answer and notes what it says of the clock. */
  async function timed<T>(ask: Promise<LinkAnswer<T>>): Promise<{ answer: LinkAnswer<T>; sentMonoMs: Ms }> {
    const sentMonoMs = clock.monoMs();
    const answer = await ask;
    if (answer.stamp) sampleClock(sentMonoMs, answer.stamp);
    return { answer, sentMonoMs };
  }

  function sampleClock(sentMonoMs: Ms, { serverMs, grainMs }: TimeStamp): void {
    dispatch({
      type: 'clock.sample',
      trip: { sentMonoMs, receivedMonoMs: clock.monoMs(), serverMs, grainMs },
    });
  }

  function perform(effect: Effect): void {
    switch (effect.type) {
      case 'wake':
        cancelAlarm();
        cancelAlarm = clock.alarm(effect.atMonoMs, () => dispatch({ type: 'tick' }));
        return;
      case 'pair.offer':
        run(async () => {
          const { answer } = await timed(link.offerPairing(pairingRequest()));
          if (answer.ok) dispatch({ type: 'pairing.offered', offer: answer.value });
          else dispatch({ type: 'pairing.failed', failure: answer.failure });
        });
        return;
      case 'pair.enrol':
        run(() => hearPairing(link.enrol(effect.token, pairingRequest())));
        return;
      case 'pair.ask':
        run(() => hearPairing(link.askPairing(effect.secret)));
        return;
      case 'poll':
        run(() => poll(effect.etag));
        return;
      case 'stream.open':
        openStream();
        return;
      case 'media.want':
        media.want(effect.order, effect.keep, effect.former);
        return;
      case 'report.send':
        run(async () => {
          const { answer } = await timed(link.sendPlays(token(), effect.report));
          if (answer.ok) dispatch({ type: 'report.answered', receipt: answer.value });
          else dispatch({ type: 'report.failed', failure: answer.failure });
        });
        return;
      case 'health.send':
        run(async () => {
          const usage = await ports.media.usage();
          const report = usage ? { ...effect.report, storage: usage } : effect.report;
          const { answer, sentMonoMs } = await timed(link.sendHealth(token(), report));
          if (!answer.ok) return dispatch({ type: 'health.failed', failure: answer.failure });
          sampleClock(sentMonoMs, { serverMs: Date.parse(answer.value.now), grainMs: 1 });
          dispatch({ type: 'health.answered', answer: answer.value });
        });
        return;
      case 'receipts.send':
        run(async () => {
          const { receipts } = effect;
          const { answer } = await timed(link.sendReceipts(token(), { receipts: [...receipts] }));
          if (answer.ok) dispatch({ type: 'receipts.taken', receipts });
          else dispatch({ type: 'receipts.failed', failure: answer.failure });
        });
        return;
      case 'command.do':
        run(async () => {
          // What power takes in between is not done twice, only never answered.
          await ports.memory.save('commands', effect.saved);
          const receipt = await carryOut(effect.command, powers);
          if (receipt) dispatch({ type: 'command.ended', receipt });
        });
        return;
      case 'answer.send':
        run(async () => {
          const { answer } = await timed(link.sendAnswer(token(), effect.receipt));
          if (answer.ok) dispatch({ type: 'answer.taken', commandId: effect.receipt.commandId });
          else dispatch({ type: 'answer.failed', failure: answer.failure });
        });
        return;
      case 'save':
        run(() => ports.memory.save(effect.slot, effect.text));
        return;
      case 'outbox.begin':
        writes.add(() => ports.outbox.begin(effect.play));
        return;
      case 'outbox.append':
        writes.add(
          () => ports.outbox.append(effect.plays),
          () => dispatch({ type: 'outbox.stored', seqs: effect.plays.map((play) => play.seq) }),
        );
        return;
      case 'outbox.remove':
        writes.add(() => ports.outbox.remove(effect.ranges));
        return;
      default:
        if (!closing) stage.perform(effect);
    }
  }

  /** Runs a task whose failure is a fault of the body: told, never fatal. */
  function run(task: () => Promise<void>): void {
    task().catch((cause: unknown) =>
      dispatch({ type: 'trouble', code: 'body.fault', detail: String(cause) }),
    );
  }

  async function hearPairing(ask: ReturnType<typeof link.askPairing>): Promise<void> {
    const { answer } = await timed(ask);
    if (answer.ok) dispatch({ type: 'pairing.answered', answer: answer.value });
    else dispatch({ type: 'pairing.failed', failure: answer.failure });
  }

  async function poll(etag: string | null): Promise<void> {
    const { answer } = await timed(link.fetchManifest(token(), etag));
    if (!answer.ok) return dispatch({ type: 'poll.failed', failure: answer.failure });
    await hearStanding(answer.value.standing);
    if (!answer.value.changed) return dispatch({ type: 'poll.unchanged' });
    await statements.manifest(answer.value.jws, answer.value.etag, false);
  }

  /** The stream tells emergencies at once; the poll finds what a broken stream kept back. */
  async function hearStanding(standing: string | null): Promise<void> {
    if (standing === null || standing === standingHeard) return;
    const { answer } = await timed(link.fetchStanding(token()));
    if (!answer.ok) return;
    // What is in the book was checked when it came.
    const known = new Set([...state.overrides.values()].map((entry) => entry.jws));
    for (const jws of answer.value.statements) if (!known.has(jws)) await statements.override(jws);
    for (const jws of answer.value.commands ?? []) await statements.command(jws);
    standingHeard = standing;
  }

  function openStream(): void {
    closeStream();
    closeStream = link.openStream(token(), ear.lastEventId, {
      opened: () => dispatch({ type: 'stream.opened' }),
      message: ear.hear,
      closed: (failure) => dispatch({ type: 'stream.closed', failure }),
    });
  }

  const media = mediaRunner(ports.media, (file) => link.fetchMedia(token(), file.url), {
    ready: (sha256) => dispatch({ type: 'media.ready', sha256 }),
    absent: (sha256) => dispatch({ type: 'media.absent', sha256 }),
    failed: (sha256, code) => dispatch({ type: 'media.failed', sha256, code }),
  });

  stage.attach(stageNews(dispatch));

  const [saved, outbox] = await Promise.all([ports.memory.load(), ports.outbox.load()]);
  // Signed texts are checked before the core sees them, also those from the box's own storage.
  if (readIdentity(saved.identity)) {
    dispatch({ type: 'boot', saved, outbox });
    const kept = readJson(savedManifestSchema, saved.manifest);
    if (kept) await statements.manifest(kept.jws, kept.etag, true);
    for (const jws of readJson(savedOverridesSchema, saved.overrides) ?? [])
      await statements.override(jws, true);
  } else {
    dispatch({ type: 'boot', saved, outbox });
  }

  const { volume } = state.commands;
  if (volume !== undefined) run(async () => powers.volume?.(volume));

  async function flush(flushMs: Ms): Promise<void> {
    if (flushMs <= 0 || state.outbox.pending.length === 0) return;
    await new Promise<void>((resolve) => {
      const cancelEnd = clock.alarm(clock.monoMs() + flushMs, resolve);
      let cancelNext = (): void => undefined;
      watcher = () => {
        if (state.outbox.pending.length > 0) return;
        cancelEnd();
        resolve();
      };
      // Asks again and again: the back-off of a failed report may be longer than the time that is left.
      const send = (): void => {
        cancelNext = clock.alarm(clock.monoMs() + FLUSH_AGAIN_MS, send);
        dispatch({ type: 'resend', ranges: [] });
      };
      send();
      cancelFlush = () => cancelNext();
    });
    cancelFlush();
    watcher = null;
  }

  async function stop(flushMs: Ms): Promise<void> {
    closing = true;
    media.stop();
    closeStream();
    await stage.close();
    await writes.settled();
    await flush(flushMs);
    stopped = true;
    writes.stop();
    cancelAlarm();
    await writes.settled();
  }

  let stopping: Promise<void> | null = null;
  return {
    state: () => state,
    stop(flushMs = 0) {
      stopping ??= stop(flushMs);
      return stopping;
    },
  };
}
