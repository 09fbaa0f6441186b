import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../format.ts';
import { areasQuery, assetsQuery, endpointsQuery } from '../queries.ts';
import { titleOf } from '../titles.ts';
import { singlePlayWords } from '../words/single-play-words.ts';
import { useWords } from '../words/use-words.ts';

/** By what plays can be narrowed besides period, campaign and outcome. */
type Field = 'booking' | 'endpoint' | 'area' | 'owner' | 'asset' | 'weekday' | 'hour';

/** Says in words by what plays are narrowed. */
export function useNarrowed(
  search: Partial<Record<Exclude<Field, 'owner'>, number | undefined>> & { owner?: string | undefined },
): { field: Field; what: string; value: string }[] {
  const words = useWords(singlePlayWords);
  const format = useFormat();
  const areas = useQuery({ ...areasQuery, enabled: search.area !== undefined });
  const assets = useQuery({ ...assetsQuery, enabled: search.asset !== undefined });
  const endpoints = useQuery({ ...endpointsQuery, enabled: search.endpoint !== undefined });
  const endpoint = endpoints.data?.find(({ id }) => id === search.endpoint);
  const asset = assets.data?.find(({ id }) => id === search.asset);
  const named = (id: number | undefined, name: string | undefined) =>
    id === undefined ? undefined : (name ?? `#${id}`);
  const values: Record<Field, string | undefined> = {
    booking: search.booking === 0 ? words.filler : named(search.booking, undefined),
    endpoint: named(search.endpoint, endpoint && `${endpoint.code} ${endpoint.name}`),
    area: named(search.area, areas.data?.find(({ id }) => id === search.area)?.name),
    owner: search.owner,
    asset: named(search.asset, asset && titleOf(asset, format.language)),
    weekday: search.weekday === undefined ? undefined : words.weekdays[search.weekday - 1],
    hour: search.hour === undefined ? undefined : words.hourOf(String(search.hour)),
  };
  const fields: readonly Field[] = ['booking', 'endpoint', 'area', 'owner', 'asset', 'weekday', 'hour'];
  return fields.flatMap((field) => {
    const value = values[field];
    return value === undefined ? [] : [{ field, what: words.narrow[field], value }];
  });
}
