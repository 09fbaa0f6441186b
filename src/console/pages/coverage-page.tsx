import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button } from 'antd';
import { answer, api } from '../api.ts';
import { browserZone, datePlus, localDateAt } from '../day.ts';
import { useFormat } from '../format.ts';
import { EndpointChoice } from '../forms/endpoint-choice.tsx';
import { CoverageHours } from '../parts/coverage-hours.tsx';
import { CoverageOfFleet } from '../parts/coverage-of-fleet.tsx';
import { ReportWays } from '../parts/report-ways.tsx';
import { Found } from '../parts/waiting.tsx';
import { coverageWords } from '../words/coverage-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/reports/coverage');

/** What is known of every hour of a day at an endpoint; without one, the day of all endpoints. */
export function CoveragePage() {
  const words = useWords(coverageWords);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const date = search.date ?? localDateAt(Date.now(), browserZone());
  const ask = (next: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...next }) });
  return (
    <section className="page">
      <ReportWays search={{}} />
      <header>
        <h1>{words.title}</h1>
        <span className="quiet">{words.lead}</span>
      </header>
      <search className="filters coverage-filters">
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
            onChange={({ target }) => ask({ date: target.value || undefined })}
          />
        </label>
        <Button onClick={() => ask({ date: datePlus(date, -1) })}>{words.before}</Button>
        <Button onClick={() => ask({ date: datePlus(date, 1) })}>{words.after}</Button>
        {search.endpoint !== undefined && (
          <Button onClick={() => ask({ endpoint: undefined })}>{words.allEndpoints}</Button>
        )}
      </search>
      {search.endpoint === undefined ? (
        <CoverageOfFleet date={date} onOpen={(endpoint) => ask({ endpoint })} />
      ) : (
        <CoverageOfDay endpointId={search.endpoint} date={date} />
      )}
    </section>
  );
}

function CoverageOfDay({ endpointId, date }: { endpointId: number; date: string }) {
  const words = useWords(coverageWords);
  const format = useFormat();
  const found = useQuery({
    queryKey: ['coverage', endpointId, date],
    queryFn: () =>
      answer(
        api.coverage.endpoints[':id'].coverage.$get({ param: { id: String(endpointId) }, query: { date } }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
  return (
    <Found query={found} lines={12}>
      {({ timeZone, generatedAt, hours }) => (
        <>
          <p className="quiet">
            {words.zone(timeZone)} · {words.asOf(format.dateTime(generatedAt, timeZone))}
          </p>
          <CoverageHours endpointId={endpointId} hours={hours} date={date} />
        </>
      )}
    </Found>
  );
}
