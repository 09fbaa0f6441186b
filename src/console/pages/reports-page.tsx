import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { answer, api } from '../api.ts';
import { REPORTS_BY } from '../choices.ts';
import { browserZone, datePlus, localDateAt } from '../day.ts';
import { useFormat } from '../format.ts';
import { HeatMap } from '../parts/heat-map.tsx';
import { IssuedReports } from '../parts/issued-reports.tsx';
import { ReportTable } from '../parts/report-table.tsx';
import { Found, Nothing } from '../parts/waiting.tsx';
import { campaignsQuery } from '../queries.ts';
import { reportWords } from '../words/report-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/reports');

/** What was promised and what was played, by campaign, area, endpoint or day; the whole question is in the address. */
export function ReportsPage() {
  const words = useWords(reportWords);
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const campaigns = useQuery(campaignsQuery);
  const today = localDateAt(Date.now(), browserZone());
  const { by = 'campaign', to = today, from = datePlus(to, -6), campaign } = search;
  const ask = (next: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const scope = { from, to, ...(campaign !== undefined && { campaignId: String(campaign) }) };
  const report = useQuery({
    queryKey: ['reports', by, scope],
    queryFn: () => answer(api.reports.reports.plays.$get({ query: { ...scope, by } })),
    placeholderData: keepPreviousData,
  });
  const fileOf = (kind: string) =>
    `/api/reports/plays?${new URLSearchParams({ ...scope, by, format: kind, lang: format.language })}`;
  return (
    <section className="page">
      <header>
        <h1>{words.title}</h1>
        <span className="fill" />
        <span className="quiet">{words.exports}</span>
        {['csv', 'xlsx', 'pdf'].map((kind) => (
          <a key={kind} className="button" href={fileOf(kind)} download>
            {kind.toUpperCase()}
          </a>
        ))}
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
        <label>
          {words.from}{' '}
          <input
            type="date"
            value={from}
            max={to}
            onChange={({ target }) => ask({ from: target.value || undefined })}
          />
        </label>
        <label>
          {words.to}{' '}
          <input
            type="date"
            value={to}
            min={from}
            onChange={({ target }) => ask({ to: target.value || undefined })}
          />
        </label>
        <label>
          {words.campaign}{' '}
          <select
            value={campaign ?? ''}
            onChange={({ target }) => ask({ campaign: Number(target.value) || undefined })}
          >
            <option value="">{words.allCampaigns}</option>
            {(campaigns.data ?? []).map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <output>{words.zone}</output>
      </search>
      <Found query={report} lines={10}>
        {({ rows, totals, formula, by: shownBy }) => (
          <>
            <dl className="figures">
              {(
                [
                  [
                    words.counted,
                    format.number(totals.playsCounted),
                    `${words.promised} ${format.number(totals.playsPromised)}`,
                  ],
                  [
                    words.coverage,
                    format.percent(totals.coverage),
                    `${words.unknown} ${format.number(totals.playsUnknown)}`,
                  ],
                  [
                    words.airtime,
                    format.length(totals.airtimeMs),
                    `${words.failed} ${format.number(totals.playsFailed + totals.playsCut)}`,
                  ],
                  [
                    words.impressions,
                    format.number(totals.impressions.best),
                    words.range(
                      format.number(totals.impressions.low),
                      format.number(totals.impressions.high),
                    ),
                  ],
                  [
                    words.hearers,
                    format.number(totals.hearers.best),
                    words.range(format.number(totals.hearers.low), format.number(totals.hearers.high)),
                  ],
                ] as const
              ).map(([name, value, note]) => (
                <div key={name} className="figure">
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                  <dd className="note">{note}</dd>
                </div>
              ))}
            </dl>
            <p className="quiet">{words.measured}</p>
            {rows.length === 0 || shownBy === 'hour' || shownBy === 'weekHour' ? (
              <Nothing>{words.nothing}</Nothing>
            ) : (
              <ReportTable rows={rows} by={shownBy} />
            )}
            <div className="two">
              <HeatMap query={scope} />
              <IssuedReports scope={{ from, to, ...(campaign !== undefined && { campaignId: campaign }) }} />
            </div>
            <details className="panel">
              <summary>
                {words.formula} ({formula.version})
              </summary>
              <pre className="formula">{formula.text}</pre>
            </details>
          </>
        )}
      </Found>
    </section>
  );
}
