import { type QueryKey, queryOptions, useQueries } from '@tanstack/react-query';
import { answer, api } from './api.ts';
import { askedTogether } from './asked-together.ts';

/* Names of what other things refer to by id: those that are shown, and no more. */

/** So many are asked for at once. */
const MOST_AT_ONCE = 100;
const FRESH_MS = 300_000;

interface Named<Id> {
  readonly id: Id;
  readonly name: string;
}

const personOf = askedTogether(
  async (ids: readonly string[]) =>
    (await answer(api.staff.people.$get({ query: { ids: ids.join(',') } }))).people,
  MOST_AT_ONCE,
);
const campaignOf = askedTogether(
  async (ids: readonly number[]) =>
    (await answer(api.campaigns.campaigns.$get({ query: { ids: ids.join(',') } }))).campaigns,
  MOST_AT_ONCE,
);

function useNames<Id>(
  key: QueryKey,
  of: (id: Id) => Promise<Named<Id> | null>,
  ids: Iterable<Id | null | undefined>,
): ReadonlyMap<Id, string> {
  const wanted = [...new Set(ids)].filter((id) => id !== null && id !== undefined);
  return useQueries({
    queries: wanted.map((id) =>
      queryOptions({ queryKey: [...key, id], queryFn: () => of(id), staleTime: FRESH_MS }),
    ),
    combine: (found) => new Map(found.flatMap(({ data }) => (data ? [[data.id, data.name] as const] : []))),
  });
}

/** Names of these accounts and keys; what is not known yet, or belongs to nobody, is absent. */
export function usePeopleNames(ids: Iterable<string | null | undefined>): ReadonlyMap<string, string> {
  return useNames(['people'], personOf, ids);
}

/** Names of these campaigns: their number while that is not known. */
export function useCampaignNames(ids: Iterable<number>): (id: number) => string {
  const names = useNames(['campaigns', 'named'], campaignOf, ids);
  return (id) => names.get(id) ?? `#${id}`;
}
