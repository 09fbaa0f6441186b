import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { AudienceForms } from '../forms/audience-forms.tsx';
import { EndpointChoice } from '../forms/endpoint-choice.tsx';
import { AudienceOfEndpoint } from '../parts/audience-of-endpoint.tsx';
import { AudienceVersions } from '../parts/audience-versions.tsx';
import { Figure } from '../parts/figure.tsx';
import { FormulaWords } from '../parts/formula-words.tsx';
import { PlaceClasses } from '../parts/place-classes.tsx';
import { ReportWays } from '../parts/report-ways.tsx';
import { Found } from '../parts/waiting.tsx';
import { periodOf } from '../period.ts';
import { useMay } from '../session.tsx';
import { audienceWords } from '../words/audience-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/reports/audience');

/** The audience model: on what it rests, each endpoint's week, versions, defaults and the formula. */
export function AudiencePage() {
  const words = useWords(audienceWords);
  const format = useFormat();
  const mayModel = useMay('model');
  const { endpoint } = route.useSearch();
  const navigate = route.useNavigate();
  const model = useQuery({
    queryKey: ['audience'],
    queryFn: () => answer(api.audience.audience.$get()),
  });
  const period = periodOf({});
  // The formula as reports print it; its version may be newer than the model.
  const report = useQuery({
    queryKey: ['reports', 'campaign', period],
    queryFn: () => answer(api.reports.reports.plays.$get({ query: { ...period, by: 'campaign' } })),
    staleTime: 300_000,
  });
  return (
    <section className="page">
      <ReportWays search={{}} />
      <header>
        <h1>{words.title}</h1>
        <span className="quiet">{words.lead}</span>
      </header>
      <Found query={model} lines={6}>
        {({ version, population, endpoints, versions }) => (
          <>
            <dl className="figures">
              <Figure
                name={words.version}
                value={format.number(version)}
                note={version === 0 ? words.versionNone : undefined}
              />
              {(['counted', 'placeClass', 'endpoint'] as const).map((basis) => (
                <Figure
                  key={basis}
                  name={words.bases[basis]}
                  value={format.number(endpoints[basis])}
                  note={words.basisNotes[basis]}
                />
              ))}
              <Figure
                name={words.population}
                value={population === null ? '—' : format.number(population)}
                note={population === null ? words.populationUnknown : words.people}
              />
            </dl>
            {mayModel && <AudienceForms population={population} />}
            <section className="panel">
              <h2>{words.oneTitle}</h2>
              <div className="in-line">
                <EndpointChoice
                  label={words.endpoint}
                  value={endpoint}
                  onChoose={(one) => void navigate({ search: { endpoint: one } })}
                />
              </div>
              {endpoint === undefined ? (
                <p className="quiet">{words.chooseEndpoint}</p>
              ) : (
                <AudienceOfEndpoint key={endpoint} endpointId={endpoint} />
              )}
            </section>
            <AudienceVersions versions={versions} />
          </>
        )}
      </Found>
      <PlaceClasses />
      <Found query={report} lines={3}>
        {({ formula }) => <FormulaWords formula={formula} isOpen />}
      </Found>
    </section>
  );
}
