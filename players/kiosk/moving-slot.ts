import type { Ms } from '../../src/base/units.ts';
import type { Slot, SlotListener } from './slot.ts';

/** The longest time that the last picture of a film counts as shown. */
const LONGEST_FRAME_MS: Ms = 100;
/** The longest startup that a film is begun ahead for. */
const LONGEST_ROLL_MS: Ms = 400;

/** How long a film takes from `play()` until it moves, measured at each start; shared by the slots of a stage. */
export interface RollTime {
  /** Smoothed over the latest starts. */
  ms: Ms;
}

/**
 * A slot for films or sound. Pictures are counted by requestVideoFrameCallback; sound, and a page that
 * nobody can see (which gets no pictures), by the position of the playback.
 */
export function movingSlot(
  element: HTMLMediaElement,
  now: () => Ms,
  rollTime: RollTime,
  trouble: (code: string, detail: string) => void,
): Slot {
  let address: string | null = null;
  let abort = new AbortController();
  let playAskedMs: Ms | null = null;
  let moves = false;
  let watching = false;
  let onMoving: (() => void) | null = null;
  let onFirst: (() => void) | null = null;
  /** The first picture in front: when, and where in the film. */
  let first: { readonly atMs: Ms; readonly positionMs: Ms } | null = null;
  let latest: { readonly atMs: Ms; readonly positionMs: Ms; readonly frameMs: Ms } | null = null;

  const seesFrames = element instanceof HTMLVideoElement && 'requestVideoFrameCallback' in element;

  function positionMs(): Ms {
    return element.currentTime * 1_000;
  }

  /** Whether pictures are counted now: a hidden page gets none. */
  function countsFrames(): boolean {
    return seesFrames && !document.hidden;
  }

  /** Counts pictures from now on, each as it is handed to the screen. */
  function watchFrames(): void {
    if (watching || !(element instanceof HTMLVideoElement) || !seesFrames) return;
    watching = true;
    const { signal } = abort;
    const onFrame: VideoFrameRequestCallback = (_, { presentationTime, mediaTime }) => {
      if (signal.aborted) return;
      const stepMs = latest ? mediaTime * 1_000 - latest.positionMs : 0;
      const frameMs = stepMs > 0 ? Math.min(stepMs, LONGEST_FRAME_MS) : (latest?.frameMs ?? 0);
      latest = { atMs: presentationTime, positionMs: mediaTime * 1_000, frameMs };
      tellFirst(latest.atMs, latest.positionMs);
      element.requestVideoFrameCallback(onFrame);
    };
    element.requestVideoFrameCallback(onFrame);
  }

  function tellFirst(atMs: Ms, atPositionMs: Ms): void {
    if (!onFirst) return;
    const tell = onFirst;
    onFirst = null;
    first = { atMs, positionMs: atPositionMs };
    tell();
  }

  async function play(): Promise<void> {
    playAskedMs = now();
    try {
      await element.play();
    } catch (cause) {
      const blocked = cause instanceof DOMException && cause.name === 'NotAllowedError';
      if (blocked && !element.muted) playMuted();
    }
  }

  function moving(): void {
    moves = true;
    const tell = onMoving;
    onMoving = null;
    tell?.();
  }

  /** The picture goes on without its sound. */
  function playMuted(): void {
    trouble('sound.blocked', 'start the browser with --autoplay-policy=no-user-gesture-required');
    element.muted = true;
    element.play().catch(() => undefined);
  }

  function setVolume(volume: number): void {
    element.volume = volume;
    element.muted = volume === 0;
  }

  return {
    load(file, fromMs) {
      abort = new AbortController();
      const { signal } = abort;
      address = URL.createObjectURL(file);
      element.muted = true;
      element.preload = 'auto';
      element.src = address;
      element.currentTime = fromMs / 1_000;
      element.addEventListener('playing', moving, { signal });
      watchFrames();
      return new Promise((resolve, reject) => {
        const look = () => {
          if (element.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA && !element.seeking) resolve();
        };
        for (const event of ['canplay', 'canplaythrough', 'seeked'])
          element.addEventListener(event, look, { signal });
        element.addEventListener('error', () => reject(new Error(faultOf(element))), { signal });
        signal.addEventListener('abort', () => reject(new Error('playback.replaced')));
      });
    },
    roll() {
      element.muted = true;
      void play();
    },
    unroll() {
      if (element.paused) return;
      element.pause();
      element.currentTime = 0;
      moves = false;
    },
    begin(volume: number, listener: SlotListener, ready: () => void) {
      const { signal } = abort;
      element.addEventListener('ended', () => listener.ended(), { signal });
      element.addEventListener('error', () => listener.failed(faultOf(element)), { signal });
      if (moves) {
        ready();
        return;
      }
      onMoving = ready;
      if (!seesFrames) setVolume(volume);
      if (element.paused) void play();
    },
    reveal(volume: number, tell: () => void) {
      const wasPlaying = !element.paused;
      setVolume(volume);
      // A browser that wants a touch before it gives sound pauses what is unmuted.
      if (wasPlaying && element.paused && !element.ended) playMuted();
      element.classList.add('on');
      if (playAskedMs !== null && element.currentTime > 0) {
        const tookMs = now() - playAskedMs - positionMs();
        rollTime.ms += (Math.min(Math.max(tookMs, 0), LONGEST_ROLL_MS) - rollTime.ms) / 4;
      }
      onFirst = tell;
      const { signal } = abort;
      if (!countsFrames()) tellFirst(now(), positionMs());
      // A picture stands there already: the next refresh of the screen shows it.
      else if (latest)
        requestAnimationFrame((atMs) => !signal.aborted && tellFirst(atMs, latest?.positionMs ?? 0));
      // The page may go out of sight before the first picture came.
      element.addEventListener('timeupdate', () => document.hidden && tellFirst(now(), positionMs()), {
        signal,
      });
    },
    setVolume,
    shownMs() {
      if (!first) return 0;
      const byPosition = Math.min(positionMs() - first.positionMs, now() - first.atMs);
      if (!countsFrames() || !latest) return Math.max(0, byPosition);
      const lastMs = latest.positionMs + latest.frameMs - first.positionMs;
      const spanMs = latest.atMs + latest.frameMs - first.atMs;
      return Math.max(0, element.ended ? byPosition : Math.min(lastMs, spanMs));
    },
    positionMs,
    freeze: () => element.pause(),
    hide() {
      element.classList.remove('on');
      element.pause();
    },
    clear() {
      abort.abort();
      element.pause();
      element.classList.remove('on');
      element.removeAttribute('src');
      // Without this the decoder keeps the file open.
      element.load();
      if (address) URL.revokeObjectURL(address);
      address = null;
      playAskedMs = null;
      moves = false;
      watching = false;
      onMoving = null;
      onFirst = null;
      first = null;
      latest = null;
    },
  };
}

function faultOf(element: HTMLMediaElement): string {
  switch (element.error?.code) {
    case MediaError.MEDIA_ERR_DECODE:
      return 'decoder.error';
    case MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED:
      return 'decoder.unsupported';
    case MediaError.MEDIA_ERR_NETWORK:
      return 'media.unreadable';
    default:
      return 'playback.failed';
  }
}
