import { FLEET_STATES, KINDS } from '../choices.ts';
import type { FleetFilter, FleetRow } from '../fleet.ts';
import { useFormat } from '../format.ts';
import { shellWords } from '../words/shell-words.ts';
import { todayWords } from '../words/today-words.ts';
import { useWords } from '../words/use-words.ts';
import { NarrowingText } from './narrowing-text.tsx';

/** A filter as the address holds it. */
interface FleetSearch extends FleetFilter {
  readonly kind?: (typeof KINDS)[number] | undefined;
  readonly state?: (typeof FLEET_STATES)[number] | undefined;
}

/** Narrows a list of endpoints by text, kind, state and area. */
export function FleetFilters({
  search,
  rows,
  shown,
  onNarrow,
}: {
  search: FleetSearch;
  rows: readonly FleetRow[];
  shown: number;
  onNarrow: (next: FleetSearch) => void;
}) {
  const words = useWords(todayWords);
  const { kinds } = useWords(shellWords);
  const format = useFormat();
  const areas = [...new Map(rows.map(({ endpoint }) => [endpoint.areaId, endpoint.area]))].sort((a, b) =>
    a[1].localeCompare(b[1], 'zh'),
  );
  const count = (has: (row: FleetRow) => boolean) => format.number(rows.filter(has).length);
  return (
    <search className="filters">
      <NarrowingText label={words.filterText} value={search.q} onNarrow={(q) => onNarrow({ q })} />
      <select
        aria-label={words.kind}
        value={search.kind ?? ''}
        onChange={(event) => onNarrow({ kind: KINDS.find((kind) => kind === event.target.value) })}
      >
        <option value="">{words.allKinds}</option>
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {kinds[kind]} ({count((row) => row.endpoint.kind === kind)})
          </option>
        ))}
      </select>
      <select
        aria-label={words.state}
        value={search.state ?? ''}
        onChange={(event) => onNarrow({ state: FLEET_STATES.find((state) => state === event.target.value) })}
      >
        <option value="">{words.allStates}</option>
        {FLEET_STATES.map((state) => (
          <option key={state} value={state}>
            {words.states[state]} ({count((row) => row.state === state)})
          </option>
        ))}
      </select>
      <select
        aria-label={words.area}
        value={search.area ?? ''}
        onChange={(event) => onNarrow({ area: Number(event.target.value) || undefined })}
      >
        <option value="">{words.allAreas}</option>
        {areas.map(([id, name]) => (
          <option key={id} value={id}>
            {name} ({count((row) => row.endpoint.areaId === id)})
          </option>
        ))}
      </select>
      <output>{words.shown(format.number(shown))}</output>
    </search>
  );
}
