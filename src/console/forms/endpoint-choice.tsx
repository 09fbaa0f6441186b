import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import { endpointQuery, endpointSearchQuery } from '../fleet-queries.ts';
import { useSettled } from '../settled.ts';

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
  const isListed = value === undefined || options.some((option) => option.value === value);
  const named = chosen.data ? `${chosen.data.code} ${chosen.data.name}` : `#${value}`;
  return (
    <div className="field">
      <span aria-hidden="true">{label}</span>
      <Select
        showSearch={{ filterOption: false, searchValue: typed, onSearch: setTyped }}
        aria-label={label}
        value={value ?? null}
        loading={found.isFetching}
        options={isListed ? options : [{ value, label: named }, ...options]}
        onChange={(id) => {
          if (id !== null && id !== undefined) onChoose(id);
        }}
      />
    </div>
  );
}
