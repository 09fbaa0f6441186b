import { z } from '@hono/zod-openapi';
import { otherwise } from '../base/issue-words.ts';
import type { Bytes } from '../base/units.ts';
import { TEMPLATE_NAMES } from './template.ts';

/** Most bytes of a recording: ten minutes of WAV. */
export const RECORDING_BYTES: Bytes = 134_217_728;

const plain = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    .transform((text) => text.normalize('NFC').replaceAll('\r\n', '\n').replaceAll('℃', '°C'))
    .refine(
      (text) => !/[^\P{Cc}\n]/u.test(text),
      otherwise({ en: 'has characters that cannot be set', zh: '含有无法排版的控制字符' }),
    );

/** A notice as an editor types it. */
export const noticeDraftSchema = z.object({
  template: z.enum(TEMPLATE_NAMES),
  titleZh: plain(60).pipe(z.string().min(1)).openapi({ example: '电动自行车不进楼' }),
  bodyZh: plain(400).default(''),
  /** Set below the Chinese, smaller; empty: Chinese alone. */
  titleEn: plain(120).default(''),
  bodyEn: plain(800).default(''),
});
/** See {@link noticeDraftSchema}. */
export type NoticeDraft = z.infer<typeof noticeDraftSchema>;
