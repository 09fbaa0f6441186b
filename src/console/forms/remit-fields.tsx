import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { isInRemit, type Remit } from '../../base/within.ts';
import { placesQuery } from '../fleet-queries.ts';
import { useFormat } from '../format.ts';
import { areasQuery } from '../queries.ts';
import { remitWords } from '../words/remit-words.ts';
import { useWords } from '../words/use-words.ts';

/** Chooses the areas and owners whose endpoints somebody is for; null: all endpoints. */
export function RemitFields({
  value,
  onChange,
}: {
  value: Remit | null;
  onChange: (remit: Remit | null) => void;
}) {
  const words = useWords(remitWords);
  const format = useFormat();
  const areas = useQuery(areasQuery);
  const endpoints = useQuery(placesQuery);
  const owners = [...new Set((endpoints.data?.places ?? []).map(({ owner }) => owner))].sort();
  const { areaIds, owners: chosen } = value ?? { areaIds: null, owners: null };
  const change = (next: Partial<Remit>) => {
    const remit = { areaIds, owners: chosen, ...next };
    onChange(remit.areaIds === null && remit.owners === null ? null : remit);
  };
  const covered = value && endpoints.data?.places.filter((one) => isInRemit(value, one)).length;
  return (
    <>
      <p className="quiet">{words.lead}</p>
      <div className="field">
        <span aria-hidden="true">{words.areas}</span>
        <Select
          mode="multiple"
          aria-label={words.areas}
          placeholder={words.any}
          // Above a dialog, only what is inside it can be seen and clicked.
          getPopupContainer={(field) => field.closest('dialog') ?? document.body}
          showSearch={{ optionFilterProp: 'label' }}
          value={[...(areaIds ?? [])]}
          options={(areas.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(ids) => change({ areaIds: ids.length > 0 ? ids : null })}
        />
      </div>
      <div className="field">
        <span aria-hidden="true">{words.owners}</span>
        <Select
          mode="multiple"
          aria-label={words.owners}
          placeholder={words.any}
          // Above a dialog, only what is inside it can be seen and clicked.
          getPopupContainer={(field) => field.closest('dialog') ?? document.body}
          showSearch={{ optionFilterProp: 'label' }}
          value={[...(chosen ?? [])]}
          options={owners.map((owner) => ({ value: owner, label: owner || '—' }))}
          onChange={(names) => change({ owners: names.length > 0 ? names : null })}
        />
      </div>
      {typeof covered === 'number' && <p aria-live="polite">{words.covers(format.number(covered))}</p>}
    </>
  );
}
