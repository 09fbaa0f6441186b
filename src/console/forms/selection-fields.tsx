import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useMemo } from 'react';
import type { Selection } from '../../campaigns/booking.ts';
import { narrowed } from '../booking-form-state.ts';
import { KINDS } from '../choices.ts';
import type { Place } from '../fleet.ts';
import { placesQuery } from '../fleet-queries.ts';
import { EndpointMap } from '../parts/endpoint-map.tsx';
import { areasQuery } from '../queries.ts';
import { bookingWords } from '../words/booking-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { GroupChoice } from './group-choice.tsx';

const NONE: readonly Place[] = [];

/** Chooses endpoints by kind, area, tag, or one by one. */
export function SelectionFields({
  value,
  onChange,
}: {
  value: Selection;
  onChange: (selection: Selection) => void;
}) {
  const words = useWords(bookingWords);
  const { kinds } = useWords(shellWords);
  const fleet = useQuery(placesQuery);
  const endpoints = fleet.data?.places ?? NONE;
  const areas = useQuery(areasQuery);
  const tags = useMemo(
    () => [...new Set(endpoints.flatMap((endpoint) => endpoint.tags))].sort(),
    [endpoints],
  );
  return (
    <>
      <EndpointMap endpoints={endpoints} value={value} onChange={onChange} />
      <GroupChoice value={value} onChoose={onChange} />
      <fieldset className="checks">
        <legend>{words.kinds}</legend>
        {KINDS.map((kind) => (
          <label key={kind}>
            <input
              type="checkbox"
              checked={value.kinds?.includes(kind) ?? false}
              onChange={({ target }) => {
                const others = (value.kinds ?? []).filter((one) => one !== kind);
                onChange(narrowed(value, { kinds: target.checked ? [...others, kind] : others }));
              }}
            />
            {kinds[kind]}
          </label>
        ))}
      </fieldset>
      <Many
        label={words.areas}
        value={value.areaIds ?? []}
        options={(areas.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(areaIds) => onChange(narrowed(value, { areaIds }))}
      />
      <Many
        label={words.tags}
        value={value.tags ?? []}
        options={tags.map((tag) => ({ value: tag, label: tag }))}
        onChange={(chosen) => onChange(narrowed(value, { tags: chosen }))}
      />
      <Many
        label={words.endpoints}
        value={value.endpointIds ?? []}
        options={endpoints.map(({ id, code, name }) => ({
          value: id,
          label: `${code} ${name}`,
        }))}
        onChange={(endpointIds) => onChange(narrowed(value, { endpointIds }))}
      />
      <p className="quiet">{words.allHint}</p>
    </>
  );
}

function Many<V extends number | string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: V[];
  options: { value: V; label: string }[];
  onChange: (value: V[]) => void;
}) {
  return (
    <div className="field">
      <span aria-hidden="true">{label}</span>
      <Select
        mode="multiple"
        aria-label={label}
        showSearch={{ optionFilterProp: 'label' }}
        maxTagCount={6}
        value={value}
        options={options}
        onChange={onChange}
      />
    </div>
  );
}
