import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { playlistPagesQuery, playlistQuery } from '../queries.ts';
import { useSettled } from '../settled.ts';
import { SearchedChoice } from './searched-choice.tsx';

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
  return (
    <SearchedChoice
      {...{ label, none, value, typed }}
      nameOfValue={chosen.data?.name ?? `#${value}`}
      found={{ options, isFetching: found.isFetching }}
      onType={setTyped}
      onChoose={(id) => {
        if (id !== null) onChoose(id);
      }}
    />
  );
}
