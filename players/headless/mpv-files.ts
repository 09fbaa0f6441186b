import { spawnSync } from 'node:child_process';
import type { Ms } from '../../src/base/units.ts';
import { SECOND_MS } from '../../src/base/units.ts';
import type { StageEffect } from '../core/effect.ts';
import type { Playback, PlaybackEnd } from '../core/playback.ts';
import type { LoudStage, PlayerClock, StageListener } from '../core/ports.ts';
import { type MpvMessage, mpvLink } from './mpv-link-files.ts';
import type { Speech } from './speech-files.ts';

/** What the mpv stage needs. */
export interface MpvOptions {
  /** The program; found on the PATH unless a path. */
  readonly program: string;
  /** mpv's `--ao`: `null` for none, absent for the system's own choice. */
  readonly ao?: string | undefined;
  /** Where mpv listens; a path short enough for a UNIX socket (107 bytes). */
  readonly socketPath: string;
  readonly clock: PlayerClock;
  readonly pathOf: (sha256: string) => string;
  /** Loudness to bring every item to, in LUFS (ITU-R BS.1770); items without a figure play as they are. */
  readonly targetLufs: number;
  /** Says typed emergencies; null where this box cannot. */
  readonly speech: Speech | null;
}

/** Most gain given to a soft item, in dB. */
const MOST_GAIN_DB = 12;
/** Every item of the programme comes and goes by so much; an emergency is there at once. */
const FADE_IN_MS: Ms = 300;
const FADE_OUT_MS: Ms = 500;
/** The pause before a typed emergency is said again. */
const SAY_AGAIN_MS: Ms = 2 * SECOND_MS;
/** mpv's words for a sound device that cannot be had. */
const NO_DEVICE = 'audio output initialization failed';

