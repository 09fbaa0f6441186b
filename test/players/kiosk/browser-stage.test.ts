import { beforeEach, describe, expect, it } from 'vitest';
import type { Playback } from '../../../players/core/playback.ts';
import type { Stage } from '../../../players/core/ports.ts';
import { browserStage } from '../../../players/kiosk/browser-stage.ts';
import type { Slot } from '../../../players/kiosk/slot.ts';
import type { ManifestMedia } from '../../../src/contract/manifest.ts';
import { handClock } from './hand-clock.ts';

interface HandSlot extends Slot {
  ended: () => void;
  failed: (code: string) => void;
  position: number | null;
  shown: number;
  loadFault: string | null;
  moves(): void;
  shows(): void;
}

/** A slot whose element is a few fields; `moves` and `shows` stand for the browser's events. */
function handSlot(name: string, diary: string[]): HandSlot {
  let ready = () => {};
  let first = () => {};
  const slot: HandSlot = {
    ended: () => {},
    failed: (_code: string) => {},
    position: 0,
    shown: 0,
    loadFault: null,
    moves: () => ready(),
    shows: () => first(),
    load: async () => {
      diary.push(`${name} load`);
      if (slot.loadFault) throw new Error(slot.loadFault);
    },
    roll: () => void diary.push(`${name} roll`),
    unroll: () => void diary.push(`${name} unroll`),
    begin: (
      _volume: number,
      listener: { ended(): void; failed(code: string): void },
      onReady: () => void,
    ) => {
      diary.push(`${name} begin`);
      slot.ended = listener.ended;
      slot.failed = listener.failed;
      ready = onReady;
    },
    reveal: (_volume: number, onFirst: () => void) => {
      diary.push(`${name} reveal`);
      first = onFirst;
    },
    setVolume: (volume: number) => void diary.push(`${name} volume ${volume}`),
    shownMs: () => slot.shown,
    positionMs: () => slot.position,
    hide: () => void diary.push(`${name} hide`),
    freeze: () => void diary.push(`${name} freeze`),
    clear: () => {
      ready = () => {};
      first = () => {};
      diary.push(`${name} clear`);
    },
  };
  return slot;
}

const media = (digit: string, type = 'video/mp4'): ManifestMedia => ({
  sha256: digit.repeat(64),
  url: '/x',
  bytes: 1,
  type,
  durationMs: 10_000,
});
const playback = (playId: number, file: ManifestMedia): Playback => ({
  playId,
  media: file,
  assetId: playId,
  origin: { kind: 'spot', bookingId: 1 },
  startMs: 0,
  plannedMs: 10_000,
  fromMs: 0,
  endMonoMs: 10_000,
});
const settled = () => new Promise((resolve) => setImmediate(resolve));

let diary: string[];
let told: string[];
let time: ReturnType<typeof handClock>;
let films: [HandSlot, HandSlot];
let stage: Stage;
let onTold: (line: string) => void;
let rightFiles: Set<string>;

beforeEach(() => {
  diary = [];
  told = [];
  onTold = () => {};
  time = handClock();
  films = [handSlot('a', diary), handSlot('b', diary)];
  rightFiles = new Set(['1', '2', '3'].map((digit) => digit.repeat(64)));
  const view = (name: string) => async () => void diary.push(name);
  stage = browserStage({
    clock: time.clock,
    files: {
      open: async () => new Blob(['film']),
      recheck: async (file) => rightFiles.has(file.sha256),
    },
    views: {
      rest: async (cause) => {
        diary.push(`rest ${cause}`);
        await new Promise<void>((resolve) => void time.clock.alarm(time.clock.monoMs() + 700, resolve));
      },
      code: view('code'),
      text: view('text'),
      message: view('message'),
      clear: () => undefined,
    },
    rollTime: { ms: 50 },
    volume: 1,
    isHidden: () => false,
    painted: async () => {},
    makeSlots: () => ({
      video: films,
      image: [handSlot('i', diary), handSlot('j', diary)],
      audio: [handSlot('s', diary), handSlot('t', diary)],
    }),
  });
  const note = (line: string) => {
    told.push(line);
    onTold(line);
  };
  stage.attach({
    started: (playId) => note(`started ${playId}`),
    ended: (playId, shownMs, how, reason) =>
      note(`ended ${playId} ${shownMs} ${how}${reason ? ` ${reason}` : ''}`),
    textShown: (overrideId) => note(`text ${overrideId}`),
    textFailed: (overrideId, reason) => note(`text ${overrideId} ${reason}`),
    lost: (sha256, code) => note(`lost ${sha256[0]} ${code}`),
    trouble: (code) => note(`trouble ${code}`),
  });
});

/** Puts a film on, as if the browser did all at once. */
async function putOn(playId: number, file: ManifestMedia, slot: HandSlot): Promise<void> {
  stage.perform({ type: 'stage.play', playback: playback(playId, file) });
  await settled();
  slot.moves();
  slot.shows();
}

