import { Refusal } from './refusal.ts';

/** The endpoints that somebody may deal with, by id; null: all, also those still to come. */
export type Within = ReadonlySet<number> | null;

/**
 * The part of the fleet that an account or a key is for. An endpoint belongs to it when its area is one of the areas
 * and its owner one of the owners; null: any.
 */
export interface Remit {
  readonly areaIds: readonly number[] | null;
  readonly owners: readonly string[] | null;
}

/** Whether an endpoint belongs to the remit. `src/staff/remit-store.ts` says the same in SQL. */
export function isInRemit(
  { areaIds, owners }: Remit,
  endpoint: { readonly areaId: number; readonly owner: string },
): boolean {
  return (
    (areaIds === null || areaIds.includes(endpoint.areaId)) &&
    (owners === null || owners.includes(endpoint.owner))
  );
}

/** An endpoint as people know it. */
export interface NamedEndpoint {
  readonly id: number;
  readonly code: string;
  readonly name: string;
}

/** So many are named in a refusal. */
const MOST_NAMED = 50;

/** Whether an endpoint is one of them. */
export function isWithin(within: Within, endpointId: number): boolean {
  return within === null || within.has(endpointId);
}

/** Those of the endpoints asked for that are within; all within where none are named. */
export function narrowed(within: Within, endpointIds: readonly number[] | undefined): Within {
  return endpointIds === undefined ? within : new Set(endpointIds.filter((id) => isWithin(within, id)));
}

/** Those of the items whose endpoint is one of them, in the given order. */
export function onlyWithin<T extends { readonly endpointId: number }>(
  within: Within,
  items: readonly T[],
): T[] {
  return items.filter(({ endpointId }) => isWithin(within, endpointId));
}

/**
 * Lets an act pass that reaches these endpoints and no others. `where`: the field of the request that means them.
 * @throws Refusal `remit.outside`, naming those that lie outside
 */
export function refuseOutside(within: Within, reached: readonly NamedEndpoint[], where = 'endpoints'): void {
  const outside = reached.filter(({ id }) => !isWithin(within, id));
  if (outside.length === 0) return;
  const listed = outside.slice(0, 3).map(({ code, name }) => `${code} ${name}`);
  const more = outside.length > listed.length;
  throw new Refusal(
    'remit.outside',
    {
      en: `${outside.length} of the endpoints lie outside your remit: ${listed.join(', ')}${more ? ' and more' : ''}.`,
      zh: `其中 ${outside.length} 个终端不在您的管辖范围内：${listed.join('、')}${more ? '等' : ''}。`,
    },
    outside.slice(0, MOST_NAMED).map(({ code, name }) => ({
      where,
      message: { en: `${code} ${name} lies outside your remit`, zh: `${code} ${name} 不在您的管辖范围内` },
    })),
  );
}
