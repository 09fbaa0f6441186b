import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { GroupRule } from '../../endpoints/group.ts';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { GroupForm } from '../forms/group-form.tsx';
import { useAsk } from '../parts/ask.tsx';
import { MoreOf } from '../parts/more-of.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { Found, Nothing, TroubleNote } from '../parts/waiting.tsx';
import { areasQuery, groupPagesQuery, groupQuery } from '../queries.ts';
import { useMay } from '../session.tsx';
import { useSettled } from '../settled.ts';
import { groupWords } from '../words/group-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/endpoints/groups');

/** Saved rules over endpoints, and the way to make and change them. */
export function GroupsPage() {
  const words = useWords(groupWords);
  const format = useFormat();
  const ruleWords = useRuleWords();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const mayInstall = useMay('install');
  const queries = useQueryClient();
  const ask = useAsk();
  const [made, setMade] = useState(0);
  const [q, setQ] = useState('');
  const settled = useSettled(q.trim());
  const groups = useInfiniteQuery(groupPagesQuery(settled || undefined));
  const { group: groupId } = search;
  const chosen = useQuery({ ...groupQuery(groupId ?? 0), enabled: groupId !== undefined });
  const remove = useMutation({
    mutationFn: (id: number) => answer(api.groups.groups[':id'].$delete({ param: { id: String(id) } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['groups'] }),
  });
  return (
    <section className="page">
      <header>
        <h1>{words.title}</h1>
        <span className="fill" />
        <Link className="button" to="/endpoints" search={{}}>
          {words.back}
        </Link>
      </header>
      <p className="quiet">{words.lead}</p>
      {remove.error && <TroubleNote error={remove.error} />}
      <SearchField label={words.filter} value={q} onType={setQ} />
      <Found query={groups} lines={5}>
        {({ pages }) => {
          const all = pages.flat();
          const group = (groupId !== undefined && chosen.data) || null;
          return (
            <div className="two">
              <section className="panel">
                {all.length === 0 && <Nothing>{settled === '' ? words.none : words.noneMeant}</Nothing>}
                <ul className="template-list">
                  {all.map(({ id, name, rule, endpoints }) => (
                    <li key={id}>
                      <p>
                        <b>{name}</b> <span className="tag">{words.endpoints(format.number(endpoints))}</span>
                      </p>
                      <p className="quiet">{ruleWords(rule)}</p>
                      {mayInstall && (
                        <p className="acts">
                          <Button
                            size="small"
                            aria-label={`${words.change} ${name}`}
                            onClick={() => void navigate({ search: { group: id } })}
                          >
                            {words.change}
                          </Button>
                          <Button
                            size="small"
                            danger
                            aria-label={`${words.remove} ${name}`}
                            onClick={() =>
                              ask({
                                title: words.removeSure(name),
                                okText: words.remove,
                                isGrave: true,
                                onOk: () => remove.mutateAsync(id),
                              })
                            }
                          >
                            {words.remove}
                          </Button>
                        </p>
                      )}
                    </li>
                  ))}
                </ul>
                <MoreOf of={groups} />
              </section>
              {mayInstall && (
                <GroupForm
                  key={`${group?.id} ${made}`}
                  group={group}
                  onDone={() => {
                    setMade(made + 1);
                    void navigate({ search: {} });
                  }}
                />
              )}
            </div>
          );
        }}
      </Found>
    </section>
  );
}

/** A rule in words. */
function useRuleWords(): (rule: GroupRule) => string {
  const { rule: words } = useWords(groupWords);
  const shell = useWords(shellWords);
  const areas = useQuery(areasQuery);
  const nameOf = (id: number) => areas.data?.find((area) => area.id === id)?.name ?? `#${id}`;
  return ({ kinds, areaIds, tags }) =>
    [
      kinds && `${words.kinds}: ${kinds.map((kind) => shell.kinds[kind]).join(' / ')}`,
      areaIds && `${words.areas}: ${areaIds.map(nameOf).join(' / ')}`,
      tags && `${words.tags}: ${tags.join(' / ')}`,
    ]
      .filter((part) => part !== undefined)
      .join(' · ');
}
