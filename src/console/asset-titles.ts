import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { answer, api } from './api.ts';
import { useFormat } from './format.ts';
import { titleOf } from './titles.ts';

/** So many titles are asked for at once; of more, the first. */
const MOST_TITLES = 500;

/** What these assets are called, in the language of the console: `otherwise`, or their number, while that is not known. */
export function useTitles(ids: Iterable<number>): (id: number, otherwise?: string) => string {
  const { language } = useFormat();
  const wanted = [...new Set(ids)].sort((a, b) => a - b).slice(0, MOST_TITLES);
  const found = useQuery({
    queryKey: ['assets', 'titles', wanted],
    queryFn: async () =>
      (await answer(api.material.material.titles.$get({ query: { ids: wanted.join(',') } }))).titles,
    enabled: wanted.length > 0,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
  const titles = new Map(found.data?.map((one) => [one.id, titleOf(one, language)]));
  return (id, otherwise = `#${id}`) => titles.get(id) ?? otherwise;
}
