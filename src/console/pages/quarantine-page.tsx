import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { answer, api } from '../api.ts';
import { QUARANTINE_STATES } from '../choices.ts';
import { useFormat } from '../format.ts';
import { AcceptForm } from '../forms/accept-form.tsx';
import { MoreOf } from '../parts/more-of.tsx';
import { type KeptApart, QuarantineTable, useDoubtWords } from '../parts/quarantine-table.tsx';
import { ReportWays } from '../parts/report-ways.tsx';
import { Found, Nothing, SkeletonLines, TroubleNote } from '../parts/waiting.tsx';
import { quarantineWords } from '../words/quarantine-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/reports/quarantine');
const PAGE = 100;

/** Plays that were not believed: why, and the way to count one after all. */
export function QuarantinePage() {
  const words = useWords(quarantineWords);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { state = 'open', endpoint } = search;
  const [asked, setAsked] = useState<KeptApart | null>(null);
  const ask = (next: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const kept = useInfiniteQuery({
    queryKey: ['quarantine', state, endpoint],
    initialPageParam: null as number | null,
    queryFn: async ({ pageParam }) =>
      (
        await answer(
          api.quarantine.quarantine.$get({
            query: {
              state,
              limit: String(PAGE),
              ...(endpoint !== undefined && { endpointId: String(endpoint) }),
              ...(pageParam !== null && { beforeId: String(pageParam) }),
            },
          }),
        )
      ).plays,
    getNextPageParam: (last) => (last.length < PAGE ? null : (last.at(-1)?.id ?? null)),
  });
  const plays = kept.data?.pages.flat() ?? [];
  return (
    <section className="page">
      <ReportWays search={{}} />
      <h1>{words.title}</h1>
      <p className="quiet">{words.lead}</p>
      <p className="choices">
        {QUARANTINE_STATES.map((one) => (
          <button key={one} type="button" aria-pressed={one === state} onClick={() => ask({ state: one })}>
            {words.states[one]}
          </button>
        ))}
        {endpoint !== undefined && (
          <Button size="small" onClick={() => ask({ endpoint: undefined })}>
            {words.allEndpoints}
          </Button>
        )}
      </p>
      {kept.isPending && <SkeletonLines lines={6} />}
      {kept.error && <TroubleNote error={kept.error} onRetry={() => void kept.refetch()} />}
      {kept.data && plays.length === 0 && <Nothing>{words.none[state]}</Nothing>}
      {plays.length > 0 && (
        <QuarantineTable
          plays={plays}
          state={state}
          onAccept={setAsked}
          onNarrow={(one) => ask({ endpoint: one })}
        />
      )}
      <MoreOf of={kept} label={words.more} />
      <InDoubt onNarrow={(one) => ask({ endpoint: one, state: 'open' })} />
      {asked && <AcceptForm key={asked.id} play={asked} onDone={() => setAsked(null)} />}
    </section>
  );
}

/** Players whose plays are doubted too often. */
function InDoubt({ onNarrow }: { onNarrow: (endpointId: number) => void }) {
  const words = useWords(quarantineWords);
  const format = useFormat();
  const doubtWords = useDoubtWords();
  const players = useQuery({
    queryKey: ['players-in-doubt'],
    queryFn: async () => (await answer(api.quarantine['players-in-doubt'].$get())).players,
  });
  return (
    <section className="panel">
      <h2>{words.doubt}</h2>
      <p className="quiet">{words.doubtLead}</p>
      <Found query={players} lines={2}>
        {(all) =>
          all.length === 0 ? (
            <p className="quiet">{words.noDoubt}</p>
          ) : (
            <ul className="past">
              {all.map((player) => (
                <li key={player.playerId}>
                  <button type="button" className="link" onClick={() => onNarrow(player.endpointId)}>
                    {player.endpoint}
                  </button>{' '}
                  <b>{words.doubted(format.number(player.doubted))}</b>
                  {player.overfullHours > 0 && ` · ${words.overfull(format.number(player.overfullHours))}`}
                  {' · '}
                  {player.codes.map(doubtWords).join(', ')}{' '}
                  <span className="quiet">{words.last(format.dateTime(player.lastAt))}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Found>
    </section>
  );
}
