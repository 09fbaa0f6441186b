import { Refusal } from '../base/refusal.ts';
import type { Sentence } from '../base/sentence.ts';
import type { Ms } from '../base/units.ts';
import type { MediaClass } from '../contract/media-type.ts';

/** What a file turned out to be. */
export interface Probed {
  readonly mediaClass: MediaClass;
  /** MIME type, without parameters. */
  readonly type: string;
  /** Null for stills. */
  readonly durationMs: Ms | null;
  /** As shown, after rotation; null for sound. */
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  /** How far the stored picture is turned clockwise to be shown: 0, 90, 180 or 270. */
  readonly rotationDegrees: number;
  readonly hasSound: boolean;
  /** Null where there is no such part; `unknown` for one that was not recognised. */
  readonly videoCodec: string | null;
  readonly audioCodec: string | null;
}

/** The refusal of a file that is media but cannot be read; `what` completes “The file is damaged: it …”. */
export function damaged(what: Sentence): Refusal {
  return new Refusal('asset.damaged', {
    en: `The file is damaged: it ${what.en}. Export it again, or fetch it again from where it came from.`,
    zh: `文件已损坏：${what.zh}。请重新导出，或从来源处重新获取。`,
  });
}

/** What a file does that asks for more memory than any honest one needs. */
export const TOO_MUCH_MEMORY: Sentence = {
  en: 'is built so that reading it needs too much memory',
  zh: '读取时占用内存过多',
};

/** The refusal of a file without bytes. */
export function emptyFile(): Refusal {
  return new Refusal('asset.empty', {
    en: 'The file is empty (0 bytes): nothing can be played.',
    zh: '文件是空的（0 字节），无法播放。',
  });
}
