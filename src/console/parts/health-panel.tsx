import { useQuery } from '@tanstack/react-query';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import { answer, api } from '../api.ts';
import { useTitles } from '../asset-titles.ts';
import { nowQuery } from '../fleet-queries.ts';
import { useFormat } from '../format.ts';
import { healthGrid } from '../health-grid.ts';
import { healthWords } from '../words/health-words.ts';
import { useWords } from '../words/use-words.ts';
import { Thumbnail } from './thumbnail.tsx';
import { Found, Nothing } from './waiting.tsx';

const DAYS = 14;
const SIDE = 10;

/** What is on now, what the player told last, and the hours in which it told of itself. */
export function HealthPanel({ endpoint }: { endpoint: Endpoint }) {
  const words = useWords(healthWords);
  const history = useQuery({
    queryKey: ['endpoints', String(endpoint.id), 'health'],
    queryFn: () =>
      answer(
        api.history.endpoints[':id'].health.$get({
          param: { id: String(endpoint.id) },
          query: { days: String(DAYS) },
        }),
      ),
    refetchInterval: 30_000,
  });
  return (
    <section className="panel">
      <h2>{words.title}</h2>
      <OnNow endpointId={endpoint.id} />
      <Found query={history} lines={5}>
        {({ latest, hours }) => (
          <>
            {latest === null ? (
              <Nothing>{words.none}</Nothing>
            ) : (
              <Latest report={latest} endpoint={endpoint} />
            )}
            {hours.length > 0 && <Hours hours={hours} zone={endpoint.timeZone} />}
          </>
        )}
      </Found>
    </section>
  );
}

function OnNow({ endpointId }: { endpointId: number }) {
  const words = useWords(healthWords);
  const now = useQuery(nowQuery([endpointId]));
  const playing = now.data?.[0]?.playing ?? null;
  const titleOf = useTitles(playing === null ? [] : [playing.assetId]);
  if (!now.data) return null;
  if (playing === null) return <p className="quiet">{words.nothing}</p>;
  return (
    <p className="on-now">
      <Thumbnail assetId={playing.assetId} width={128} />
      <span>
        <span className="quiet">{words.now}</span>
        <br />
        <b>{titleOf(playing.assetId)}</b>
      </span>
    </p>
  );
}

interface LatestReport {
  readonly now: string;
  readonly player: { readonly name: string; readonly version: string };
  readonly uptimeMs: number;
  readonly storage?: { readonly usedBytes: number; readonly quotaBytes: number } | undefined;
  readonly errors: readonly { readonly at: string; readonly code: string; readonly detail: string }[];
  readonly screenshot?: string | undefined;
}

function Latest({ report, endpoint }: { report: LatestReport; endpoint: Endpoint }) {
  const words = useWords(healthWords);
  const format = useFormat();
  const { player, storage, errors } = report;
  return (
    <>
      <dl className="facts">
        <dt>{words.version}</dt>
        <dd>
          {player.name} {player.version}
        </dd>
        <dt>{words.uptime}</dt>
        <dd>{format.span(report.uptimeMs)}</dd>
        {storage && (
          <>
            <dt>{words.storage}</dt>
            <dd>{words.used(format.bytes(storage.usedBytes), format.bytes(storage.quotaBytes))}</dd>
          </>
        )}
        <dt>{words.troubles}</dt>
        <dd>
          {errors.length === 0
            ? words.noTroubles
            : errors.slice(-5).map(({ at, code, detail }) => (
                <p key={`${at} ${code}`}>
                  <span className="nowrap">{format.time(at, endpoint.timeZone)}</span> <code>{code}</code>{' '}
                  {detail}
                </p>
              ))}
        </dd>
      </dl>
      {report.screenshot !== undefined && (
        <img className="screen" src={`data:image/jpeg;base64,${report.screenshot}`} alt={words.screenshot} />
      )}
    </>
  );
}

function Hours({
  hours,
  zone,
}: {
  hours: readonly {
    hour: string;
    reports: number;
    clockOffMs: number;
    troubles: number;
  }[];
  zone: string;
}) {
  const words = useWords(healthWords);
  const format = useFormat();
  const days = healthGrid(hours, Date.now(), DAYS);
  const last = hours.at(-1);
  const clock = (ms: number) => {
    const seconds = format.number(Math.round(Math.abs(ms) / 1_000));
    if (Math.abs(ms) < 1_000) return words.right;
    return ms > 0 ? words.ahead(seconds) : words.behind(seconds);
  };
  return (
    <figure className="health">
      <figcaption>
        {words.days}
        {last && (
          <>
            {' '}
            · {words.clock}: {clock(last.clockOffMs)}
          </>
        )}
      </figcaption>
      <svg
        viewBox={`0 0 ${24 * SIDE} ${DAYS * SIDE}`}
        role="img"
        aria-label={words.summary(format.number(hours.length), format.number(DAYS * 24))}
      >
        {days.map((day, row) =>
          day.map(({ at, state, told }, column) => (
            <rect
              key={at}
              data-state={state}
              x={column * SIDE}
              y={row * SIDE}
              width={SIDE - 1}
              height={SIDE - 1}
            >
              <title>
                {words.hour(format.dateTime(at, zone), format.number(told?.reports ?? 0))}
                {told && ` · ${clock(told.clockOffMs)}`}
                {told && told.troubles > 0 && ` · ${words.hourTroubles(format.number(told.troubles))}`}
              </title>
            </rect>
          )),
        )}
      </svg>
      <ul className="legend">
        {(['up', 'trouble', 'clock', 'none'] as const).map((state) => (
          <li key={state}>
            <svg viewBox="0 0 10 10" aria-hidden="true">
              <rect data-state={state} width="10" height="10" />
            </svg>
            {words.legend[state]}
          </li>
        ))}
      </ul>
    </figure>
  );
}
