import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { answer, api, done } from '../api.ts';
import { useFormat } from '../format.ts';
import { KeyForm } from '../forms/key-form.tsx';
import { usePeopleNames } from '../names.ts';
import { keyWords } from '../words/key-words.ts';
import { useWords } from '../words/use-words.ts';
import { useAsk } from './ask.tsx';
import { useRemitText } from './remit.tsx';
import { Found, Nothing, TroubleNote } from './waiting.tsx';
import { Wide } from './wide.tsx';

/** Keys of other programs, with the way to make and to revoke one. */
export function Keys() {
  const words = useWords(keyWords);
  const format = useFormat();
  const ask = useAsk();
  const remitText = useRemitText();
  const queries = useQueryClient();
  const [showsEnded, setShowsEnded] = useState(false);
  const keys = useQuery({
    queryKey: ['keys'],
    queryFn: async () => (await answer(api.keys.keys.$get())).keys,
  });
  const people = usePeopleNames((keys.data ?? []).map(({ createdBy }) => createdBy));
  const revoke = useMutation({
    mutationFn: (id: number) => done(api.keys.keys[':id'].$delete({ param: { id: String(id) } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  });
  return (
    <section className="panel">
      <h2>{words.title}</h2>
      <p className="quiet">{words.lead}</p>
      <KeyForm />
      {revoke.error && <TroubleNote error={revoke.error} />}
      <Found query={keys}>
        {(all) => {
          const shown = all.filter(({ isGood }) => isGood || showsEnded);
          return (
            <>
              {shown.length === 0 ? (
                <Nothing>{words.none}</Nothing>
              ) : (
                <Wide label={words.title}>
                  <table className="rows">
                    <thead>
                      <tr>
                        <th scope="col">{words.name}</th>
                        <th scope="col">{words.begins}</th>
                        <th scope="col">{words.scopesLead}</th>
                        <th scope="col">{words.by}</th>
                        <th scope="col">{words.until}</th>
                        <th scope="col">{words.lastUsed}</th>
                        <th scope="col">{words.revoke}</th>
                      </tr>
                    </thead>
                    <tbody>
                      {shown.map((key) => (
                        <tr key={key.id}>
                          <td>{key.name}</td>
                          <td>
                            <code>{key.begins}…</code>
                          </td>
                          <td>
                            {key.scopes.map((scope) => words.scopes[scope]).join('; ')}
                            {key.remit && <small> · {remitText(key.remit)}</small>}
                          </td>
                          <td>{people.get(key.createdBy) ?? key.createdBy}</td>
                          <td>{key.expiresAt === null ? words.forever : format.dateTime(key.expiresAt)}</td>
                          <td>{key.lastUsedAt === null ? words.never : format.dateTime(key.lastUsedAt)}</td>
                          <td>
                            {key.isGood ? (
                              <Button
                                size="small"
                                danger
                                onClick={() =>
                                  ask({
                                    title: words.revokeSure(key.name),
                                    okText: words.revoke,
                                    isGrave: true,
                                    onOk: () => revoke.mutateAsync(key.id),
                                  })
                                }
                              >
                                {words.revoke}
                              </Button>
                            ) : (
                              <b>{key.revokedAt === null ? words.expired : words.revoked}</b>
                            )}
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </Wide>
              )}
              {all.some(({ isGood }) => !isGood) && (
                <label>
                  <input
                    type="checkbox"
                    checked={showsEnded}
                    onChange={(event) => setShowsEnded(event.target.checked)}
                  />{' '}
                  {words.ended}
                </label>
              )}
            </>
          );
        }}
      </Found>
    </section>
  );
}
