import { useInfiniteQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import { useTitles } from '../asset-titles.ts';
import { useFormat } from '../format.ts';
import { materialQuery } from '../queries.ts';
import { useSettled } from '../settled.ts';
import { titleOf } from '../titles.ts';

/** Chooses one piece of material, or none, by typing a part of its title; the server looks for it. */
export function AssetChoice({
  label,
  none,
  state,
  value,
  onChoose,
}: {
  label: string;
  /** What it means that none is chosen. */
  none: string;
  /** Only material in this state. */
  state?: 'approved';
  value: number | undefined;
  onChoose: (assetId: number | undefined) => void;
}) {
  const { language } = useFormat();
  const [typed, setTyped] = useState('');
  const q = useSettled(typed.trim());
  const found = useInfiniteQuery(materialQuery({ q: q || undefined, state }));
  const nameOf = useTitles(value === undefined ? [] : [value]);
  const options = (found.data?.pages ?? []).flatMap(({ assets }) =>
    assets.map((asset) => ({ value: asset.id, label: titleOf(asset, language) })),
  );
  const isListed = value === undefined || options.some((option) => option.value === value);
  return (
    <div className="field">
      <span aria-hidden="true">{label}</span>
      <Select
        showSearch={{ filterOption: false, searchValue: typed, onSearch: setTyped }}
        aria-label={label}
        allowClear
        placeholder={none}
        value={value ?? null}
        loading={found.isFetching}
        options={isListed ? options : [{ value, label: nameOf(value) }, ...options]}
        onChange={(id) => onChoose(id ?? undefined)}
      />
    </div>
  );
}
