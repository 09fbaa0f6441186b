import { z } from '@hono/zod-openapi';
import { NOTICE } from '../audience/notice.ts';
import type { EndpointKind } from '../contract/media-type.ts';
import { exposureOf, impressionsOf } from './impressions.ts';

const figures = z.object({ low: z.number(), best: z.number(), high: z.number() });

/** One play behind a number: what was measured, and what is estimated of it, not rounded to whole contacts. */
export const singlePlaySchema = z
  .object({
    playerId: z.int(),
    epochNo: z.int(),
    seq: z.int(),
    endpointId: z.int(),
    endpoint: z.string(),
    kind: z.enum(['screen', 'tv', 'loudspeaker']),
    assetId: z.int(),
    bookingId: z.int().nullable(),
    /** Its name. */
    booking: z.string().nullable(),
    overrideId: z.int().nullable(),
    startedAt: z.string(),
    /** Local to the endpoint: `2027-02-05 19:00`. */
    localTime: z.string(),
    durationMs: z.int(),
    outcome: z.enum(['completed', 'cut', 'failed']),
    receivedAt: z.string(),
    /** The audience that went in. */
    peoplePerHour: z.int(),
    dwellSeconds: z.int(),
    audienceVersion: z.int(),
    opportunities: z.number(),
    impressions: figures,
    hearers: figures,
    /** OpenRTB 2.6 `imp.qty`, as AdCOM has it for digital out-of-home; null where there is nothing to see. */
    qty: z.object({ multiplier: z.number(), sourcetype: z.literal(2) }).nullable(),
  })
  .openapi('SinglePlay');
/** See {@link singlePlaySchema}. */
export type SinglePlay = z.infer<typeof singlePlaySchema>;

/** A play with the audience of its hour, as the database has them. */
export interface StoredPlay {
  readonly playerId: number;
  readonly epochNo: number;
  readonly seq: number;
  readonly endpointId: number;
  readonly endpoint: string;
  readonly kind: EndpointKind;
  readonly assetId: number;
  readonly bookingId: number | null;
  readonly booking: string | null;
  readonly overrideId: number | null;
  readonly startedAtMs: number;
  readonly localTime: string;
  readonly durationMs: number;
  readonly outcome: 'completed' | 'cut' | 'failed';
  readonly receivedAtMs: number;
  readonly peoplePerHour: number;
  readonly dwellSeconds: number;
  readonly audienceVersion: number;
  /** Thousandths; null: as the kind has it. */
  readonly noticeLow: number | null;
  readonly noticeBest: number | null;
  readonly noticeHigh: number | null;
}

/** Which OpenRTB source type the estimates are: the publisher's own (AdCOM list of DOOH multiplier sources). */
const FROM_PUBLISHER = 2;

/** The play with its estimate, by the same formula as reports. */
export function singlePlayOf(stored: StoredPlay): SinglePlay {
  const { startedAtMs, receivedAtMs, noticeLow, noticeBest, noticeHigh, ...rest } = stored;
  const usual = NOTICE[stored.kind];
  const share = (thousandths: number | null, otherwise: number) =>
    thousandths === null ? otherwise : thousandths / 1_000;
  const notice = {
    low: share(noticeLow, usual.low),
    best: share(noticeBest, usual.best),
    high: share(noticeHigh, usual.high),
  };
  const made = impressionsOf(exposureOf(stored, { ...stored, notice }));
  const rounded = (one: typeof made.impressions) => ({
    low: places(one.low),
    best: places(one.best),
    high: places(one.high),
  });
  return {
    ...rest,
    startedAt: new Date(startedAtMs).toISOString(),
    receivedAt: new Date(receivedAtMs).toISOString(),
    opportunities: places(made.opportunities),
    impressions: rounded(made.impressions),
    hearers: rounded(made.hearers),
    qty:
      stored.kind === 'loudspeaker' || stored.outcome === 'failed'
        ? null
        : { multiplier: places(made.impressions.best), sourcetype: FROM_PUBLISHER },
  };
}

/** Six places: sums over thousands of plays still agree with the report's whole contacts. */
function places(value: number): number {
  return Math.round(value * 1_000_000) / 1_000_000;
}

/** Where a page ended: the next one begins after this play. */
export interface PlayCursor {
  /** Microseconds since 1970. */
  readonly startedAtUs: number;
  readonly endpointId: number;
  readonly playerId: number;
  readonly epochNo: number;
  readonly seq: number;
}

/** A cursor as text that goes into an address. */
export function cursorText({ startedAtUs, endpointId, playerId, epochNo, seq }: PlayCursor): string {
  return [startedAtUs, endpointId, playerId, epochNo, seq].join('.');
}

/** The cursor of a text; null when it is none. */
export function cursorOf(text: string): PlayCursor | null {
  const [, ...parts] = /^(\d{1,16})\.(\d{1,10})\.(\d{1,10})\.(\d{1,10})\.(\d{1,16})$/.exec(text) ?? [];
  const [startedAtUs = 0, endpointId = 0, playerId = 0, epochNo = 0, seq = 0] = parts.map(Number);
  const isSafe = Number.isSafeInteger(startedAtUs) && Number.isSafeInteger(seq);
  const isSmall = [endpointId, playerId, epochNo].every((one) => one <= 2_147_483_647);
  return parts.length === 5 && isSafe && isSmall && startedAtUs < 4e15
    ? { startedAtUs, endpointId, playerId, epochNo, seq }
    : null;
}
