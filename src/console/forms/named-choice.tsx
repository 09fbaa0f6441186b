import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Pages } from '../queries.ts';
import { useSettled } from '../settled.ts';
import { SearchedChoice } from './searched-choice.tsx';

/** What every choice of a named thing is told. */
export interface ChoiceTexts {
  readonly label: string;
  /** What stands there while none is chosen. */
  readonly none: string;
  readonly value: number | null;
}

/** Chooses one of what comes by pages, by typing a part of its name; the server looks for it. */
export function NamedChoice<T extends { readonly id: number; readonly name: string }>({
  label,
  none,
  value,
  pagesOf,
  chosen,
  mayClear = false,
  onChoose,
}: ChoiceTexts & {
  /** What is found by a part of a name. */
  pagesOf: (q: string | undefined) => Pages<T>;
  /** What the chosen one is called, once that is known. */
  chosen: string | undefined;
  mayClear?: boolean;
  /** Null: it was cleared. */
  onChoose: (one: T | null) => void;
}) {
  const [typed, setTyped] = useState('');
  const found = useInfiniteQuery(pagesOf(useSettled(typed.trim()) || undefined));
  const all = (found.data?.pages ?? []).flat();
  return (
    <SearchedChoice
      {...{ label, none, value, typed, mayClear }}
      nameOfValue={chosen ?? `#${value}`}
      found={{
        options: all.map(({ id, name }) => ({ value: id, label: name })),
        isFetching: found.isFetching,
      }}
      onType={setTyped}
      onChoose={(id) => onChoose(all.find((one) => one.id === id) ?? null)}
    />
  );
}
