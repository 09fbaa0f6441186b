import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import type { ShownDelivery, ShownPlan } from '../../dispatch/plan.ts';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { latestTrouble } from '../latest-trouble.ts';
import { plansQuery } from '../queries.ts';
import { dispatchWords } from '../words/dispatch-words.ts';
import { useWords } from '../words/use-words.ts';
import { useAsk } from './ask.tsx';
import { DELIVERY_TONES } from './deliveries.tsx';
import { TroubleNote } from './waiting.tsx';
import { Wide } from './wide.tsx';

/** Says when a plan sends. */
function useWhen(): (plan: ShownPlan) => string {
  const words = useWords(dispatchWords);
  return ({ what, at, weekday, timeZone, afterMinutes }) => {
    if (what === 'silence') return words.afterSilence(afterMinutes);
    if (what === 'rollCall') return words.sixHourly(timeZone);
    if (what === 'daily') return words.daily(at, timeZone);
    return words.weekly(words.weekdays[weekday - 1] ?? '', at, timeZone);
  };
}

/** All plans, each with how its latest message fared; to try one, and to end it. */
export function DispatchPlans({
  plans,
  deliveries,
  maySend,
}: {
  plans: readonly ShownPlan[];
  deliveries: readonly ShownDelivery[];
  maySend: boolean;
}) {
  const words = useWords(dispatchWords);
  const format = useFormat();
  const when = useWhen();
  const { message } = App.useApp();
  const ask = useAsk();
  const queries = useQueryClient();
  const [hasEnded, setHasEnded] = useState(false);
  const on = api.dispatch.dispatch.plans[':id'];
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: plansQuery.queryKey }),
      queries.invalidateQueries({ queryKey: ['deliveries'] }),
    ]);
  const tryNow = useMutation({
    mutationFn: (plan: ShownPlan) => answer(on.try.$post({ param: { id: String(plan.id) } })),
    onSuccess: (sent, { to }) => {
      if (sent.deliveries[0]?.state === 'sent') void message.success(words.tried(to));
      else void message.warning(words.triedNot);
    },
    onSettled: refresh,
  });
  const end = useMutation({
    mutationFn: (id: number) => answer(on.$delete({ param: { id: String(id) } })),
    onSuccess: () => void message.success(words.ended),
    onSettled: refresh,
  });
  const live = plans.filter(({ endedAt }) => endedAt === null);
  const ended = plans.length - live.length;
  const trouble = latestTrouble(tryNow, end);
  return (
    <>
      {trouble && <TroubleNote error={trouble} />}
      <Wide label={words.plans}>
        <table className="rows">
          <thead>
            <tr>
              {(['name', 'what', 'to', 'when', 'last'] as const).map((column) => (
                <th key={column} scope="col">
                  {words.columns[column]}
                </th>
              ))}
              {maySend && <th scope="col">{words.columns.act}</th>}
            </tr>
          </thead>
          <tbody>
            {(hasEnded ? plans : live).map((plan) => {
              const last = deliveries.find(({ planId }) => planId === plan.id);
              return (
                <tr key={plan.id} data-state={plan.endedAt === null ? undefined : 'closed'}>
                  <td>{plan.name}</td>
                  <td>{words.whats[plan.what]}</td>
                  <td>
                    {words.channels[plan.channel]}
                    <br />
                    <span className="quiet detail">
                      {plan.to}
                      {plan.signed && ` · ${words.signed}`}
                    </span>
                  </td>
                  <td>{plan.endedAt === null ? when(plan) : words.endedAt(format.dateTime(plan.endedAt))}</td>
                  <td>
                    {last ? (
                      <>
                        <span className="tag" data-tone={DELIVERY_TONES[last.state]}>
                          {words.states[last.state]}
                        </span>{' '}
                        <span className="quiet">{format.since(last.sentAt ?? last.dueAt, Date.now())}</span>
                      </>
                    ) : (
                      <span className="quiet">{words.never}</span>
                    )}
                  </td>
                  {maySend && (
                    <td>
                      {plan.endedAt === null && (
                        <span className="acts">
                          <Button
                            size="small"
                            loading={tryNow.isPending && tryNow.variables.id === plan.id}
                            onClick={() => tryNow.mutate(plan)}
                          >
                            {words.tryNow}
                          </Button>
                          <Button
                            size="small"
                            danger
                            onClick={() =>
                              ask({
                                title: words.endSure(plan.name),
                                okText: words.end,
                                isGrave: true,
                                onOk: () => end.mutateAsync(plan.id),
                              })
                            }
                          >
                            {words.end}
                          </Button>
                        </span>
                      )}
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </Wide>
      {ended > 0 && !hasEnded && (
        <p>
          <Button size="small" onClick={() => setHasEnded(true)}>
            {words.showEnded(format.number(ended))}
          </Button>
        </p>
      )}
    </>
  );
}
