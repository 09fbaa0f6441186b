import { z } from 'zod';
import { endpointKindSchema, idSchema, instantSchema, sha256Schema } from './media-type.ts';

/** JWS `typ` header of a manifest, so that no other signed statement can pass for one. */
export const MANIFEST_TYP = 'beacon-manifest';

/** One file that the programme needs. */
export const manifestMediaSchema = z.object({
  sha256: sha256Schema,
  /** Path on the server, or an absolute address of a CDN; fetched with the player's token. */
  url: z.string().min(1),
  bytes: z.int().positive(),
  /** MIME type. */
  type: z.string().min(3),
  /** Length of one play: of the film or sound itself, or the time that a still stays. Milliseconds. */
  durationMs: z.int().positive(),
  width: z.int().positive().optional(),
  height: z.int().positive().optional(),
  /** Integrated loudness, ITU-R BS.1770, in LUFS. */
  loudnessLufs: z.number().optional(),
});

/** One entry of a loop. */
export const manifestSpotSchema = z.object({
  /** Start, from the start of the programme entry that names the loop. Milliseconds. */
  atMs: z.int().nonnegative(),
  durationMs: z.int().positive(),
  /** SHA-256 of the file to play; always one of the manifest's `media`. */
  media: sha256Schema,
  assetId: idSchema,
  /** Null when the spot is filler that no booking asked for. */
  bookingId: idSchema.nullable(),
});

/** The compiled sequence for one local hour. Spots are ordered by `atMs` and never overlap. */
export const manifestLoopSchema = z.object({
  /** Names the content: equal spots, equal id. */
  id: z.string().min(8).max(64),
  lengthMs: z.int().positive(),
  /** The last spot may run past `lengthMs` into the next hour, whose first spot then starts after it. */
  spots: z.array(manifestSpotSchema),
});

/** One stretch of the programme: from `from` until `to` play loop `loop`. No stretch means: closed. */
export const programmeEntrySchema = z.object({
  from: instantSchema,
  to: instantSchema,
  loop: z.string(),
});

/** Emergency material that the player holds ready on its own storage. */
export const standingMaterialSchema = z.object({
  assetId: idSchema,
  media: sha256Schema,
});

/**
 * Header of every manifest answer, also of 304: the server's clock in whole milliseconds since 1970. `Date` has whole
 * seconds, by which no two screens would change together.
 */
export const TIME_HEADER = 'beacon-time';

/** What a player pulls: programme and media list. Travels as a compact JWS (RFC 7515, EdDSA over Ed25519). */
export const manifestSchema = z.object({
  version: z.literal(1),
  endpoint: z.object({
    id: idSchema,
    name: z.string(),
    kind: endpointKindSchema,
    /** IANA zone, for example Asia/Shanghai. */
    timeZone: z.string(),
  }),
  /** Names the content without `issuedAt`, `validUntil` and `serial`; equal content, equal revision. */
  revision: z.string().min(8).max(64),
  issuedAt: instantSchema,
  /** After this instant the programme is history: play the last known loop of that hour of the week. */
  validUntil: instantSchema,
  /** Only grows for one endpoint; a player refuses a lower one than it has shown. */
  serial: z.int().positive(),
  media: z.array(manifestMediaSchema),
  loops: z.array(manifestLoopSchema),
  /** Sorted by `from`; entries never overlap. */
  programme: z.array(programmeEntrySchema),
  overrides: z.array(standingMaterialSchema),
});

/** See {@link manifestSchema}. */
export type Manifest = z.infer<typeof manifestSchema>;
/** See {@link manifestMediaSchema}. */
export type ManifestMedia = z.infer<typeof manifestMediaSchema>;
/** See {@link manifestLoopSchema}. */
export type ManifestLoop = z.infer<typeof manifestLoopSchema>;
/** See {@link manifestSpotSchema}. */
export type ManifestSpot = z.infer<typeof manifestSpotSchema>;
/** See {@link programmeEntrySchema}. */
export type ProgrammeEntry = z.infer<typeof programmeEntrySchema>;
