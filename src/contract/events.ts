import { z } from 'zod';
import { seqRangeSchema } from './play-report.ts';

/** SSE event names on `/api/player/v1/events`. The poll finds the same facts; the stream is only faster. */
export const EVENT = {
  manifest: 'manifest',
  override: 'override',
  command: 'command',
  resend: 'resend',
  ping: 'ping',
} as const;

/** Data of a `manifest` event: a newer programme is there. */
export const manifestEventSchema = z.object({ revision: z.string() });
/** Data of a `resend` event: the server misses these plays. */
export const resendEventSchema = z.object({ ranges: z.array(seqRangeSchema) });
