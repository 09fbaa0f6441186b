import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import type { Group, GroupDraft, GroupRule } from '../../endpoints/group.ts';
import { isMember } from '../../endpoints/group-member.ts';
import { answer, api } from '../api.ts';
import { KINDS } from '../choices.ts';
import { placesQuery } from '../fleet-queries.ts';
import { useFormat } from '../format.ts';
import { Nothing, TroubleNote } from '../parts/waiting.tsx';
import { areasQuery } from '../queries.ts';
import { groupWords } from '../words/group-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

const SHOWN_MEMBERS = 40;

/** Makes or changes a group, and says meanwhile who its members are. */
export function GroupForm({ group, onDone }: { group: Group | null; onDone: () => void }) {
  const words = useWords(groupWords);
  const { kinds: kindNames, cancel } = useWords(shellWords);
  const format = useFormat();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const headingId = useId();
  const areas = useQuery(areasQuery);
  const fleet = useQuery(placesQuery);
  const [name, setName] = useState(group?.name ?? '');
  const [kinds, setKinds] = useState(group?.rule.kinds ?? []);
  const [areaIds, setAreaIds] = useState(group?.rule.areaIds ?? []);
  const [tags, setTags] = useState(group?.rule.tags ?? []);
  const rule: GroupRule = {
    ...(kinds.length > 0 && { kinds }),
    ...(areaIds.length > 0 && { areaIds }),
    ...(tags.length > 0 && { tags }),
  };
  const isEmpty = kinds.length + areaIds.length + tags.length === 0;
  const all = fleet.data?.places ?? [];
  const members = isEmpty ? [] : all.filter((endpoint) => isMember(rule, endpoint));
  const allTags = [...new Set([...tags, ...all.flatMap((endpoint) => endpoint.tags)])].sort();
  const save = useMutation({
    mutationFn: (json: GroupDraft) =>
      group === null
        ? answer(api.groups.groups.$post({ json }))
        : answer(api.groups.groups[':id'].$put({ param: { id: String(group.id) }, json })),
    onSuccess: () => {
      void message.success(words.saved);
      onDone();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['groups'] }),
  });
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    save.mutate({ name: name.trim(), rule });
  }
  return (
    <form className="panel" onSubmit={onSubmit} aria-labelledby={headingId}>
      <h2 id={headingId}>{group === null ? words.add : words.edit(group.name)}</h2>
      <label className="field">
        <span>{words.name}</span>
        <input value={name} required maxLength={100} onChange={({ target }) => setName(target.value)} />
      </label>
      <Toggles
        legend={words.kinds}
        options={KINDS.map((kind) => ({ value: kind, label: kindNames[kind] }))}
        chosen={kinds}
        onChange={setKinds}
      />
      <Toggles
        legend={words.areas}
        options={(areas.data ?? []).map(({ id, name: area }) => ({ value: id, label: area }))}
        chosen={areaIds}
        onChange={setAreaIds}
      />
      <Toggles
        legend={words.tags}
        options={allTags.map((tag) => ({ value: tag, label: tag }))}
        chosen={tags}
        onChange={setTags}
      />
      <div role="status">
        {isEmpty ? (
          <p className="quiet">{words.needsOne}</p>
        ) : (
          <b>{words.members(format.number(members.length), format.number(all.length))}</b>
        )}
      </div>
      {!isEmpty && fleet.data && members.length === 0 && <Nothing>{words.noMembers}</Nothing>}
      {members.length > 0 && (
        <ul className="members">
          {members.slice(0, SHOWN_MEMBERS).map(({ id, code, name: place }) => (
            <li key={id}>
              <b>{code}</b> {place}
            </li>
          ))}
          {members.length > SHOWN_MEMBERS && (
            <li className="quiet">{words.more(format.number(members.length - SHOWN_MEMBERS))}</li>
          )}
        </ul>
      )}
      {save.error && <TroubleNote error={save.error} />}
      <p className="acts">
        <Button type="primary" htmlType="submit" disabled={isEmpty} loading={save.isPending}>
          {words.save}
        </Button>
        {group !== null && <Button onClick={onDone}>{cancel}</Button>}
      </p>
    </form>
  );
}

function Toggles<V extends string | number>({
  legend,
  options,
  chosen,
  onChange,
}: {
  legend: string;
  options: readonly { value: V; label: string }[];
  chosen: readonly V[];
  onChange: (chosen: V[]) => void;
}) {
  if (options.length === 0) return null;
  return (
    <fieldset className="areas">
      <legend>{legend}</legend>
      {options.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          aria-pressed={chosen.includes(value)}
          onClick={() =>
            onChange(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value])
          }
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}
