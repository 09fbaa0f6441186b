import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { selects } from '../../campaigns/selection.ts';
import { browserZone, localDateAt } from '../day.ts';
import { AssetChoice } from '../forms/asset-choice.tsx';
import { EndpointChoice } from '../forms/endpoint-choice.tsx';
import { Explanation } from '../parts/explanation.tsx';
import { Nothing } from '../parts/waiting.tsx';
import { bookingsQuery, endpointsQuery, playlistsQuery } from '../queries.ts';
import { useWords } from '../words/use-words.ts';
import { whyWords } from '../words/why-words.ts';

const route = getRouteApi('/why');

/** "Why is this (not) playing here at 19:05?" The whole question is in the address. */
export function WhyPage() {
  const words = useWords(whyWords);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const endpoints = useQuery(endpointsQuery);
  const ask = (next: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const bookings = useQuery(bookingsQuery);
  const playlists = useQuery({ ...playlistsQuery, enabled: search.asset !== undefined });
  const booking = bookings.data?.find(({ id, playlistId }) =>
    search.booking === undefined ? playlistId === search.playlist : id === search.booking,
  );
  // A question without a place is asked where its booking, or the first booking of its material, is meant to play.
  const lists = new Set(
    playlists.data
      ?.filter(({ items }) => items.some(({ assetId }) => assetId === search.asset))
      .map(({ id }) => id),
  );
  const placed = booking ?? bookings.data?.find(({ playlistId }) => lists.has(playlistId));
  const endpoint = endpoints.data?.find((one) =>
    search.endpoint === undefined ? placed && selects(placed.endpoints, one) : one.id === search.endpoint,
  );
  const endpointId = search.endpoint ?? endpoint?.id;
  const zone = endpoint?.timeZone ?? browserZone();
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone });
  const instant = search.at?.endsWith('Z') ? Date.parse(search.at) : null;
  const local = instant === null ? search.at : `${localDateAt(instant, zone)}T${clock.format(instant)}`;
  const [date = localDateAt(Date.now(), zone), time = ''] = local?.split('T') ?? [];
  return (
    <section className="page">
      <header>
        <h1>{words.title}</h1>
        <span className="fill" />
        {endpointId !== undefined && (
          <Link
            className="button"
            to="/endpoints/$endpointId"
            params={{ endpointId: String(endpointId) }}
            search={{}}
          >
            {words.openEndpoint}
          </Link>
        )}
      </header>
      <p className="quiet">{words.lead}</p>
      <div className="question panel">
        <EndpointChoice
          label={words.endpoint}
          value={endpointId}
          onChoose={(chosen) => ask({ endpoint: chosen })}
        />
        <label className="field">
          <span>{words.date}</span>
          <input
            type="date"
            value={date}
            onChange={({ target }) =>
              target.value !== '' && ask({ at: `${target.value}T${time || clock.format(Date.now())}` })
            }
          />
        </label>
        <label className="field">
          <span>{words.time}</span>
          <input
            type="time"
            step={1}
            value={time}
            onChange={({ target }) =>
              ask({ at: target.value === '' ? undefined : `${date}T${target.value}` })
            }
          />
        </label>
        <AssetChoice
          label={words.subject}
          none={words.anySubject}
          value={search.asset}
          onChoose={(asset) => ask({ asset })}
        />
        <label className="field">
          <span>{words.booking}</span>
          <select
            value={booking?.id ?? ''}
            onChange={({ target }) =>
              ask({ booking: Number(target.value) || undefined, playlist: undefined })
            }
          >
            <option value="">{words.anySubject}</option>
            {(bookings.data ?? [])
              .filter((one) => one.id === booking?.id || !endpoint || selects(one.endpoints, endpoint))
              .map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
          </select>
        </label>
        <Button disabled={search.at === undefined} onClick={() => ask({ at: undefined })}>
          {words.now}
        </Button>
      </div>
      {endpointId === undefined ? (
        <Nothing>{words.choose}</Nothing>
      ) : (
        <section className="panel">
          <Explanation
            endpointId={endpointId}
            at={search.at}
            assetId={search.asset}
            bookingId={booking?.id}
          />
        </section>
      )}
    </section>
  );
}
