import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { answer, api, done } from '../api.ts';
import { deviceOf } from '../device.ts';
import { useFormat } from '../format.ts';
import { latestTrouble } from '../latest-trouble.ts';
import { accountWords } from '../words/account-words.ts';
import { useWords } from '../words/use-words.ts';
import { Found, Nothing, TroubleNote } from './waiting.tsx';
import { Wide } from './wide.tsx';

/** Where a person is signed in, with the way to end it; without a username the own account. */
export function Sessions({ of }: { of?: { readonly username: string; readonly name: string } }) {
  const words = useWords(accountWords);
  const format = useFormat();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const queryKey = ['sessions', of?.username ?? ''];
  const theirs = api.staff.staff[':username'].sessions;
  const running = useQuery({
    queryKey,
    queryFn: async () =>
      (await answer(of ? theirs.$get({ param: { username: of.username } }) : api.session.sessions.$get()))
        .sessions,
  });
  const settled = { onSettled: () => queries.invalidateQueries({ queryKey }) };
  const end = useMutation({
    ...settled,
    mutationFn: (id: string) =>
      done(
        of
          ? theirs[':id'].$delete({ param: { username: of.username, id } })
          : api.session.sessions[':id'].$delete({ param: { id } }),
      ),
  });
  const endAll = useMutation({
    ...settled,
    mutationFn: () =>
      answer(of ? theirs.$delete({ param: { username: of.username } }) : api.session.sessions.$delete()),
    onSuccess: ({ ended }) => void message.success(words.ended(format.number(ended))),
  });
  const trouble = latestTrouble(end, endAll);
  const title = of ? words.sessionsOf(of.name) : words.sessions;
  return (
    <section className="panel">
      <h2>{title}</h2>
      {!of && <p className="quiet">{words.sessionsLead}</p>}
      {trouble && <TroubleNote error={trouble} />}
      <Found query={running}>
        {(all) =>
          all.length === 0 ? (
            <Nothing>{words.noSessions}</Nothing>
          ) : (
            <>
              <Wide label={title}>
                <table className="rows">
                  <thead>
                    <tr>
                      <th scope="col">{words.device}</th>
                      <th scope="col">{words.address}</th>
                      <th scope="col">{words.began}</th>
                      <th scope="col">{words.lastUsed}</th>
                      <th scope="col">{words.end}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {all.map(({ id, isCurrent, userAgent, address, createdAt, lastUsedAt }) => (
                      <tr key={id}>
                        <td title={userAgent}>{deviceOf(userAgent) ?? words.unknownDevice}</td>
                        <td>{address}</td>
                        <td>{format.dateTime(createdAt)}</td>
                        <td>{format.dateTime(lastUsedAt)}</td>
                        <td>
                          {isCurrent ? (
                            <b>{words.thisOne}</b>
                          ) : (
                            <Button size="small" disabled={end.isPending} onClick={() => end.mutate(id)}>
                              {words.end}
                            </Button>
                          )}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Wide>
              {all.some(({ isCurrent }) => !isCurrent) && (
                <div className="acts">
                  <Button danger loading={endAll.isPending} onClick={() => endAll.mutate()}>
                    {of ? words.endAll : words.endOthers}
                  </Button>
                </div>
              )}
            </>
          )
        }
      </Found>
    </section>
  );
}
