import { z } from 'zod';
import { idSchema, instantSchema, sha256Schema } from './media-type.ts';

/** JWS `typ` header of an override, so that no other signed statement can pass for one. */
export const OVERRIDE_TYP = 'beacon-override';
/** Header of every manifest answer that names the statements standing for the player; absent when none does. */
export const STANDING_HEADER = 'beacon-overrides';
/** Most receipts in one request. */
export const MAX_RECEIPTS = 64;

/** How grave it is, gravest first; the words are CAP's (OASIS CAP 1.2, `severity`). */
export const severitySchema = z.enum(['extreme', 'severe', 'moderate', 'minor']);
/** See {@link severitySchema}. */
export type Severity = z.infer<typeof severitySchema>;
const GRAVEST_FIRST: readonly Severity[] = ['extreme', 'severe', 'moderate', 'minor'];

/** An emergency that takes over endpoints at once. Travels inside the SSE event as a compact JWS. */
export const overrideSchema = z.object({
  version: z.literal(1),
  overrideId: idSchema,
  /** Grows with every statement about this override; a lower one is old news. */
  serial: z.int().positive(),
  action: z.enum(['raise', 'withdraw']),
  severity: severitySchema,
  /**
   * The endpoints that are meant; a player ignores a statement that does not name its own. An override of
   * many endpoints is told in several statements, each of which names some.
   */
  endpoints: z.array(idSchema).min(1),
  /** How many endpoints all statements about this override name, where they are several. */
  fleet: z.int().positive().optional(),
  from: instantSchema,
  /** Ends by itself at this instant, also offline. */
  until: instantSchema,
  drill: z.boolean(),
  show: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('media'), assetId: idSchema, media: z.array(sha256Schema).min(1) }),
    z.object({
      kind: z.literal('text'),
      title: z.string().max(60),
      body: z.string().max(500),
      lang: z.string(),
    }),
  ]),
});
/** See {@link overrideSchema}. */
export type Override = z.infer<typeof overrideSchema>;

/** What decides between overrides that want the same endpoint. Instants in milliseconds since 1970. */
export interface Claim {
  readonly overrideId: number;
  readonly drill: boolean;
  readonly severity: Severity;
  readonly fromMs: number;
}

/**
 * Whether claim `a` goes before claim `b`: the real one before the drill, then the graver, then the one that
 * began later, then the one with the higher id. A strict order, the same on server and player.
 */
export function goesBefore(a: Claim, b: Claim): boolean {
  if (a.drill !== b.drill) return b.drill;
  const graver = GRAVEST_FIRST.indexOf(b.severity) - GRAVEST_FIRST.indexOf(a.severity);
  if (graver !== 0) return graver > 0;
  return a.fromMs === b.fromMs ? a.overrideId > b.overrideId : a.fromMs > b.fromMs;
}

/**
 * What a player tells of an override. `shown`: its first frame or sample came out; `ended`: it is on no more,
 * `reason` says why; `refused`: it could not be put on, and the programme goes on.
 */
export const overrideReceiptSchema = z.object({
  overrideId: idSchema,
  serial: z.int().positive(),
  state: z.enum(['shown', 'ended', 'refused']),
  /** When, in time corrected to the server's clock. */
  at: instantSchema,
  /** Of `ended`: over, withdrawn, preempted or playerRestarted; of `refused`: a code. */
  reason: z.string().max(200).optional(),
});
/** See {@link overrideReceiptSchema}. */
export type OverrideReceipt = z.infer<typeof overrideReceiptSchema>;

/** Receipts in the order in which they came about. Sending them again is safe. */
export const overrideReceiptsSchema = z.object({
  receipts: z.array(overrideReceiptSchema).min(1).max(MAX_RECEIPTS),
});
/** See {@link overrideReceiptsSchema}. */
export type OverrideReceipts = z.infer<typeof overrideReceiptsSchema>;

/** What the server says to receipts, sent only after its commit. */
export const receiptsTakenSchema = z.object({ taken: z.int().nonnegative() });

/**
 * Every statement that stands for a player now, raised or withdrawn, each a compact JWS; beside them the commands that
 * it has not answered, oldest first, which a player that offers none does not read.
 */
export const standingStatementsSchema = z.object({
  statements: z.array(z.string()),
  commands: z.array(z.string()).optional(),
});
