import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import { playlistPagesQuery, playlistQuery } from '../queries.ts';
import { useSettled } from '../settled.ts';

/** Chooses a playlist by typing a part of its name; the server looks for it. */
export function PlaylistChoice({
  label,
  none,
  value,
  onChoose,
}: {
  label: string;
  /** What stands there while none is chosen. */
  none: string;
  value: number | null;
  onChoose: (playlistId: number) => void;
}) {
  const [typed, setTyped] = useState('');
  const q = useSettled(typed.trim());
  const found = useInfiniteQuery(playlistPagesQuery(q || undefined));
  const chosen = useQuery({ ...playlistQuery(value ?? 0), enabled: value !== null });
  const options = (found.data?.pages ?? []).flat().map(({ id, name }) => ({ value: id, label: name }));
  const isListed = value === null || options.some((option) => option.value === value);
  return (
    <div className="field">
      <span aria-hidden="true">{label}</span>
      <Select
        showSearch={{ filterOption: false, searchValue: typed, onSearch: setTyped }}
        aria-label={label}
        placeholder={none}
        value={value}
        loading={found.isFetching}
        options={isListed ? options : [{ value, label: chosen.data?.name ?? `#${value}` }, ...options]}
        onChange={(id) => {
          if (id !== null && id !== undefined) onChoose(id);
        }}
      />
    </div>
  );
}
