import { z } from '@hono/zod-openapi';
import type { Estimate } from './impressions.ts';

/** Names the model of reach and its factors; changes whenever a figure could. */
export const REACH_VERSION = '1';

/** What went into one endpoint's part of a reach. */
export interface EndpointReach {
  /** Noticed contacts in the period. */
  readonly impressions: Estimate;
  /** Different people who come by in a week. */
  readonly pool: number;
}

/**
 * How unevenly contacts spread over people: the shape of the gamma distribution of their rates. Small: a few
 * people have most contacts. An assumption; 1 makes contacts geometric.
 */
export const GAMMA_SHAPE: Estimate = { low: 0.5, best: 1, high: 2 };

/** The model as it is printed. */
export const REACH_MODEL = {
  version: REACH_VERSION,
  text: 'reach of an endpoint = N × (1 − (1 + c ÷ (N k))^−k); of several = P × (1 − Π(1 − reach ÷ P))',
  inputs: {
    N: 'different people who come by the endpoint in a week: the sum of its 168 hours ÷ visits per person and week',
    c: 'impressions of the endpoint in the period (screens and televisions)',
    k: GAMMA_SHAPE,
    P: 'people in the whole district; without it only the range is told',
  },
  assumptions: [
    'Contacts of one person are negative-binomial: Poisson, with rates that differ between people by a gamma distribution of shape k (low, best, high).',
    'The people of an endpoint are those of one week: passers-by who come only later are missed, so that reach over months is rather too low.',
    'Whether somebody meets several endpoints is taken as chance in the district. The lower bound has all people at the endpoint with the most, the upper bound has nobody at two.',
    'Loudspeakers are left out: hearers are contacts only.',
  ],
} as const;

/** People reached at least once, and how often on average. Estimated. */
export const reachSchema = z
  .object({
    version: z.string(),
    /** Null where the population of the district is not known: then only the range is told. */
    best: z.int().nullable(),
    low: z.int(),
    high: z.int(),
    /** Impressions ÷ people reached; null without a best value. */
    frequency: z.number().nullable(),
    population: z.int().nullable(),
    /** Endpoints with impressions of which nobody knows how many different people come by. */
    endpointsWithoutPeople: z.int(),
    text: z.string(),
    inputs: z.record(z.string(), z.unknown()),
    assumptions: z.array(z.string()),
  })
  .openapi('Reach');
/** See {@link reachSchema}. */
export type Reach = z.infer<typeof reachSchema>;

/** Of `pool` people with so many contacts among them, those who have at least one. */
export function reachedOf(pool: number, contacts: number, shape: number): number {
  if (pool <= 0 || contacts <= 0) return 0;
  // 1 − (1 + m ÷ k)^−k, without loss where m is small.
  return -pool * Math.expm1(-shape * Math.log1p(contacts / pool / shape));
}

/** Estimates how many different people had contact with a campaign. */
export function reachOf(endpoints: readonly EndpointReach[], population: number | null): Reach {
  const bounds = (bound: keyof Estimate) =>
    endpoints.map(({ pool, impressions }) => reachedOf(pool, impressions[bound], GAMMA_SHAPE[bound]));
  const most = population ?? Number.POSITIVE_INFINITY;
  const low = Math.min(
    most,
    bounds('low').reduce((best, one) => Math.max(best, one), 0),
  );
  const high = Math.min(
    most,
    bounds('high').reduce((sum, one) => sum + one, 0),
  );
  const best = population === null ? null : between(low, high, byChance(bounds('best'), population));
  const contacts = endpoints.reduce((sum, one) => sum + one.impressions.best, 0);
  return {
    ...REACH_MODEL,
    inputs: { ...REACH_MODEL.inputs },
    assumptions: [...REACH_MODEL.assumptions],
    best: best === null ? null : Math.round(best),
    low: Math.round(low),
    high: Math.round(high),
    frequency: best === null || best === 0 ? null : Math.round((contacts / best) * 10) / 10,
    population,
    endpointsWithoutPeople: endpoints.filter(({ pool, impressions }) => pool <= 0 && impressions.best > 0)
      .length,
  };
}

/** Reach of several endpoints when meeting one says nothing of meeting another (Sainsbury's formula). */
function byChance(reached: readonly number[], population: number): number {
  const missed = reached.reduce((product, one) => product * (1 - Math.min(1, one / population)), 1);
  return population * (1 - missed);
}

function between(low: number, high: number, value: number): number {
  return Math.min(high, Math.max(low, value));
}
