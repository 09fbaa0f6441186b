import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { endpointsQuery } from '../queries.ts';

/** Chooses one endpoint by typing a part of its code or name. */
export function EndpointChoice({
  label,
  value,
  onChoose,
}: {
  label: string;
  value: number | undefined;
  onChoose: (endpointId: number) => void;
}) {
  const endpoints = useQuery(endpointsQuery);
  return (
    <div className="field">
      <span aria-hidden="true">{label}</span>
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={label}
        value={value ?? null}
        loading={endpoints.isPending}
        options={(endpoints.data ?? []).map(({ id, code, name }) => ({
          value: id,
          label: `${code} ${name}`,
        }))}
        onChange={(id) => {
          if (id !== null) onChoose(id);
        }}
      />
    </div>
  );
}