/** Whether the program can be run here. */
export function hasMpv(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

type Text = Extract<StageEffect, { type: 'stage.text' }>;

/** A file that mpv was told to play: of the programme, or an emergency's text as spoken. */
interface Asked {
  readonly what: Playback | Text;
  readonly path: string;
  /** mpv's own number of it, once told. */
  entry: number | null;
  startedMonoMs: Ms | null;
  /** Its length by mpv's own reckoning, once told. */
  lengthMs: Ms | null;
}

/**
 * A loudspeaker: plays sound through mpv, and times it by mpv's own events. An item counts as begun when mpv has a
 * sound device and its first sample is out; without a device, or without mpv, it is told as not heard.
 */
export function mpvStage(options: MpvOptions): LoudStage {
  const { clock, speech } = options;
  let listener: StageListener | null = null;
  /** Oldest first; at most the one that sounds and the one asked for. */
  let asked: Asked[] = [];
  let isMissing = false;
  /** Of the programme, in mpv's own per cent; an emergency is at 100. */
  let loudest = 100;
  let text: Text | null = null;
  let cancelSaying = (): void => undefined;
  let isClosing = false;

  const mpv = mpvLink({
    ...options,
    onReady() {
      isMissing = false;
      const current = asked.at(-1);
      if (current) load(current);
    },
    onEvent(event, message) {
      if (event === 'playback-restart') onSound();
      else if (event === 'end-file') onEndFile(message);
    },
    onLost(detail, missing) {
      isMissing = missing;
      listener?.trouble(missing ? 'sound.noProgram' : 'mpv.lost', detail);
      const lost = asked;
      asked = [];
      for (const one of lost)
        if (missing) tellEnd(one, 'unheard', 'sound.noProgram');
        else tellEnd(one, 'failed', 'mpv.lost');
    },
  });

  function ask(what: Playback | Text, path: string): void {
    const one: Asked = { what, path, entry: null, startedMonoMs: null, lengthMs: null };
    asked.push(one);
    if (mpv.isThere) load(one);
    else if (isMissing) {
      asked = asked.filter((other) => other !== one);
      // Not inside the call that asked: the core hears of it as of any other end.
      queueMicrotask(() => tellEnd(one, 'unheard', 'sound.noProgram'));
    }
  }

  function volumeOf(what: Playback | Text): number {
    return 'type' in what || what.origin.kind === 'override' ? 100 : loudest;
  }

  function load(one: Asked): void {
    const { what, path } = one;
    const isText = 'type' in what;
    const loudness = isText ? undefined : what.media.loudnessLufs;
    const gain = loudness === undefined ? 0 : Math.min(options.targetLufs - loudness, MOST_GAIN_DB);
    mpv.command(['set_property', 'replaygain-fallback', gain]);
    mpv.command(['set_property', 'volume', volumeOf(what)]);
    const settings = isText ? {} : { start: `${what.fromMs / 1_000}`, ...fadesOf(what, clock.monoMs()) };
    mpv.command({ name: 'loadfile', url: path, flags: 'replace', options: settings }, (data) => {
      one.entry = numberIn(data, 'playlist_entry_id');
    });
  }

  /** The first sample is out, if there is a device that it can come out of: mpv says "restart" without one too. */
  function onSound(): void {
    const current = asked.at(-1);
    if (!current || current.entry === null || current.startedMonoMs !== null) return;
    const soundedMonoMs = clock.monoMs();
    mpv.command(['get_property', 'duration'], (seconds) => {
      current.lengthMs = typeof seconds === 'number' ? seconds * SECOND_MS : null;
    });
    mpv.command(['get_property', 'current-ao'], (device) => {
      if (typeof device !== 'string' || asked.at(-1) !== current) return;
      // Whatever was asked for before this one never will be heard.
      for (const older of asked.slice(0, -1)) tellEnd(older, 'stopped');
      asked = [current];
      current.startedMonoMs = soundedMonoMs;
      if (!('type' in current.what)) listener?.started(current.what.playId);
      else if (current.what === text) listener?.textShown(text.overrideId);
    });
  }

  function onEndFile(message: MpvMessage): void {
    const entry = numberIn(message, 'playlist_entry_id');
    const one = asked.find((other) => other.entry === entry);
    if (!one) return;
    asked = asked.filter((other) => other !== one);
    const { reason, file_error: detail } = message;
    if (detail === NO_DEVICE) tellEnd(one, 'unheard', 'sound.noDevice');
    else if (reason === 'error') tellEnd(one, 'failed', `mpv: ${String(detail ?? 'could not play it')}`);
    else tellEnd(one, reason === 'eof' ? 'finished' : 'stopped');
  }

  function tellEnd(one: Asked, how: PlaybackEnd, reason?: string): void {
    const { what, startedMonoMs, lengthMs } = one;
    if ('type' in what) {
      onSaid(what, how, reason);
      return;
    }
    let shownMs = startedMonoMs === null ? 0 : clock.monoMs() - startedMonoMs;
    // All of it came out: its length is what was heard, however late a busy box reads of beginning and end.
    if (how === 'finished' && lengthMs !== null) shownMs = Math.max(0, lengthMs - what.fromMs);
    listener?.ended(what.playId, shownMs, how, reason);
  }

  /** An emergency's text was said: again after a pause, until the core has something else in mind. */
  function onSaid(said: Text, how: PlaybackEnd, reason: string | undefined): void {
    if (said !== text || isClosing) return;
    if (how === 'finished') cancelSaying = clock.alarm(clock.monoMs() + SAY_AGAIN_MS, () => say(said));
    else if (how !== 'stopped') listener?.textFailed(said.overrideId, reason ?? 'sound.failed');
  }

  function say(wanted: Text): void {
    if (!speech) {
      listener?.textFailed(wanted.overrideId, 'sound.noSpeech');
      return;
    }
    speech.speak(wanted).then(
      (path) => {
        if (wanted === text && !isClosing) ask(wanted, path);
      },
      (cause: unknown) => {
        listener?.trouble('sound.noSpeech', String(cause));
        listener?.textFailed(wanted.overrideId, 'sound.noSpeech');
      },
    );
  }

  return {
    attach(newListener) {
      listener = newListener;
    },
    perform(effect) {
      if (effect.type === 'stage.preload') return;
      cancelSaying();
      text = effect.type === 'stage.text' ? effect : null;
      // What was asked for and never sounded is over at once; what sounds ends when mpv says so.
      const silent = asked.filter((one) => one.startedMonoMs === null);
      asked = asked.filter((one) => one.startedMonoMs !== null);
      for (const one of silent) tellEnd(one, 'stopped');
      if (effect.type === 'stage.play')
        return ask(effect.playback, options.pathOf(effect.playback.media.sha256));
      mpv.command(['stop']);
      // Inside the call that asked, the core is not ready to hear that it cannot be said.
      if (text) queueMicrotask(() => text && say(text));
    },
    setVolume(percent) {
      loudest = percent;
      const current = asked.at(-1);
      if (current) mpv.command(['set_property', 'volume', volumeOf(current.what)]);
    },
    async close() {
      isClosing = true;
      cancelSaying();
      const left = asked;
      asked = [];
      for (const one of left) tellEnd(one, 'stopped', 'playerStopped');
      await mpv.close();
    },
  };
}

/** mpv's filter that lets an item of the programme come and go softly; none for one too short, or an emergency. */
function fadesOf({ fromMs, media, endMonoMs, origin }: Playback, nowMonoMs: Ms): { readonly af?: string } {
  const endMs = Math.min(media.durationMs, fromMs + Math.max(0, endMonoMs - nowMonoMs));
  if (origin.kind === 'override' || endMs - fromMs < 2 * (FADE_IN_MS + FADE_OUT_MS)) return {};
  const seconds = (ms: Ms) => (ms / SECOND_MS).toFixed(3);
  const into = `afade=t=in:st=${seconds(fromMs)}:d=${seconds(FADE_IN_MS)}`;
  return { af: `lavfi=[${into},afade=t=out:st=${seconds(endMs - FADE_OUT_MS)}:d=${seconds(FADE_OUT_MS)}]` };
}

function numberIn(value: unknown, name: string): number | null {
  if (typeof value !== 'object' || value === null) return null;
  const found: unknown = Reflect.get(value, name);
  return typeof found === 'number' ? found : null;
}
