import { useQuery } from '@tanstack/react-query';
import { ASSET_STATES, CATEGORIES } from '../choices.ts';
import { useFormat } from '../format.ts';
import { assetTagsQuery } from '../queries.ts';
import { bulkWords } from '../words/bulk-words.ts';
import { materialWords } from '../words/material-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { NarrowingText } from './narrowing-text.tsx';

/** What material is narrowed to, as the address holds it. */
interface MaterialFilter {
  readonly q?: string | undefined;
  readonly category?: (typeof CATEGORIES)[number] | undefined;
  readonly state?: (typeof ASSET_STATES)[number] | undefined;
  readonly tag?: string | undefined;
}

/** Narrows material by text, category, tag and state. `counts`: pieces by state, while they are known. */
export function MaterialFilters({
  search,
  counts,
  onNarrow,
}: {
  search: MaterialFilter;
  counts: Readonly<Record<(typeof ASSET_STATES)[number], number>> | undefined;
  onNarrow: (next: MaterialFilter) => void;
}) {
  const words = useWords(materialWords);
  const bulk = useWords(bulkWords);
  const shell = useWords(shellWords);
  const format = useFormat();
  const tags = useQuery(assetTagsQuery).data ?? [];
  // A tag that the last piece has just lost can still be what the address narrows to.
  const offered = search.tag === undefined || tags.includes(search.tag) ? tags : [search.tag, ...tags];
  const all = counts && ASSET_STATES.reduce((sum, state) => sum + counts[state], 0);
  return (
    <search className="filters">
      <NarrowingText label={words.filterText} value={search.q} onNarrow={(q) => onNarrow({ q })} />
      <select
        aria-label={words.category}
        value={search.category ?? ''}
        onChange={(event) => onNarrow({ category: CATEGORIES.find((one) => one === event.target.value) })}
      >
        <option value="">{words.allCategories}</option>
        {CATEGORIES.map((category) => (
          <option key={category} value={category}>
            {shell.categories[category]}
          </option>
        ))}
      </select>
      {offered.length > 0 && (
        <select
          aria-label={bulk.allTags}
          value={search.tag ?? ''}
          onChange={(event) => onNarrow({ tag: event.target.value || undefined })}
        >
          <option value="">{bulk.allTags}</option>
          {offered.map((tag) => (
            <option key={tag} value={tag}>
              {tag}
            </option>
          ))}
        </select>
      )}
      <span className="choices">
        {[undefined, ...ASSET_STATES].map((state) => {
          const count = state === undefined ? all : counts?.[state];
          return (
            <button
              key={state ?? 'all'}
              type="button"
              aria-pressed={search.state === state}
              onClick={() => onNarrow({ state })}
            >
              {state === undefined ? shell.all : shell.states[state]}{' '}
              {count !== undefined && format.number(count)}
            </button>
          );
        })}
      </span>
    </search>
  );
}
