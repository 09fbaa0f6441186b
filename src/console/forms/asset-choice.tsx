import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTitles } from '../asset-titles.ts';
import { useFormat } from '../format.ts';
import { materialQuery } from '../queries.ts';
import { useSettled } from '../settled.ts';
import { titleOf } from '../titles.ts';
import { SearchedChoice } from './searched-choice.tsx';

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
  return (
    <SearchedChoice
      {...{ label, none, typed }}
      value={value ?? null}
      nameOfValue={value === undefined ? '' : nameOf(value)}
      found={{ options, isFetching: found.isFetching }}
      mayClear
      onType={setTyped}
      onChoose={(id) => onChoose(id ?? undefined)}
    />
  );
}
