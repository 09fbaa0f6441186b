import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { browserZone, localDateAt } from '../day.ts';
import { endpointQuery, firstMeantQuery } from '../fleet-queries.ts';
import { AssetChoice } from '../forms/asset-choice.tsx';
import { EndpointChoice } from '../forms/endpoint-choice.tsx';
import { Explanation } from '../parts/explanation.tsx';
import { NamedOptions } from '../parts/named-options.tsx';
import { Nothing } from '../parts/waiting.tsx';
import { bookingQuery, bookingsQuery } from '../queries.ts';
import { useWords } from '../words/use-words.ts';
import { whyWords } from '../words/why-words.ts';

const route = getRouteApi('/why');
/** So many of an endpoint's bookings are offered, the newest. */
const BOOKINGS_OFFERED = '200';

/** "Why is this (not) playing here at 19:05?" The whole question is in the address. */
export function WhyPage() {
  const words = useWords(whyWords);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const ask = (next: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const named = useQuery({ ...bookingQuery(search.booking ?? 0), enabled: search.booking !== undefined });
  const ofList = useQuery({
    ...bookingsQuery({ playlistId: String(search.playlist), limit: '1' }),
    enabled: search.booking === undefined && search.playlist !== undefined,
  });
  const booking = named.data ?? ofList.data?.[0];
  // A question without a place is asked where its booking, or a booking of its material, is meant to play.
  const ofAsset = useQuery({
    ...bookingsQuery({ assetId: String(search.asset), limit: '1' }),
    enabled: search.endpoint === undefined && search.asset !== undefined,
  });
  const placed = booking ?? ofAsset.data?.[0];
  const meant = useQuery({
    ...firstMeantQuery(placed?.endpoints ?? {}),
    enabled: search.endpoint === undefined && placed !== undefined,
  });
  const endpointId = search.endpoint ?? meant.data?.id;
  const known = useQuery({
    ...endpointQuery(String(endpointId)),
    enabled: search.endpoint !== undefined,
    refetchInterval: false,
  });
  const endpoint = known.data ?? meant.data;
  const offered = useQuery(
    bookingsQuery({
      ...(endpointId !== undefined && { endpointId: String(endpointId) }),
      limit: BOOKINGS_OFFERED,
    }),
  );
  const bookings = [
    ...(booking && !offered.data?.some(({ id }) => id === booking.id) ? [booking] : []),
    ...(offered.data ?? []),
  ];
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
            <NamedOptions of={bookings} />
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
