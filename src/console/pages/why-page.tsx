import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { browserZone, localDateAt } from '../day.ts';
import { useFormat } from '../format.ts';
import { EndpointChoice } from '../forms/endpoint-choice.tsx';
import { Explanation } from '../parts/explanation.tsx';
import { Nothing } from '../parts/waiting.tsx';
import { assetsQuery, endpointsQuery } from '../queries.ts';
import { titleOf } from '../titles.ts';
import { useWords } from '../words/use-words.ts';
import { whyWords } from '../words/why-words.ts';

const route = getRouteApi('/why');

/** "Why is this (not) playing here at 19:05?" The whole question is in the address. */
export function WhyPage() {
  const words = useWords(whyWords);
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const endpoints = useQuery(endpointsQuery);
  const assets = useQuery(assetsQuery);
  const ask = (next: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const zone = endpoints.data?.find(({ id }) => id === search.endpoint)?.timeZone ?? browserZone();
  const [date = localDateAt(Date.now(), zone), time = ''] = search.at?.split('T') ?? [];
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone });
  return (
    <section className="page">
      <header>
        <h1>{words.title}</h1>
        <span className="fill" />
        {search.endpoint !== undefined && (
          <Link
            className="button"
            to="/endpoints/$endpointId"
            params={{ endpointId: String(search.endpoint) }}
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
          value={search.endpoint}
          onChoose={(endpoint) => ask({ endpoint })}
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
        <label className="field">
          <span>{words.subject}</span>
          <select
            value={search.asset ?? ''}
            onChange={({ target }) => ask({ asset: Number(target.value) || undefined })}
          >
            <option value="">{words.anySubject}</option>
            {(assets.data ?? []).map((asset) => (
              <option key={asset.id} value={asset.id}>
                {titleOf(asset, format.language)}
              </option>
            ))}
          </select>
        </label>
        <Button disabled={search.at === undefined} onClick={() => ask({ at: undefined })}>
          {words.now}
        </Button>
      </div>
      {search.endpoint === undefined ? (
        <Nothing>{words.choose}</Nothing>
      ) : (
        <section className="panel">
          <Explanation endpointId={search.endpoint} at={search.at} assetId={search.asset} />
        </section>
      )}
    </section>
  );
}
