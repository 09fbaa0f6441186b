import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { PeriodFields } from '../forms/period-fields.tsx';
import { Figure } from '../parts/figure.tsx';
import { ReportWays } from '../parts/report-ways.tsx';
import { Found, Nothing } from '../parts/waiting.tsx';
import { Wide } from '../parts/wide.tsx';
import { periodOf } from '../period.ts';
import { uptimeWords } from '../words/comparison-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/reports/uptime');
const FIRST_ROWS = 100;

/** How long endpoints were at work, the worst first. */
export function UptimePage() {
  const words = useWords(uptimeWords);
  const { more } = useWords(shellWords);
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [q, setQ] = useState('');
  const [limit, setLimit] = useState(FIRST_ROWS);
  const period = periodOf(search);
  const found = useQuery({
    queryKey: ['uptime', period],
    queryFn: () => answer(api.shortfalls.reports.uptime.$get({ query: period })),
    placeholderData: keepPreviousData,
  });
  return (
    <section className="page">
      <ReportWays search={search} />
      <header>
        <h1>{words.title}</h1>
        <span className="quiet">{words.lead}</span>
      </header>
      <search className="filters">
        <PeriodFields
          search={search}
          hasCampaign={false}
          onAsk={(next) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true })}
        />
        <input
          type="search"
          aria-label={words.filter}
          placeholder={words.filter}
          value={q}
          onChange={({ target }) => setQ(target.value)}
        />
      </search>
      <Found query={found} lines={10}>
        {({ totals, rows }) => {
          const meant = rows.filter(({ endpoint, area }) =>
            `${endpoint} ${area}`.toLowerCase().includes(q.toLowerCase()),
          );
          const down = totals.hoursPromised - totals.hoursUp - totals.hoursUnknown;
          return totals.hoursPromised === 0 ? (
            <Nothing>{words.nothing}</Nothing>
          ) : (
            <>
              <dl className="figures">
                <Figure name={words.share} value={format.percent(totals.share)} />
                <Figure
                  name={words.up}
                  value={format.number(totals.hoursUp)}
                  note={`${words.promised} ${format.number(totals.hoursPromised)}`}
                />
                <Figure name={words.down} value={format.number(down)} />
                <Figure
                  name={words.unknown}
                  value={format.number(totals.hoursUnknown)}
                  note={words.unknownLead}
                />
              </dl>
              <Wide label={words.table}>
                <table className="rows tight">
                  <thead>
                    <tr>
                      <th scope="col">{words.endpoint}</th>
                      <th scope="col">{words.area}</th>
                      <th scope="col">{words.shape}</th>
                      {(['share', 'promised', 'up', 'down', 'unknown'] as const).map((column) => (
                        <th key={column} scope="col" className="number">
                          {words[column]}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {meant.slice(0, limit).map((row) => (
                      <tr key={row.endpointId}>
                        <td>
                          <Link to="/reports/coverage" search={{ endpoint: row.endpointId, date: period.to }}>
                            {row.endpoint}
                          </Link>
                        </td>
                        <td>{row.area}</td>
                        <td>
                          <svg
                            className="shape"
                            viewBox="0 0 100 16"
                            preserveAspectRatio="none"
                            aria-hidden="true"
                          >
                            <rect width={row.hoursPromised && 100} height="16" className="playsPromised" />
                            <rect
                              y="3"
                              width={(100 * row.hoursUp) / Math.max(1, row.hoursPromised)}
                              height="10"
                              className="playsCounted"
                            />
                          </svg>
                        </td>
                        <td className="number">{format.percent(row.share)}</td>
                        <td className="number">{format.number(row.hoursPromised)}</td>
                        <td className="number">{format.number(row.hoursUp)}</td>
                        <td className="number">
                          {format.number(row.hoursPromised - row.hoursUp - row.hoursUnknown)}
                        </td>
                        <td className="number">{format.number(row.hoursUnknown)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Wide>
              {meant.length > limit && <Button onClick={() => setLimit(limit + FIRST_ROWS)}>{more}</Button>}
            </>
          );
        }}
      </Found>
    </section>
  );
}
