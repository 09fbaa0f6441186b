import { z } from 'zod';
import { commandKindSchema, percentSchema } from './command.ts';
import { idSchema, instantSchema, sha256Schema } from './media-type.ts';
import { seqRangeSchema } from './play-report.ts';

/** What a player says of itself every few minutes. */
export const healthReportSchema = z.object({
  /** The box's own clock, uncorrected. */
  now: instantSchema,
  player: z.object({ name: z.string().min(1).max(64), version: z.string().min(1).max(32) }),
  /** `kid` of the server's key that it has pinned last. */
  serverKey: z.string().max(64).optional(),
  uptimeMs: z.int().nonnegative(),
  /** Bytes used and available for media; absent where the body cannot know. */
  storage: z.object({ usedBytes: z.int().nonnegative(), quotaBytes: z.int().nonnegative() }).optional(),
  playing: z.object({ sha256: sha256Schema, assetId: idSchema, revision: z.string().max(64) }).nullable(),
  /** Latest troubles, newest last: a code and a sentence. */
  errors: z
    .array(z.object({ at: instantSchema, code: z.string().max(64), detail: z.string().max(500) }))
    .max(50),
  /** The commands that it carries out; none in what an older player tells. */
  offers: z.array(commandKindSchema).max(16).optional(),
  /** The loudest volume that staff set last. */
  volume: percentSchema.optional(),
  /** A small JPEG as base64. */
  screenshot: z.string().max(400_000).optional(),
});
/** See {@link healthReportSchema}. */
export type HealthReport = z.infer<typeof healthReportSchema>;

/** What the server wants next. */
export const healthAnswerSchema = z.object({
  /** The server's clock at the answer. */
  now: instantSchema,
  /** Ask for the manifest again after so long, without a bell. Milliseconds. */
  pollAfterMs: z.int().positive(),
  resend: z.array(seqRangeSchema),
});
/** See {@link healthAnswerSchema}. */
export type HealthAnswer = z.infer<typeof healthAnswerSchema>;
