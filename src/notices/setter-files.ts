import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { inTurn } from '../base/in-turn.ts';
import { Refusal } from '../base/refusal.ts';
import { MINUTE_MS, type Ms } from '../base/units.ts';
import type { NoticeDraft } from './notice.ts';
import type { TooLong } from './set-slide.ts';

/** A size in pixels. */
export interface SlideSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What the thread is to set. */
export type SetOrder =
  | { readonly as: 'slide'; readonly draft: NoticeDraft; readonly size: SlideSize }
  | { readonly as: 'poster'; readonly draft: NoticeDraft };

/** What came of it. */
export type SetOutcome =
  | { readonly is: 'slide'; readonly svg: string }
  | { readonly is: 'poster'; readonly pdf: Uint8Array<ArrayBuffer> }
  | ({ readonly is: 'tooLong' } & TooLong)
  | { readonly is: 'missing'; readonly letters: readonly string[] };

/** Sets notices, in a thread of its own: reading the fonts takes a second, in which the server must go on answering. */
export interface Setter {
  /**
   * The slide in exact pixels as PNG. No font of the system is needed or used: equal words, equal pixels.
   * With `longestPx` it is shrunk after it was set.
   * @throws Refusal notice.tooLong naming how much, notice.missingLetters, request.tooMany
   */
  slide(draft: NoticeDraft, size: SlideSize, longestPx?: number): Promise<Uint8Array<ArrayBuffer>>;
  /** A poster as PDF, A3, with its fonts in it. @throws as `slide` */
  poster(draft: NoticeDraft): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** The thread and its fonts, some 80 MB, go when nobody needed them for so long. */
const IDLE_MS: Ms = 2 * MINUTE_MS;
const SET_WITHIN_MS: Ms = 60_000;
const MOST_WAITING = 60;

/** Opens the setter; the thread starts with the first order. */
export function openSetter(): Setter {
  const turns = inTurn(MOST_WAITING, {
    en: 'Too many notices are being set; try again in a moment.',
    zh: '正在排版的告示过多，请稍后重试。',
  });
  let worker: Worker | null = null;
  let idle: ReturnType<typeof setTimeout> | undefined;
  let next = 1;

  async function stop(): Promise<void> {
    clearTimeout(idle);
    const old = worker;
    worker = null;
    await old?.terminate();
  }

  async function ask(order: SetOrder): Promise<SetOutcome> {
    clearTimeout(idle);
    worker ??= new Worker(new URL('./setter-worker-files.ts', import.meta.url));
    const id = next++;
    worker.postMessage({ id, order });
    try {
      const [answer] = (await once(worker, 'message', { signal: AbortSignal.timeout(SET_WITHIN_MS) })) as [
        { readonly id: number; readonly outcome?: SetOutcome; readonly fault?: string },
      ];
      if (answer.id !== id || answer.outcome === undefined) throw new Error(answer.fault ?? 'another answer');
      return answer.outcome;
    } catch (error) {
      await stop();
      throw error;
    } finally {
      if (worker) {
        idle = setTimeout(() => void stop(), IDLE_MS);
        idle.unref();
        worker.unref();
      }
    }
  }

  function refused(outcome: SetOutcome): Refusal {
    if (outcome.is === 'missing') {
      const letters = outcome.letters.slice(0, 10).join(' ');
      return new Refusal('notice.missingLetters', {
        en: `The font of notices does not have: ${letters}`,
        zh: `告示字体中没有以下字符：${letters}`,
      });
    }
    if (outcome.is !== 'tooLong') throw new Error(`unexpected outcome ${outcome.is}`);
    return tooLong(outcome);
  }

  return {
    slide: (draft, size, longestPx) =>
      turns.run(async () => {
        const outcome = await ask({ as: 'slide', draft, size });
        if (outcome.is !== 'slide') throw refused(outcome);
        const { default: sharp } = await import('sharp');
        const png = sharp(Buffer.from(outcome.svg), { limitInputPixels: 100_000_000, unlimited: true });
        if (longestPx !== undefined)
          png.resize(longestPx, longestPx, { fit: 'inside', withoutEnlargement: true });
        return new Uint8Array(await png.png().toBuffer());
      }),
    poster: (draft) =>
      turns.run(async () => {
        const outcome = await ask({ as: 'poster', draft });
        if (outcome.is !== 'poster') throw refused(outcome);
        return outcome.pdf;
      }),
    close: stop,
  };
}

function tooLong({ part, excess }: TooLong): Refusal {
  const partZh = part === 'title' ? '标题' : '正文';
  return new Refusal(
    'notice.tooLong',
    {
      en: `The ${part} is ${excess} ${excess === 1 ? 'character' : 'characters'} too long to be read on this shape of screen.`,
      zh: `${partZh}在这种屏幕上超出 ${excess} 个字，缩小后看不清，请删减。`,
    },
    [{ where: part, message: { en: `${excess} too many`, zh: `超出 ${excess} 个字` } }],
  );
}
