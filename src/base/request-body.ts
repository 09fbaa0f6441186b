import { Refusal } from './refusal.ts';
import type { Sentence } from './sentence.ts';
import type { Bytes } from './units.ts';

/**
 * The whole body of a request in memory.
 * @throws Refusal request.tooLarge before more than `mostBytes` are held; its sentence is `sentence`
 */
export async function readBody(request: Request, mostBytes: Bytes, sentence: Sentence): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw new Refusal('request.tooLarge', sentence);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** How browsers and programs name a CSV file, Excel on Windows among them. */
const TABLE_TYPES = ['text/csv', 'text/plain', 'application/vnd.ms-excel', 'application/octet-stream', ''];

/** @throws Refusal request.unsupportedType when the body says that it is no table of text */
export function requireTableType(contentType: string | undefined): void {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!TABLE_TYPES.includes(type))
    throw new Refusal('request.unsupportedType', {
      en: 'Send the CSV file itself, as text/csv.',
      zh: '请直接上传 CSV 文件（text/csv）。',
    });
}