describe('browserStage', () => {
  it('keeps the old film in front until the next one moves, and tells its end before the new start', async () => {
    await putOn(1, media('1'), films[0]);
    films[0].shown = 9_990;
    stage.perform({ type: 'stage.play', playback: playback(2, media('2')) });
    await settled();
    expect(diary).not.toContain('b reveal');
    expect(told).toEqual(['started 1']);
    films[1].moves();
    expect(diary.slice(-2)).toEqual(['b reveal', 'a hide']);
    films[1].shows();
    expect(told).toEqual(['started 1', 'ended 1 9990 stopped', 'started 2']);
  });

  it('opens the announced film shortly before its time, lets it roll unseen, and begins with that slot', async () => {
    await putOn(1, media('1'), films[0]);
    stage.perform({ type: 'stage.preload', media: media('2'), dueMonoMs: 60_000 });
    time.passTo(53_000);
    await settled();
    expect(diary).not.toContain('b load');
    time.passTo(54_000);
    await settled();
    expect(diary).toContain('b load');
    films[0].position = 4_000;
    time.passTo(59_940);
    expect(diary).not.toContain('b roll');
    time.passTo(59_950);
    expect(diary).toContain('b roll');
    stage.perform({ type: 'stage.play', playback: playback(2, media('2')) });
    await settled();
    expect(diary.filter((line) => line === 'b load')).toHaveLength(1);
    expect(diary.at(-1)).toBe('b begin');
  });

  it('calls a roll off when nobody wants the film in the end', async () => {
    stage.perform({ type: 'stage.preload', media: media('2'), dueMonoMs: 10_000 });
    time.passTo(4_000);
    await settled();
    time.passTo(11_000);
    expect(diary.slice(-2)).toEqual(['a roll', 'a unroll']);
  });

  it('tells the end of a playback that was replaced before it began, with nothing shown', async () => {
    stage.perform({ type: 'stage.play', playback: playback(1, media('1')) });
    stage.perform({ type: 'stage.play', playback: playback(2, media('2')) });
    expect(told).toEqual(['ended 1 0 stopped']);
  });

  it('gives a film that never starts up after its patience', async () => {
    stage.perform({ type: 'stage.play', playback: playback(1, media('1')) });
    await settled();
    time.passTo(8_000);
    expect(told).toEqual(['ended 1 0 failed playback.neverStarted']);
  });

  it('gives a film up whose position stands still for three seconds, and tells what was shown', async () => {
    await putOn(1, media('1'), films[0]);
    films[0].position = 1_000;
    films[0].shown = 1_040;
    time.passTo(1_000);
    time.passTo(3_000);
    expect(told).toEqual(['started 1']);
    time.passTo(4_000);
    expect(told).toEqual(['started 1', 'ended 1 1040 failed decoder.stalled']);
  });

  it('has a damaged file fetched anew when it cannot be decoded', async () => {
    films[0].loadFault = 'decoder.error';
    stage.perform({ type: 'stage.play', playback: playback(9, media('9')) });
    await settled();
    expect(told).toEqual(['ended 9 0 failed decoder.error', 'lost 9 media.damaged']);
  });

  it('leaves a whole file alone that this browser cannot decode', async () => {
    films[0].loadFault = 'decoder.unsupported';
    stage.perform({ type: 'stage.play', playback: playback(1, media('1')) });
    await settled();
    expect(told).toEqual(['ended 1 0 failed decoder.unsupported']);
  });

  it('keeps the last picture beneath a view until the view covers it', async () => {
    await putOn(1, media('1'), films[0]);
    films[0].shown = 500;
    const before = diary.length;
    stage.perform({ type: 'stage.rest', cause: 'gap' });
    expect(told).toEqual(['started 1', 'ended 1 500 stopped']);
    expect(diary.slice(before)).toEqual(['a freeze', 'rest gap']);
    time.passTo(700);
    await settled();
    expect(diary.at(-1)).toBe('a clear');
  });

  it('takes the old picture away when the next film comes before the view has covered it', async () => {
    await putOn(1, media('1'), films[0]);
    stage.perform({ type: 'stage.rest', cause: 'gap' });
    await putOn(2, media('2'), films[1]);
    expect(diary.filter((line) => line === 'a clear').length).toBeGreaterThan(0);
    const cleared = diary.lastIndexOf('a clear');
    expect(cleared).toBeLessThan(diary.indexOf('b reveal'));
    time.passTo(700);
    await settled();
    expect(diary.lastIndexOf('b clear')).toBeLessThan(diary.indexOf('b reveal'));
  });

  it('loses nothing when the listener asks for another film while it hears of an end', async () => {
    await putOn(1, media('1'), films[0]);
    onTold = (line) => {
      if (line.startsWith('ended 1'))
        stage.perform({ type: 'stage.play', playback: playback(3, media('3')) });
    };
    stage.perform({ type: 'stage.play', playback: playback(2, media('2')) });
    await settled();
    films[1].moves();
    await settled();
    films[0].moves();
    films[0].shows();
    expect(told).toEqual(['started 1', 'ended 1 0 stopped', 'ended 2 0 stopped', 'started 3']);
  });

  it('refuses a file of a class that it has no slot for', () => {
    stage.perform({ type: 'stage.play', playback: playback(1, media('1', 'text/html')) });
    expect(told).toEqual(['ended 1 0 failed decoder.unsupported']);
  });

  it('tells the end of what is on when it closes', async () => {
    await putOn(1, media('1'), films[0]);
    films[0].shown = 4_321;
    await stage.close();
    expect(told).toEqual(['started 1', 'ended 1 4321 stopped']);
  });
});
