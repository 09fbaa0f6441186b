import { keepPreviousData, usePrefetchQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { answer, api } from '../api.ts';
import { REPORTS_BY } from '../choices.ts';
import { useFormat } from '../format.ts';
import { PeriodFields } from '../forms/period-fields.tsx';
import { Downloads } from '../parts/download.tsx';
import { Figure } from '../parts/figure.tsx';
import { FormulaWords } from '../parts/formula-words.tsx';
import { HeatMap, heatQuery } from '../parts/heat-map.tsx';
import { ReportTable } from '../parts/report-table.tsx';
import { ReportWays } from '../parts/report-ways.tsx';
import { Found, Nothing } from '../parts/waiting.tsx';
import { periodOf, scopeOf } from '../period.ts';
import { reportWords } from '../words/report-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/reports');

/** What was promised and what was played, by campaign, area, endpoint or day; the whole question is in the address. */
export function ReportsPage() {
  const words = useWords(reportWords);
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { by = 'campaign' } = search;
  const ask = (next: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const n = format.number;
  const scope = scopeOf(search);
  const plays = { ...periodOf(search), campaign: search.campaign };
  const report = useQuery({
    queryKey: ['reports', by, scope],
    queryFn: () => answer(api.reports.reports.plays.$get({ query: { ...scope, by } })),
    placeholderData: keepPreviousData,
  });
  // The hours take longest: they are not asked for only once the rest is there.
  usePrefetchQuery(heatQuery(scope));
  const fileOf = (kind: string) =>
    `/api/reports/plays?${new URLSearchParams({ ...scope, by, format: kind, lang: format.language })}`;
  const exportOf = (of: string) => `/api/reports/export?${new URLSearchParams({ ...scope, of })}`;
  return (
    <section className="page">
      <ReportWays search={search} />
      <header>
        <h1>{words.title}</h1>
        <span className="fill" />
        <Downloads
          files={[
            ...['csv', 'xlsx', 'pdf', 'json'].map((kind) => ({
              name: kind.toUpperCase(),
              href: fileOf(kind),
              fileName: `plays-by-${by}-${scope.from}-${scope.to}.${kind}`,
            })),
            { name: words.openRtb, title: words.openRtbLead, href: exportOf('plays') },
            { name: words.openRtbHours, title: words.openRtbHoursLead, href: exportOf('hours') },
          ]}
        />
      </header>
      <search className="filters">
        <label>
          {words.by}{' '}
          <select
            value={by}
            onChange={({ target }) => ask({ by: REPORTS_BY.find((one) => one === target.value) })}
          >
            {REPORTS_BY.map((one) => (
              <option key={one} value={one}>
                {words.bys[one]}
              </option>
            ))}
          </select>
        </label>
        <PeriodFields search={search} onAsk={ask} />
      </search>
      <Found query={report} lines={10}>
        {({ rows, totals, formula, by: shownBy }) => (
          <>
            <dl className="figures">
              <Figure
                name={words.counted}
                value={
                  <Link to="/reports/plays" search={{ ...plays, outcome: 'completed' }}>
                    {n(totals.playsCounted)}
                  </Link>
                }
                note={`${words.promised} ${n(totals.playsPromised)}`}
              />
              <Figure
                name={words.coverage}
                value={
                  <Link to="/reports/coverage" search={{ date: scope.to }}>
                    {format.percent(totals.coverage)}
                  </Link>
                }
                note={`${words.unknown} ${n(totals.playsUnknown)}`}
              />
              <Figure
                name={words.airtime}
                value={format.length(totals.airtimeMs)}
                note={
                  <>
                    <Link to="/reports/plays" search={{ ...plays, outcome: 'failed' }}>
                      {words.failed} {n(totals.playsFailed)}
                    </Link>{' '}
                    <Link to="/reports/plays" search={{ ...plays, outcome: 'cut' }}>
                      {words.cut} {n(totals.playsCut)}
                    </Link>
                  </>
                }
              />
              <Figure
                name={words.impressions}
                value={n(totals.impressions.best)}
                note={words.range(n(totals.impressions.low), n(totals.impressions.high))}
              />
              <Figure
                name={words.hearers}
                value={n(totals.hearers.best)}
                note={words.range(n(totals.hearers.low), n(totals.hearers.high))}
              />
            </dl>
            <p className="quiet">{words.measured}</p>
            {rows.length === 0 || shownBy === 'hour' || shownBy === 'weekHour' ? (
              <Nothing>{words.nothing}</Nothing>
            ) : (
              <ReportTable rows={rows} by={shownBy} plays={plays} />
            )}
            <HeatMap query={scope} plays={plays} />
            <FormulaWords formula={formula} />
          </>
        )}
      </Found>
    </section>
  );
}
