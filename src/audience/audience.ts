import { z } from '@hono/zod-openapi';
import { otherwise } from '../base/issue-words.ts';
import { idSchema } from '../contract/media-type.ts';
import { HOURS_OF_WEEK } from './place-class.ts';

const share = z.number().min(0).max(1);

/** Most people an hour that a model may name. */
export const MOST_PEOPLE = 1_000_000;

/** Notice factors: low, best and high share of those present who notice a play. */
export const noticeSchema = z.object({ low: share, best: share, high: share }).refine(
  ({ low, best, high }) => low <= best && best <= high,
  otherwise({
    en: 'low, best and high must be in this order',
    zh: 'low、best、high 必须依次不减',
  }),
);

/** The audience of one endpoint as somebody counted or assumed it. */
export interface AudienceDraft {
  readonly endpointId: number;
  /** People who come by in each local hour of the week, Monday 0:00 first. */
  readonly people: readonly number[];
  readonly dwellSeconds: number;
  /** Thousandths. */
  readonly noticeLow: number;
  readonly noticeBest: number;
  readonly noticeHigh: number;
  /** Tenths. */
  readonly visitTenthsPerWeek: number;
  readonly placeClass: string | null;
  readonly source: string;
}

/** The audience of an endpoint as it holds now. */
export const audienceSchema = z
  .object({
    endpointId: idSchema,
    basis: z.enum(['counted', 'placeClass', 'endpoint']).openapi({
      description: '`counted`: imported. `placeClass` and `endpoint`: assumptions',
    }),
    /** 0: nothing was ever imported for it; the figures of the endpoint itself are used. */
    version: z.int(),
    source: z.string(),
    placeClass: z.string().nullable(),
    openOohId: z.int().nullable().openapi({ description: 'Venue id of the OpenOOH taxonomy 1.2.1' }),
    people: z
      .array(z.int())
      .length(HOURS_OF_WEEK)
      .openapi({ description: 'People an hour, by local hour of the week, Monday 0:00 first' }),
    dwellSeconds: z.int(),
    notice: noticeSchema,
    visitsPerWeek: z.number().openapi({ description: 'How often one person comes by in a week' }),
  })
  .openapi('Audience');
/** See {@link audienceSchema}. */
export type Audience = z.infer<typeof audienceSchema>;

/** One step by which the model came to be what it is. */
export const audienceVersionSchema = z
  .object({
    number: z.int(),
    what: z.enum(['import', 'placeClass', 'population']),
    source: z.string(),
    population: z.int().nullable(),
    endpoints: z.int(),
    madeBy: z.string(),
    madeAt: z.iso.datetime(),
  })
  .openapi('AudienceVersion');
/** See {@link audienceVersionSchema}. */
export type AudienceVersion = z.infer<typeof audienceVersionSchema>;

/** Of which model an estimate is, and on what it rests. */
export const audienceFactsSchema = z.object({
  /** 0: there is no model; every endpoint goes by its own average. */
  version: z.int(),
  /** People in the whole district; null: not known. */
  population: z.int().nullable(),
  /** Endpoints by the basis of their audience. */
  endpoints: z.object({ counted: z.int(), placeClass: z.int(), endpoint: z.int() }),
});
/** See {@link audienceFactsSchema}. */
export type AudienceFacts = z.infer<typeof audienceFactsSchema>;
