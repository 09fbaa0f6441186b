import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { type FormEvent, useRef } from 'react';
import { answer, api, done } from '../api.ts';
import { deviceOf } from '../device.ts';
import { useFormat } from '../format.ts';
import { useAsk } from '../parts/ask.tsx';
import { ColumnHeads } from '../parts/column-heads.tsx';
import { HindranceNote, PasskeyTrouble, useHindrance } from '../parts/passkey-notes.tsx';
import { Found, Nothing } from '../parts/waiting.tsx';
import { Wide } from '../parts/wide.tsx';
import { makePasskey } from '../passkeys.ts';
import { useSignInOut } from '../session.tsx';
import { passkeyWords } from '../words/passkey-words.ts';
import { useWords } from '../words/use-words.ts';

const room = api.passkeys.session.passkeys;
const QUERY = ['passkeys'];

/** The passkeys of the own account, with the way to add and to remove one. */
export function PasskeysForm() {
  const words = useWords(passkeyWords);
  const format = useFormat();
  const ask = useAsk();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { refresh } = useSignInOut();
  const hindrance = useHindrance();
  const sure = useRef<HTMLInputElement>(null);
  const kept = useQuery({ queryKey: QUERY, queryFn: async () => (await answer(room.$get())).passkeys });
  const settled = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: QUERY }),
      queries.invalidateQueries({ queryKey: ['sessions'] }),
    ]);
  const add = useMutation({
    mutationFn: async ({ name, password }: { name: string; password: string }) => {
      const asked = await answer(room.challenge.$post({ json: { password } }));
      const made = await makePasskey(asked);
      return answer(room.$post({ json: { name, answer: made } }));
    },
    onSuccess: () => {
      void message.success(words.added);
      // Where a second step was asked, it is there now.
      return refresh();
    },
    onSettled: settled,
  });
  const remove = useMutation({
    mutationFn: (id: number) =>
      done(
        room[':id'].end.$post({
          param: { id: String(id) },
          json: { password: sure.current?.value ?? '' },
        }),
      ),
    onSuccess: () => {
      void message.success(words.removed);
      // Whoever signed in by it is signed out.
      return refresh();
    },
    onSettled: settled,
  });
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    remove.reset();
    add.mutate(
      { name: String(data.get('name')), password: String(data.get('password')) },
      { onSuccess: () => form.reset() },
    );
  }
  function onRemove(id: number, name: string): void {
    add.reset();
    ask({
      title: words.removeSure(name),
      content: (
        <>
          <p>{words.removeLead}</p>
          <label className="field">
            <span>{words.removePassword}</span>
            <input ref={sure} type="password" autoComplete="current-password" />
          </label>
        </>
      ),
      okText: words.remove,
      isGrave: true,
      onOk: () => remove.mutateAsync(id),
    });
  }
  const trouble = add.error ?? remove.error;
  return (
    <section className="panel narrow passkeys">
      <h2>{words.title}</h2>
      <p className="quiet">{words.lead}</p>
      <Found query={kept} lines={2}>
        {(all) =>
          all.length === 0 ? (
            <Nothing>{words.none}</Nothing>
          ) : (
            <Wide label={words.title}>
              <table className="rows tight">
                <ColumnHeads columns={words.columns} />
                <tbody>
                  {all.map(({ id, name, createdAt, lastUsedAt }) => (
                    <tr key={id}>
                      <td>{name}</td>
                      <td>{format.dateTime(createdAt)}</td>
                      <td>{lastUsedAt === null ? words.never : format.dateTime(lastUsedAt)}</td>
                      <td>
                        <Button size="small" danger onClick={() => onRemove(id, name)}>
                          {words.remove}
                        </Button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Wide>
          )
        }
      </Found>
      {trouble && <PasskeyTrouble error={trouble} />}
      <HindranceNote />
      {hindrance === null && (
        <form onSubmit={onSubmit}>
          <label className="field">
            <span>{words.name}</span>
            <input
              name="name"
              defaultValue={deviceOf(navigator.userAgent) ?? ''}
              placeholder={words.nameHint}
              maxLength={60}
              autoComplete="off"
              required
            />
          </label>
          <label className="field">
            <span>{words.password}</span>
            <input name="password" type="password" autoComplete="current-password" required />
          </label>
          <div className="acts">
            <Button type="primary" htmlType="submit" loading={add.isPending}>
              {words.add}
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}
