import { hashKey, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Selection } from '../../campaigns/booking.ts';
import type { Group } from '../../endpoints/group.ts';
import { useFormat } from '../format.ts';
import { groupPagesQuery } from '../queries.ts';
import { useSettled } from '../settled.ts';
import { choiceWords } from '../words/choice-words.ts';
import { useWords } from '../words/use-words.ts';
import { SearchedChoice } from './searched-choice.tsx';

/** Takes the conditions of a saved group as the choice, and says what follows the group from then on and what not. */
export function GroupChoice({
  value,
  onChoose,
}: {
  value: Selection;
  onChoose: (selection: Selection) => void;
}) {
  const words = useWords(choiceWords);
  const format = useFormat();
  const [typed, setTyped] = useState('');
  const found = useInfiniteQuery(groupPagesQuery(useSettled(typed.trim()) || undefined));
  const [chosen, setChosen] = useState<Group | null>(null);
  const groups = found.data?.pages.flat() ?? [];
  const isSame = ({ rule }: Group) => hashKey([rule]) === hashKey([value]);
  // What was stored tells its conditions, not the group they came from.
  const same = chosen && isSame(chosen) ? chosen : groups.find(isSame);
  const isNone = typed === '' && found.data !== undefined && groups.length === 0;
  return (
    <>
      <SearchedChoice
        label={words.group}
        none={isNone ? words.noGroups : words.chooseGroup}
        value={same?.id ?? null}
        nameOfValue={same?.name ?? ''}
        found={{
          options: groups.map(({ id, name, endpoints }) => ({
            value: id,
            label: words.groupOption(name, format.number(endpoints)),
          })),
          isFetching: found.isFetching,
        }}
        typed={typed}
        onType={setTyped}
        onChoose={(id) => {
          const group = groups.find((one) => one.id === id);
          if (!group) return;
          setChosen(group);
          onChoose(group.rule);
        }}
      />
      {same && <p className="quiet">{words.groupCopied(same.name)}</p>}
    </>
  );
}
