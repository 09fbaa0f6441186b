import { useQuery } from '@tanstack/react-query';
import { useTitles } from '../asset-titles.ts';
import { endpointQuery } from '../fleet-queries.ts';
import { areasQuery } from '../queries.ts';
import { singlePlayWords } from '../words/single-play-words.ts';
import { useWords } from '../words/use-words.ts';

/** By what plays can be narrowed besides period, campaign and outcome. */
type Field = 'booking' | 'endpoint' | 'area' | 'owner' | 'asset' | 'weekday' | 'hour';

/** Says in words by what plays are narrowed. */
export function useNarrowed(
  search: Partial<Record<Exclude<Field, 'owner'>, number | undefined>> & { owner?: string | undefined },
): { field: Field; what: string; value: string }[] {
  const words = useWords(singlePlayWords);
  const areas = useQuery({ ...areasQuery, enabled: search.area !== undefined });
  const titleOf = useTitles(search.asset === undefined ? [] : [search.asset]);
  const found = useQuery({
    ...endpointQuery(String(search.endpoint)),
    enabled: search.endpoint !== undefined,
    refetchInterval: false,
  });
  const endpoint = found.data;
  const named = (id: number | undefined, name: string | undefined) =>
    id === undefined ? undefined : (name ?? `#${id}`);
  const values: Record<Field, string | undefined> = {
    booking: search.booking === 0 ? words.filler : named(search.booking, undefined),
    endpoint: named(search.endpoint, endpoint && `${endpoint.code} ${endpoint.name}`),
    area: named(search.area, areas.data?.find(({ id }) => id === search.area)?.name),
    owner: search.owner,
    asset: search.asset === undefined ? undefined : titleOf(search.asset),
    weekday: search.weekday === undefined ? undefined : words.weekdays[search.weekday - 1],
    hour: search.hour === undefined ? undefined : words.hourOf(String(search.hour)),
  };
  const fields: readonly Field[] = ['booking', 'endpoint', 'area', 'owner', 'asset', 'weekday', 'hour'];
  return fields.flatMap((field) => {
    const value = values[field];
    return value === undefined ? [] : [{ field, what: words.narrow[field], value }];
  });
}
