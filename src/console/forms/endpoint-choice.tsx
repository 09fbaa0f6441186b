import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { endpointQuery, endpointSearchQuery } from '../fleet-queries.ts';
import { useSettled } from '../settled.ts';
import { SearchedChoice } from './searched-choice.tsx';

/** Chooses one endpoint by typing a part of its code or name; the server looks for it. */
export function EndpointChoice({
  label,
  value,
  onChoose,
}: {
  label: string;
  value: number | undefined;
  onChoose: (endpointId: number) => void;
}) {
  const [typed, setTyped] = useState('');
  const found = useQuery(endpointSearchQuery(useSettled(typed.trim())));
  const chosen = useQuery({
    ...endpointQuery(String(value)),
    enabled: value !== undefined,
    refetchInterval: false,
  });
  const options = (found.data ?? []).map(({ id, code, name }) => ({ value: id, label: `${code} ${name}` }));
  return (
    <SearchedChoice
      {...{ label, typed }}
      value={value ?? null}
      nameOfValue={chosen.data ? `${chosen.data.code} ${chosen.data.name}` : `#${value}`}
      found={{ options, isFetching: found.isFetching }}
      onType={setTyped}
      onChoose={(id) => {
        if (id !== null) onChoose(id);
      }}
    />
  );
}
