import { z } from '@hono/zod-openapi';
import type { RefusalCode } from '../base/refusal.ts';
import type { Sentence } from '../base/sentence.ts';
import { type Bytes, DAY_MS, type EpochMs, type Ms } from '../base/units.ts';
import { type AssetDraft, assetDraftSchema, assetSchema } from './asset.ts';

/** A file of which no byte has come for so long is given up, and what became of a whole one forgotten. */
export const UPLOAD_LIFE_MS: Ms = 7 * DAY_MS;
/** Most unfinished files of one person. */
export const MOST_OPEN_UPLOADS = 50;

/** A file that comes in piece by piece, as it is stored. */
export interface UploadRecord {
  readonly id: string;
  readonly ownerId: string;
  readonly draft: AssetDraft;
  /** As announced. */
  readonly bytes: Bytes;
  /** `examining`: all bytes are there, and it is being found out what they are. */
  readonly state: 'receiving' | 'examining' | 'done' | 'refused';
  readonly createdAt: EpochMs;
  readonly sha256: string | null;
  readonly assetId: number | null;
  readonly isNew: boolean | null;
  readonly refusal: UploadRefusal | null;
}

/** Why a file was not taken in. */
export interface UploadRefusal extends Sentence {
  readonly code: RefusalCode;
}

/** What people say of a file as they begin to send it, all as text, as the protocol carries it. */
export const uploadMetadataSchema = assetDraftSchema.extend({
  isFiller: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
});

/** A file on its way in, as the system tells of it. */
export const uploadSchema = z
  .object({
    id: z.string(),
    fileName: z.string(),
    bytes: z.int(),
    /** How many have come. */
    receivedBytes: z.int(),
    state: z.enum(['receiving', 'examining', 'done', 'refused']).openapi({
      description:
        '`examining`: all bytes are there, and it is being found out what they are; `done`: see `asset`; ' +
        '`refused`: see `refusal`',
    }),
    createdAt: z.iso.datetime(),
    asset: assetSchema.nullable(),
    /** False when the same content was there before: `asset` is that one. */
    isNew: z.boolean().nullable(),
    refusal: z.object({ code: z.string(), en: z.string(), zh: z.string() }).nullable(),
  })
  .openapi('Upload');
/** See {@link uploadSchema}. */
export type ToldUpload = z.infer<typeof uploadSchema>;
