import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Selection } from '../campaigns/booking.ts';
import { answer, api } from './api.ts';
import type { Place } from './fleet.ts';
import { inSlices } from './in-slices.ts';

/* What pages ask of the fleet: all of it in brief, and what is shown of it in full. */

/** The whole fleet in brief, with the zone that most endpoints live in. */
export const placesQuery = queryOptions({
  queryKey: ['endpoints', 'places'],
  queryFn: async () => {
    const { zone, areas, places } = await answer(api.endpoints.places.$get());
    const nameOf = new Map(areas.map(({ id, name }) => [id, name]));
    return {
      zone,
      places: places.map(
        (one): Place => ({
          ...one,
          area: nameOf.get(one.areaId) ?? '',
          timeZone: one.timeZone ?? zone ?? '',
        }),
      ),
    };
  },
  refetchInterval: 30_000,
});

/** How every endpoint is. */
export const statesQuery = queryOptions({
  queryKey: ['now', 'states'],
  queryFn: () => answer(api.now.programme.states.$get()),
  refetchInterval: 5_000,
});

/** These endpoints with their players. */
export const endpointRowsQuery = (ids: readonly number[]) =>
  queryOptions({
    queryKey: ['endpoints', 'rows', ids],
    queryFn: () =>
      inSlices(
        ids,
        async (some) =>
          (await answer(api.endpoints.endpoints.$get({ query: { ids: some.join(',') } }))).endpoints,
      ),
    enabled: ids.length > 0,
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
  });

/** So many endpoints are offered at once. */
const ENDPOINTS_OFFERED = 50;

/** The first endpoints that have the words of `q`. */
export const endpointSearchQuery = (q: string) =>
  queryOptions({
    queryKey: ['endpoints', 'search', q],
    queryFn: async () => {
      const query = { ...(q !== '' && { q }), limit: String(ENDPOINTS_OFFERED) };
      return (await answer(api.endpoints.endpoints.$get({ query }))).endpoints;
    },
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });

/** The first endpoint that a selection means; null where it means none. */
export const firstMeantQuery = ({ endpointIds, areaIds, kinds, tags }: Selection) => {
  const query = {
    ...(endpointIds && { ids: endpointIds.slice(0, 500).join(',') }),
    ...(areaIds && { areaIds: areaIds.join(',') }),
    ...(kinds && { kinds: kinds.join(',') }),
    ...(tags && { tags: tags.join(',') }),
    limit: '1',
  };
  return queryOptions({
    queryKey: ['endpoints', 'first', query],
    queryFn: async () => (await answer(api.endpoints.endpoints.$get({ query }))).endpoints[0] ?? null,
    staleTime: 30_000,
  });
};

/** One endpoint with its player. */
export const endpointQuery = (endpointId: string) =>
  queryOptions({
    queryKey: ['endpoints', endpointId],
    queryFn: () => answer(api.endpoints.endpoints[':id'].$get({ param: { id: endpointId } })),
    refetchInterval: 10_000,
  });

/** What these endpoints play by their programmes. */
export const nowQuery = (ids: readonly number[]) =>
  queryOptions({
    queryKey: ['now', 'of', ids],
    queryFn: () =>
      inSlices(
        ids,
        async (some) =>
          (await answer(api.now.programme.now.$get({ query: { endpoints: some.join(',') } }))).endpoints,
      ),
    enabled: ids.length > 0,
    refetchInterval: 5_000,
    placeholderData: keepPreviousData,
  });

/** Plays of one day at all endpoints together. `date`: local date at each endpoint. */
export const dayTotalsQuery = (date: string) =>
  queryOptions({
    queryKey: ['reports', 'totals', date],
    queryFn: () =>
      answer(api.reports.reports.plays.$get({ query: { by: 'day', from: date, to: date } })).then(
        ({ totals }) => totals,
      ),
    refetchInterval: 15_000,
  });

/** Plays of one day at each of these endpoints. `date`: local date at each endpoint. */
export const dayRowsQuery = (date: string, ids: readonly number[]) =>
  queryOptions({
    queryKey: ['reports', 'rows', date, ids],
    queryFn: () =>
      inSlices(ids, async (some) => {
        const query = { by: 'endpoint', from: date, to: date, endpointIds: some.join(',') } as const;
        return (await answer(api.reports.reports.plays.$get({ query }))).rows;
      }),
    enabled: ids.length > 0,
    refetchInterval: 15_000,
    placeholderData: keepPreviousData,
  });
