import { hashKey, useQuery } from '@tanstack/react-query';
import type { Selection } from '../../campaigns/booking.ts';
import { useFormat } from '../format.ts';
import { groupsQuery } from '../queries.ts';
import { choiceWords } from '../words/choice-words.ts';
import { useWords } from '../words/use-words.ts';

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
  const groups = useQuery(groupsQuery);
  const all = groups.data ?? [];
  const same = all.find(({ rule }) => hashKey([rule]) === hashKey([value]));
  return (
    <>
      <label className="field">
        <span>{words.group}</span>
        <select
          value={same?.id ?? ''}
          disabled={all.length === 0}
          onChange={({ target }) => {
            const group = all.find(({ id }) => id === Number(target.value));
            if (group) onChoose(group.rule);
          }}
        >
          <option value="">{all.length === 0 ? words.noGroups : words.chooseGroup}</option>
          {all.map(({ id, name, endpoints }) => (
            <option key={id} value={id}>
              {words.groupOption(name, format.number(endpoints))}
            </option>
          ))}
        </select>
      </label>
      {same && <p className="quiet">{words.groupCopied(same.name)}</p>}
    </>
  );
}
