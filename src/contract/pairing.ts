import { z } from 'zod';
import { endpointKindSchema, idSchema, instantSchema, publicKeySchema } from './media-type.ts';

/** What a player can do; decides which bookings reach it. */
export const capabilitiesSchema = z.object({
  video: z.boolean(),
  image: z.boolean(),
  audio: z.boolean(),
  /** Pixels of the picture, where there is one. */
  width: z.int().positive().max(100_000).optional(),
  height: z.int().positive().max(100_000).optional(),
  /** The sound that it can play, where that is less than all; a loudspeaker that only says `mp3` gets MP3. */
  sound: z.array(z.enum(['aac', 'mp3'])).optional(),
  /** Can say a typed text aloud. */
  speech: z.boolean().optional(),
});

/** A box that asks to become a player. */
export const pairingRequestSchema = z.object({
  /** What the box calls itself; shown to staff, never an identity. */
  hardwareId: z.string().min(1).max(128),
  kind: endpointKindSchema,
  capabilities: capabilitiesSchema,
});
/** See {@link pairingRequestSchema}. */
export type PairingRequest = z.infer<typeof pairingRequestSchema>;

/** The short code that the screen shows, and the secret with which the box asks how it went. */
export const pairingOfferSchema = z.object({
  /** Six characters without look-alikes, for people to type. */
  code: z.string().length(6),
  secret: z.string().min(20),
  /** The address that opens the console with the code, as a QR code: an SVG document. Shown beside the code. */
  qr: z.string().max(50_000).optional(),
  expiresAt: instantSchema,
});
/** See {@link pairingOfferSchema}. */
export type PairingOffer = z.infer<typeof pairingOfferSchema>;

/** How a pairing stands. The token is told once only; afterwards the state is `expired`. */
export const pairingStateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('waiting') }),
  z.object({ state: z.literal('expired') }),
  z.object({
    state: z.literal('paired'),
    token: z.string().min(20),
    endpointId: idSchema,
    /** The keys to pin: nothing signed by another key is ever shown. */
    serverKeys: z.array(publicKeySchema).min(1),
  }),
]);
/** See {@link pairingStateSchema}. */
export type PairingState = z.infer<typeof pairingStateSchema>;

/** Joining with a single-use enrolment token that staff made in advance, for boxes without a screen. */
export const enrolmentRequestSchema = z.object({
  token: z.string().min(20).max(200),
  hardwareId: z.string().min(1).max(128),
  capabilities: capabilitiesSchema,
});
