import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { answer, api } from '../api.ts';
import { ROLES } from '../choices.ts';
import { latestTrouble } from '../latest-trouble.ts';
import { staffPagesQuery } from '../queries.ts';
import { useSettled } from '../settled.ts';
import { accountWords } from '../words/account-words.ts';
import { settingsWords } from '../words/settings-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { MoreOf } from './more-of.tsx';
import { type Person, PersonRow } from './person-row.tsx';
import { RemitDialog } from './remit.tsx';
import { SearchField } from './search-field.tsx';
import { Sessions } from './sessions.tsx';
import { Found, TroubleNote } from './waiting.tsx';
import { Wide } from './wide.tsx';

/** All accounts, with the way to make one and to change each. */
export function People() {
  const words = useWords(settingsWords);
  const shell = useWords(shellWords);
  const account = useWords(accountWords);
  const queries = useQueryClient();
  const [told, setTold] = useState<{ username: string; password: string } | null>(null);
  const [shown, setShown] = useState<Person | null>(null);
  const [limited, setLimited] = useState<Person | null>(null);
  const [q, setQ] = useState('');
  const staff = useInfiniteQuery(staffPagesQuery(useSettled(q.trim()) || undefined));
  const add = useMutation({
    mutationFn: (json: { username: string; name: string; role: (typeof ROLES)[number] }) =>
      answer(api.staff.staff.$post({ json })),
    onSuccess: ({ username, oneTimePassword }) =>
      setTold(oneTimePassword === null ? null : { username, password: oneTimePassword }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['staff'] }),
  });
  const renew = useMutation({
    mutationFn: (username: string) =>
      answer(api.staff.staff[':username'].password.$post({ param: { username } })),
    onSuccess: ({ username, oneTimePassword }) => setTold({ username, password: oneTimePassword }),
  });
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const role = ROLES.find((one) => one === data.get('role')) ?? 'viewer';
    add.mutate(
      { username: String(data.get('username')), name: String(data.get('name')), role },
      { onSuccess: () => form.reset() },
    );
  }
  const trouble = latestTrouble(add, renew);
  return (
    <section className="panel">
      <h2>{words.people}</h2>
      {told && (
        <p className="told" role="status">
          {words.oneTime(told.username, told.password)}
        </p>
      )}
      {trouble && <TroubleNote error={trouble} />}
      <form className="side-by-side" onSubmit={onSubmit}>
        <label className="field">
          <span>{words.username}</span>
          <input name="username" required minLength={2} maxLength={40} autoComplete="off" />
        </label>
        <label className="field">
          <span>{words.name}</span>
          <input name="name" required maxLength={80} autoComplete="off" />
        </label>
        <label className="field">
          <span>{words.role}</span>
          <select name="role" defaultValue="editor">
            {ROLES.map((role) => (
              <option key={role} value={role}>
                {shell.roles[role]}
              </option>
            ))}
          </select>
        </label>
        <Button type="primary" htmlType="submit" loading={add.isPending}>
          {words.addPerson}
        </Button>
      </form>
      <SearchField label={words.findPerson} value={q} onType={setQ} />
      <Found query={staff}>
        {({ pages }) => (
          <Wide label={words.people}>
            <table className="rows">
              <thead>
                <tr>
                  <th scope="col">{words.username}</th>
                  <th scope="col">{words.name}</th>
                  <th scope="col">{words.role}</th>
                  <th scope="col">{words.since}</th>
                  <th scope="col">{account.acts}</th>
                </tr>
              </thead>
              <tbody>
                {pages.flat().map((person) => (
                  <PersonRow
                    key={person.id}
                    person={person}
                    onRenew={() => renew.mutateAsync(person.username)}
                    onSessions={() => setShown(person)}
                    onRemit={() => setLimited(person)}
                  />
                ))}
              </tbody>
            </table>
          </Wide>
        )}
      </Found>
      <MoreOf of={staff} />
      {limited && <RemitDialog person={limited} onDone={() => setLimited(null)} />}
      {shown && <Sessions key={shown.username} of={shown} />}
    </section>
  );
}
