import { z } from '@hono/zod-openapi';
import { NO_CONTROL_CHARACTERS, otherwise } from '../base/issue-words.ts';
import { categorySchema, idSchema, sha256Schema } from '../contract/media-type.ts';

/** Where an asset stands in review. */
export const assetStateSchema = z.enum([
  'draft',
  'submitted',
  'approved',
  'rejected',
  'withdrawn',
  'retired',
]);
/** See {@link assetStateSchema}. */
export type AssetState = z.infer<typeof assetStateSchema>;

const title = z
  .string()
  .trim()
  .max(120)
  // Not a pattern: its flags would not survive in the OpenAPI document.
  .refine((text) => !/\p{Cc}/u.test(text), NO_CONTROL_CHARACTERS);

const share = z.number().min(0).max(1);

/** What a rejection points at: a moment, an area of the picture in shares of its sides, or both. */
export const reviewMarkSchema = z
  .object({
    /** From the start of the film or sound. */
    atMs: z.int().min(0).optional(),
    area: z.object({ left: share, top: share, width: share, height: share }).optional(),
  })
  .refine(
    ({ atMs, area }) => atMs !== undefined || area !== undefined,
    otherwise({ en: 'name a moment, an area or both', zh: '请指出时间点、画面区域或两者' }),
  )
  .refine(
    ({ area }) => !area || (area.left + area.width <= 1 && area.top + area.height <= 1),
    otherwise({ en: 'the area must lie within the picture', zh: '区域不能超出画面' }),
  );
/** See {@link reviewMarkSchema}. */
export type ReviewMark = z.infer<typeof reviewMarkSchema>;

/** What staff say of a file as they hand it in. */
export const assetDraftSchema = z.object({
  /** As on the sender's disk; shown, never used as a path. */
  fileName: z.string().max(1_000).default('upload').openapi({ example: '电动自行车不进楼.mp4' }),
  /** By default the file name without its ending. */
  titleZh: title.optional(),
  titleEn: title.default(''),
  category: categorySchema,
  /** May fill open time that nobody booked. */
  isFiller: z.boolean().default(false),
  /** The asset of which this is a new version; bookings follow once the new one is approved. */
  newVersionOf: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
  /** From then on it may not air. */
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});
/** See {@link assetDraftSchema}. */
export type AssetDraft = z.infer<typeof assetDraftSchema>;

/**
 * How a picture meets a screen of another shape: whole with bars, filling it with its edges cut off, or whole before a
 * blurred copy of itself.
 */
export const framingSchema = z.enum(['fit', 'fill', 'blur']);
/** See {@link framingSchema}. */
export type Framing = z.infer<typeof framingSchema>;

/** One playable file of an asset. */
export const renditionSchema = z.object({
  sha256: sha256Schema,
  type: z.string(),
  mediaClass: z.enum(['video', 'image', 'audio']),
  bytes: z.int(),
  durationMs: z.int().nullable(),
  widthPx: z.int().nullable(),
  heightPx: z.int().nullable(),
  hasSound: z.boolean(),
  /** The upload itself, or what was made of it, and for whom. */
  madeFor: z.enum(['original', 'screen', 'sound']),
  /** Which of several files for one use, such as `fill-1080x1920`, `thin` or `mp3`; empty: the one for all. */
  variant: z.string(),
});
/** See {@link renditionSchema}. */
export type Rendition = z.infer<typeof renditionSchema>;

/** A piece of material as the system tells of it. */
export const assetSchema = z.object({
  id: idSchema,
  titleZh: z.string(),
  titleEn: z.string(),
  category: categorySchema,
  mediaClass: z.enum(['video', 'image', 'audio']),
  sha256: sha256Schema,
  fileName: z.string(),
  type: z.string(),
  bytes: z.int(),
  /** Null for stills. */
  durationMs: z.int().nullable(),
  widthPx: z.int().nullable(),
  heightPx: z.int().nullable(),
  rotationDegrees: z.int(),
  hasSound: z.boolean(),
  videoCodec: z.string().nullable(),
  audioCodec: z.string().nullable(),
  isFiller: z.boolean(),
  framing: framingSchema,
  isSample: z.boolean(),
  state: assetStateSchema,
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  submittedBy: z.string().nullable(),
  submittedAt: z.iso.datetime().nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: z.iso.datetime().nullable(),
  decisionReason: z.string().nullable(),
  /** The moment or the area that a rejection is about. */
  decisionMark: reviewMarkSchema.nullable(),
  /** The first of two who approved, where two must. */
  firstApprovedBy: z.string().nullable(),
  /** The first version of the same piece; null for a first version itself. */
  versionOf: idSchema.nullable(),
  /** From then on it may not air. */
  expiresAt: z.iso.datetime().nullable(),
  /** Words of the staff's own, to find it by; sorted. */
  tags: z.array(z.string()),
  /** The files that endpoints can play; none: no endpoint can, see `unplayable`. */
  renditions: z.array(renditionSchema),
  /** Why players cannot play the file as it is; null when they can. */
  unplayable: z.enum(['container', 'videoCodec', 'audioCodec']).nullable(),
});
/** See {@link assetSchema}. */
export type Asset = z.infer<typeof assetSchema>;
