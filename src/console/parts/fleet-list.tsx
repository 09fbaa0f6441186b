import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTitles } from '../asset-titles.ts';
import type { FleetRow } from '../fleet.ts';
import { dayRowsQuery, endpointRowsQuery, nowQuery } from '../fleet-queries.ts';
import { useFormat } from '../format.ts';
import { shellWords } from '../words/shell-words.ts';
import { todayWords } from '../words/today-words.ts';
import { useWords } from '../words/use-words.ts';
import { Thumbnail } from './thumbnail.tsx';

/** So many rows are drawn at first; thousands would only slow the page down. */
const FIRST_ROWS = 100;

/** Endpoints with what plays on them now and how the promises of the day are kept. `at`: the server's clock. */
export function FleetList({
  rows,
  at,
  date,
  chosen,
  onChoose,
}: {
  rows: readonly FleetRow[];
  at: number;
  date: string;
  chosen: number | undefined;
  onChoose: (endpointId: number | undefined) => void;
}) {
  const words = useWords(todayWords);
  const shell = useWords(shellWords);
  const format = useFormat();
  const [limit, setLimit] = useState(FIRST_ROWS);
  const shown = rows.slice(0, limit);
  const ids = (of: readonly FleetRow[]) => of.map(({ endpoint }) => endpoint.id);
  const now = useQuery(nowQuery(ids(shown.filter(({ state }) => state === 'playing'))));
  const silent = useQuery(endpointRowsQuery(ids(shown.filter(({ state }) => state === 'silent'))));
  const day = useQuery(dayRowsQuery(date, ids(shown)));
  const playingAt = new Map(now.data?.map((one) => [one.endpointId, one.playing]));
  // Who is not in the answer yet was silent only after it: nothing is said of it till the next one.
  const seenAt = new Map(silent.data?.map(({ id, player }) => [id, player?.lastSeenAt ?? null]));
  const figuresOf = new Map(day.data?.map((row) => [Number(row.key), row]));
  const titleOf = useTitles([...playingAt.values()].flatMap((playing) => playing?.assetId ?? []));
  return (
    <div className="fleet-list">
      <ul aria-label={words.list}>
        {shown.map(({ endpoint, state }) => {
          const [playing, figures] = [playingAt.get(endpoint.id), figuresOf.get(endpoint.id)];
          const lastSeenAt = seenAt.get(endpoint.id);
          return (
            <li key={endpoint.id} data-state={state} data-chosen={endpoint.id === chosen}>
              <button
                type="button"
                aria-pressed={endpoint.id === chosen}
                onClick={() => onChoose(endpoint.id === chosen ? undefined : endpoint.id)}
              >
                {playing && state === 'playing' ? (
                  <Thumbnail assetId={playing.assetId} />
                ) : (
                  <span className="thumbnail" aria-hidden="true" />
                )}
                <span className="what">
                  <b>
                    <span className="code">{endpoint.code}</span> {endpoint.name}
                  </b>
                  <small>
                    <span className="state" data-state={state}>
                      {words.states[state]}
                    </span>{' '}
                    {state === 'playing' && playing && (
                      <>
                        {titleOf(playing.assetId)}
                        {playing.bookingId === null && ` · ${words.filler}`}
                        {endpoint.id === chosen &&
                          ` · ${words.until(format.time(playing.endsAt, endpoint.timeZone))}`}
                      </>
                    )}
                    {state === 'silent' &&
                      lastSeenAt !== undefined &&
                      (lastSeenAt !== null ? words.lastSeen(format.since(lastSeenAt, at)) : words.neverSeen)}
                    {endpoint.id === chosen && ` · ${endpoint.area} · ${shell.kinds[endpoint.kind]}`}
                  </small>
                </span>
                <span className="kept" title={words.playsHint}>
                  {figures
                    ? words.plays(format.number(figures.playsCounted), format.number(figures.playsPromised))
                    : '–'}
                </span>
              </button>
              {endpoint.id === chosen && (
                <p className="acts">
                  <Link
                    className="button"
                    to="/endpoints/$endpointId"
                    params={{ endpointId: String(endpoint.id) }}
                    search={{}}
                  >
                    {words.open}
                  </Link>
                  <Link className="button" to="/why" search={{ endpoint: endpoint.id }}>
                    {shell.rooms.why}
                  </Link>
                </p>
              )}
            </li>
          );
        })}
      </ul>
      {rows.length > limit && <Button onClick={() => setLimit(limit + FIRST_ROWS)}>{shell.more}</Button>}
    </div>
  );
}
