import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { PairForm } from '../forms/pair-form.tsx';
import { latestTrouble } from '../latest-trouble.ts';
import { useMay } from '../session.tsx';
import { endpointWords } from '../words/endpoint-words.ts';
import { useWords } from '../words/use-words.ts';
import { useAsk } from './ask.tsx';
import { TroubleNote } from './waiting.tsx';

/** The player of an endpoint: when it was heard of, and how to give the endpoint another one. */
export function PlayerPanel({ endpoint }: { endpoint: Endpoint }) {
  const words = useWords(endpointWords);
  const format = useFormat();
  const mayPair = useMay('pair');
  const queries = useQueryClient();
  const { message } = App.useApp();
  const ask = useAsk();
  const [isPairing, setPairing] = useState(false);
  const { player } = endpoint;
  const refresh = () => queries.invalidateQueries({ queryKey: ['endpoints'] });
  const enrol = useMutation({
    mutationFn: () =>
      answer(api.endpoints.endpoints[':id'].enrolments.$post({ param: { id: String(endpoint.id) } })),
  });
  const revoke = useMutation({
    mutationFn: (id: number) => answer(api.endpoints.players[':id'].$delete({ param: { id: String(id) } })),
    onSuccess: () => void message.success(words.revoked),
    onSettled: refresh,
  });
  const trouble = latestTrouble(enrol, revoke);
  return (
    <section className="panel">
      <h2>{words.player}</h2>
      {player === null ? (
        <p>{words.noPlayer}</p>
      ) : (
        <dl className="facts">
          <dt>{words.lastSeen}</dt>
          <dd>
            {player.lastSeenAt === null
              ? words.never
              : `${format.since(player.lastSeenAt, Date.now())} · ${format.dateTime(player.lastSeenAt, endpoint.timeZone)}`}
          </dd>
          <dt>{words.pairedAt}</dt>
          <dd>{format.dateTime(player.pairedAt, endpoint.timeZone)}</dd>
          <dt>{words.hardware}</dt>
          <dd>
            <code>{player.hardwareId}</code>
          </dd>
        </dl>
      )}
      {trouble && <TroubleNote error={trouble} />}
      {mayPair && (
        <>
          {player === null || isPairing ? (
            <PairForm
              endpointId={endpoint.id}
              onPaired={() => {
                setPairing(false);
                void refresh();
              }}
            />
          ) : null}
          <div className="acts">
            {player !== null && !isPairing && (
              <Button onClick={() => setPairing(true)}>{words.replacePlayer}</Button>
            )}
            <Button loading={enrol.isPending} onClick={() => enrol.mutate()}>
              {words.enrol}
            </Button>
            {player !== null && (
              <Button
                danger
                onClick={() =>
                  ask({
                    title: words.revoke,
                    content: words.revokeSure,
                    okText: words.revoke,
                    isGrave: true,
                    onOk: () => revoke.mutateAsync(player.playerId),
                  })
                }
              >
                {words.revoke}
              </Button>
            )}
          </div>
          {enrol.data && (
            <label className="field">
              <span>{words.token}</span>
              <input readOnly value={enrol.data.token} onFocus={(event) => event.target.select()} />
              <small>{words.enrolLead}</small>
            </label>
          )}
        </>
      )}
    </section>
  );
}
