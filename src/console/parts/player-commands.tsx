import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import type { CommandAsk, CommandKind } from '../../contract/command.ts';
import type { CommandState } from '../../endpoints/command.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { usePeopleNames } from '../names.ts';
import { useMay } from '../session.tsx';
import { commandWords } from '../words/command-words.ts';
import { useWords } from '../words/use-words.ts';
import { useAsk } from './ask.tsx';
import { Found, Nothing, TroubleNote } from './waiting.tsx';

const KINDS: readonly CommandKind[] = ['volume', 'restart', 'reboot', 'picture'];
const TONES: Readonly<Record<CommandState, string>> = {
  sent: 'calm',
  done: 'good',
  failed: 'bad',
  refused: 'doubt',
  unanswered: 'bad',
};

/** What can be asked of an endpoint's player from afar, what became of it, and the latest picture of the screen. */
export function PlayerCommands({ endpoint }: { endpoint: Endpoint }) {
  const words = useWords(commandWords);
  const commands = useQuery({
    queryKey: ['endpoints', String(endpoint.id), 'commands'],
    queryFn: () =>
      answer(api.commands.endpoints[':id'].commands.$get({ param: { id: String(endpoint.id) } })),
    // What was sent is answered within seconds; the rest changes by other people's hands.
    refetchInterval: ({ state }) =>
      state.data?.commands.some((one) => one.state === 'sent') ? 1_000 : 15_000,
  });
  return (
    <section className="panel">
      <h2>{words.title}</h2>
      <Found query={commands} lines={3}>
        {(told) => (
          <>
            {told.offers.length === 0 && told.commands.length === 0 && <Nothing>{words.none}</Nothing>}
            {told.offers.length > 0 && <Acts endpoint={endpoint} offers={told.offers} volume={told.volume} />}
            <Latest commands={told.commands} zone={endpoint.timeZone} />
            {told.picture && <Picture endpoint={endpoint} takenAt={told.picture.takenAt} />}
          </>
        )}
      </Found>
    </section>
  );
}

function Acts({
  endpoint,
  offers,
  volume,
}: {
  endpoint: Endpoint;
  offers: readonly CommandKind[];
  volume: number | null;
}) {
  const words = useWords(commandWords);
  const format = useFormat();
  const ask = useAsk();
  const queries = useQueryClient();
  const mayInstall = useMay('install');
  const [wanted, setWanted] = useState<number | null>(null);
  const send = useMutation({
    mutationFn: (json: CommandAsk) =>
      answer(api.commands.endpoints[':id'].commands.$post({ param: { id: String(endpoint.id) }, json })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['endpoints', String(endpoint.id), 'commands'] }),
  });
  const percent = wanted ?? volume ?? 100;
  const missing = KINDS.filter((kind) => !offers.includes(kind)).map((kind) => words.kinds[kind]);
  const sure = (kind: 'restart' | 'reboot', content: string) =>
    ask({
      title: words[kind],
      content,
      okText: words[kind],
      isGrave: true,
      onOk: () => send.mutateAsync({ kind }),
    });
  return (
    <>
      {offers.includes('volume') && (
        <label className="field">
          <span>
            {words.volume}: {words.percent(format.number(percent))}
          </span>
          <input
            type="range"
            min={0}
            max={100}
            step={5}
            disabled={!mayInstall}
            value={percent}
            onChange={(event) => setWanted(event.target.valueAsNumber)}
          />
          <small>
            {volume === null && wanted === null && `${words.asSetUp}. `}
            {words.emergency}
          </small>
        </label>
      )}
      {mayInstall && (
        <div className="acts">
          {offers.includes('volume') && (
            <Button
              disabled={wanted === null || wanted === volume}
              onClick={() => send.mutate({ kind: 'volume', percent })}
            >
              {words.setVolume}
            </Button>
          )}
          {offers.includes('picture') && (
            <Button onClick={() => send.mutate({ kind: 'picture' })}>{words.picture}</Button>
          )}
          {offers.includes('restart') && (
            <Button onClick={() => sure('restart', words.restartSure)}>{words.restart}</Button>
          )}
          {offers.includes('reboot') && (
            <Button danger onClick={() => sure('reboot', words.rebootSure)}>
              {words.reboot}
            </Button>
          )}
        </div>
      )}
      {missing.length > 0 && <p className="quiet">{words.notOffered(missing.join(' · '))}</p>}
      {send.error && <TroubleNote error={send.error} />}
    </>
  );
}

interface Told {
  readonly id: number;
  readonly kind: CommandKind;
  readonly percent: number | null;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly state: CommandState;
  readonly reason: string | null;
}

function Latest({ commands, zone }: { commands: readonly Told[]; zone: string }) {
  const words = useWords(commandWords);
  const format = useFormat();
  const people = usePeopleNames(commands.map(({ askedBy }) => askedBy));
  if (commands.length === 0) return null;
  return (
    <>
      <h3>{words.latest}</h3>
      <ul className="commands" aria-live="polite">
        {commands.map(({ id, kind, percent, askedBy, askedAt, state, reason }) => (
          <li key={id}>
            <span className="tag" data-tone={TONES[state]}>
              {words.states[state]}
            </span>
            <b>
              {words.kinds[kind]}
              {percent !== null && ` ${words.percent(format.number(percent))}`}
            </b>
            <span className="quiet">
              {format.dateTime(askedAt, zone)} · {people.get(askedBy) ?? askedBy}
              {reason !== null && ` · ${reason}`}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Picture({ endpoint, takenAt }: { endpoint: Endpoint; takenAt: string }) {
  const words = useWords(commandWords);
  const format = useFormat();
  const caption = words.taken(format.dateTime(takenAt, endpoint.timeZone));
  return (
    <figure>
      <img
        className="screen"
        src={`/api/endpoints/${endpoint.id}/picture?at=${Date.parse(takenAt)}`}
        alt={`${endpoint.name}: ${caption}`}
      />
      <figcaption className="quiet">{caption}</figcaption>
    </figure>
  );
}
