import { z } from '@hono/zod-openapi';
import { decodeText } from '../base/csv-rows.ts';
import { Refusal } from '../base/refusal.ts';
import type { Sentence } from '../base/sentence.ts';
import type { Bytes } from '../base/units.ts';

/** Most bytes of one file of evidence: 20 MiB. */
export const EVIDENCE_BYTES: Bytes = 20 * 1_048_576;

/** A stored file of evidence. */
export const evidenceSchema = z
  .object({
    sha256: z.string(),
    fileName: z.string(),
    type: z.string(),
    bytes: z.int(),
    addedBy: z.string(),
    addedAt: z.iso.datetime(),
  })
  .openapi('Evidence');
/** See {@link evidenceSchema}. */
export type Evidence = z.infer<typeof evidenceSchema>;

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/**
 * What a file is by its bytes, never by its name: PDF, PNG, JPEG, XLSX without macros, CSV or plain text. The
 * name only tells CSV from other text.
 * @see The file signatures in the WHATWG MIME Sniffing standard, §6, and ECMA-376 part 2 for the names in XLSX
 * @throws Refusal evidence.notAccepted for everything else, HTML and macros among it
 */
export function evidenceTypeOf(bytes: Uint8Array, fileName: string): string {
  const starts = (...mark: number[]) => mark.every((byte, at) => bytes[at] === byte);
  if (bytes.byteLength === 0)
    throw new Refusal('evidence.notAccepted', {
      en: 'The file is empty (0 bytes).',
      zh: '文件是空的（0 字节）。',
    });
  if (starts(0x25, 0x50, 0x44, 0x46, 0x2d)) return 'application/pdf';
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (starts(0x50, 0x4b, 0x03, 0x04)) {
    const names = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (names.includes('vbaProject.bin'))
      throw unwanted({
        en: 'The workbook holds macros; save it as .xlsx.',
        zh: '工作簿含有宏，请另存为 .xlsx。',
      });
    if (names.includes('[Content_Types].xml') && names.includes('xl/workbook.xml')) return XLSX;
    throw unwanted({ en: 'The archive is not an XLSX workbook.', zh: '这个压缩包不是 XLSX 工作簿。' });
  }
  const text = decodeText(bytes);
  // Control characters speak of a program or a broken file; a tag at the start of a web page.
  if (text === null || /[^\P{Cc}\s]/u.test(text) || /^\s*</.test(text)) {
    throw unwanted({
      en: 'By its content the file is none of the kinds that are kept.',
      zh: '从内容看，文件不属于可保存的类型。',
    });
  }
  return /\.csv$/i.test(fileName) ? 'text/csv' : 'text/plain';
}

function unwanted(why: Sentence): Refusal {
  return new Refusal('evidence.notAccepted', {
    en: `${why.en} Hand in PDF, PNG, JPEG, XLSX, CSV or plain text.`,
    zh: `${why.zh}请提交 PDF、PNG、JPEG、XLSX、CSV 或纯文本文件。`,
  });
}
