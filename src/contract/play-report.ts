import { z } from 'zod';
import { idSchema, instantSchema, sha256Schema } from './media-type.ts';

/** Most plays in one report; a longer queue goes in several. */
export const MAX_PLAYS_PER_REPORT = 1_000;
/** Most bytes of a report's body, after decompression. */
export const MAX_REPORT_BYTES = 1_048_576;
/** The largest sequence number: what every JSON reader holds exactly (2^53 − 1). */
export const MAX_SEQ = Number.MAX_SAFE_INTEGER;

/** How a playback ended. `cut`: stopped before its end, by an override, a power cut or a new programme. */
export const outcomeSchema = z.enum(['completed', 'cut', 'failed']);

/** The number of a play; counts up from 1 for one player and epoch and is never used again. */
export const seqSchema = z.int().min(1).max(MAX_SEQ);

/** One playback as the player saw it. */
export const playSchema = z.object({
  seq: seqSchema,
  /** Null or absent for filler and for overrides. */
  bookingId: idSchema.nullish(),
  /** Set when an emergency caused the play. */
  overrideId: idSchema.nullish(),
  assetId: idSchema,
  sha256: sha256Schema,
  /** When the first frame or sample came out, in time corrected to the server's clock. */
  startedAt: instantSchema,
  /** How long it was really shown or heard. Milliseconds; less than the spot when cut. */
  durationMs: z.int().min(0).max(86_400_000),
  outcome: outcomeSchema,
  reason: z.string().max(200).optional(),
});
/** See {@link playSchema}. */
export type Play = z.infer<typeof playSchema>;

/** Names one life of a player's storage; a new one starts when the storage was lost. */
export const epochSchema = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);

/** A batch of plays. Sending it again, whole or in part, in any order, is always safe. */
export const playReportSchema = z.object({
  epoch: epochSchema,
  plays: z.array(playSchema).max(MAX_PLAYS_PER_REPORT),
  clock: z.object({ now: instantSchema }),
});
/** See {@link playReportSchema}. */
export type PlayReport = z.infer<typeof playReportSchema>;

/** The envelope alone: the server judges each play by itself, so that a bad one never loses the others. */
export const playReportEnvelopeSchema = z.object({
  epoch: epochSchema,
  plays: z.array(z.unknown()).max(MAX_PLAYS_PER_REPORT),
  clock: z.object({ now: instantSchema }),
});

/** A closed range of sequence numbers, [from, to], both included. */
export const seqRangeSchema = z.tuple([seqSchema, seqSchema]);
/** See {@link seqRangeSchema}. */
export type SeqRange = z.infer<typeof seqRangeSchema>;

/** Why a play was not counted. Kept apart by the server, never lost. */
export const rejectionCodeSchema = z.enum([
  'play.malformed',
  'play.fromFuture',
  'play.tooOld',
  'play.notTold',
  'play.tooLong',
  'play.overlaps',
  'play.closed',
  'play.clockOff',
]);
/** See {@link rejectionCodeSchema}. */
export type RejectionCode = z.infer<typeof rejectionCodeSchema>;

/** What the server says to a report, sent only after its commit. */
export const playReceiptSchema = z.object({
  accepted: z.int().nonnegative(),
  duplicates: z.int().nonnegative(),
  /** Plays kept apart with a reason. `seq` is null when the play had no readable one. */
  rejected: z.array(z.object({ seq: seqSchema.nullable(), code: rejectionCodeSchema })),
  /** All numbers the server holds for this epoch; the player may delete exactly these. */
  received: z.array(seqRangeSchema),
  /** Holes below the highest number received: please send. */
  missing: z.array(seqRangeSchema),
});
/** See {@link playReceiptSchema}. */
export type PlayReceipt = z.infer<typeof playReceiptSchema>;
