import type { Sentence } from '../base/sentence.ts';
import type { Bytes } from '../base/units.ts';

/** What the first bytes of a file say that it is. */
export type FoundKind =
  | { readonly is: 'image' }
  | {
      readonly is: 'timed';
      /** Whether the bytes leave no doubt; MP3 and AAC streams have weak marks. */
      readonly sure: boolean;
      /** Length that the header announces, null where it announces none. */
      readonly announcedBytes: Bytes | null;
    }
  | { readonly is: 'other' /** Why it cannot be used, for an editor. */; readonly sentence: Sentence };

const TIMED = { is: 'timed', sure: true, announcedBytes: null } as const satisfies FoundKind;
const IMAGE = { is: 'image' } as const satisfies FoundKind;
const other = (sentence: Sentence): FoundKind => ({ is: 'other', sentence });
const TAKEN = ['MP4', 'MOV', 'WebM', 'MP3', 'M4A', 'WAV', 'Ogg', 'JPEG', 'PNG', 'WebP', 'GIF', 'AVIF'];
const USE_INSTEAD: Sentence = { en: `Use ${TAKEN.join(', ')}.`, zh: `请使用 ${TAKEN.join('、')}。` };

/**
 * Tells film, sound and picture from everything else by the first bytes (4,096 are enough), never by name.
 * Only what passes here is handed to the libraries that read media.
 * @see The file signatures in the WHATWG MIME Sniffing standard, §6.
 */
export function kindOfBytes(start: Uint8Array): FoundKind {
  const text = latin1(start);
  if (startsWith(start, [0xff, 0xd8, 0xff]) || text.startsWith('\x89PNG\r\n\x1a\n')) return IMAGE;
  if (/^GIF8[79]a/.test(text)) return IMAGE;
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return IMAGE;
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WAVE')
    return { ...TIMED, announcedBytes: riffBytes(start) };
  if (text.slice(4, 8) === 'ftyp') return kindOfBrands(text.slice(8, 8 + 64));
  if (/^(moov|mdat|wide|free|skip|moof|styp|sidx)$/.test(text.slice(4, 8))) return TIMED;
  if (startsWith(start, [0x1a, 0x45, 0xdf, 0xa3])) return TIMED;
  if (/^(OggS|fLaC|ID3)/.test(text)) return TIMED;
  if (isFrameSync(start)) return { ...TIMED, sure: false };
  return other(sentenceFor(text));
}

function kindOfBrands(brands: string): FoundKind {
  if (/avif|avis/.test(brands)) return IMAGE;
  if (/^(heic|heix|heim|heis|hevc|hevx|mif1|msf1)/.test(brands))
    return other({
      en: 'This is a HEIC picture, as phones take them. Save it as JPEG first.',
      zh: '这是手机拍摄的 HEIC 图片，请先另存为 JPEG。',
    });
  return TIMED;
}

function sentenceFor(text: string): Sentence {
  const plain = text.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/<svg[\s>]/i.test(plain) || /^<\?xml/i.test(plain))
    return {
      en: 'SVG drawings are not taken, since they may contain programs. Export it as PNG.',
      zh: '不接受 SVG 图形（其中可能含有程序），请导出为 PNG。',
    };
  if (plain.startsWith('%PDF'))
    return {
      en: 'This is a PDF document, not a picture or film. Export the page as PNG.',
      zh: '这是 PDF 文档，不是图片或影片，请把页面导出为 PNG。',
    };
  if (plain.startsWith('PK\x03\x04'))
    return {
      en: `This is an archive or an office document, not media, whatever its name says. ${USE_INSTEAD.en}`,
      zh: `无论文件名如何，这是压缩包或办公文档，不是媒体文件。${USE_INSTEAD.zh}`,
    };
  if (/^[\t\r\n\x20-\x7e\x80-\xff]*$/.test(plain.slice(0, 512)))
    return {
      en: `This is a text file, not media, whatever its name says. ${USE_INSTEAD.en}`,
      zh: `无论文件名如何，这是文本文件，不是媒体文件。${USE_INSTEAD.zh}`,
    };
  return {
    en: `The content is neither film, picture nor sound, whatever the name says. ${USE_INSTEAD.en}`,
    zh: `无论文件名如何，其内容不是影片、图片或声音。${USE_INSTEAD.zh}`,
  };
}

/** MPEG audio: eleven bits of sync, then a layer and a bit rate that exist; or an ADTS header. */
function isFrameSync(start: Uint8Array): boolean {
  const [first = 0, second = 0, third = 0] = start;
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return false;
  const layer = (second >> 1) & 3;
  if (layer === 0) return (second & 0xf6) === 0xf0;
  return third >> 4 !== 15 && ((third >> 2) & 3) !== 3;
}

/** The length that a RIFF header announces; streamed files announce 0 or the largest number. */
function riffBytes(start: Uint8Array): Bytes | null {
  const announced = new DataView(start.buffer, start.byteOffset, start.byteLength).getUint32(4, true);
  return announced === 0 || announced >= 0xffff_ff00 ? null : announced + 8;
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}
