import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { PeriodFields } from '../forms/period-fields.tsx';
import { CauseBars } from '../parts/cause-bars.tsx';
import { Downloads } from '../parts/download.tsx';
import { Figure } from '../parts/figure.tsx';
import { MakeGoods } from '../parts/make-goods.tsx';
import { ReportWays } from '../parts/report-ways.tsx';
import { ShortfallTable } from '../parts/shortfall-table.tsx';
import { Found, Nothing } from '../parts/waiting.tsx';
import { scopeOf } from '../period.ts';
import { shortfallWords } from '../words/shortfall-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/reports/shortfalls');

/** What was promised and not played, why, and one act to make it good. */
export function ShortfallsPage() {
  const words = useWords(shortfallWords);
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const ask = (next: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const scope = scopeOf(search);
  const found = useQuery({
    queryKey: ['shortfalls', scope],
    queryFn: () => answer(api.shortfalls.reports.shortfalls.$get({ query: scope })),
    placeholderData: keepPreviousData,
  });
  const csv = `/api/reports/shortfalls?${new URLSearchParams({ ...scope, format: 'csv' })}`;
  return (
    <section className="page">
      <ReportWays search={search} />
      <header>
        <h1>{words.title}</h1>
        <span className="fill" />
        <Downloads files={[{ name: 'CSV', href: csv }]} />
      </header>
      <search className="filters">
        <PeriodFields search={search} onAsk={ask} />
      </search>
      <p className="quiet">{words.lead}</p>
      <Found query={found} lines={10}>
        {({ totals, causes, rows, omitted, proposals }) => (
          <>
            <dl className="figures">
              <Figure
                name={words.promised}
                value={format.number(totals.promised)}
                note={`${words.counted} ${format.number(totals.counted)}`}
              />
              <Figure
                name={words.short}
                value={format.number(totals.short)}
                note={words.shortOf(
                  format.percent(totals.promised === 0 ? null : totals.short / totals.promised),
                )}
              />
              <Figure
                name={words.owed}
                value={format.number(totals.owed)}
                note={words.owedLead}
                tone={totals.owed > 0 ? 'doubt' : undefined}
              />
              <Figure
                name={words.open}
                value={format.number(totals.causes.silent + totals.causes.reportsMissing)}
                note={words.openLead}
              />
              <Figure
                name={words.takenOver}
                value={format.number(totals.takenOver)}
                note={words.takenOverLead}
              />
            </dl>
            <div className="two">
              <MakeGoods proposals={proposals} period={{ from: scope.from, to: scope.to }} />
              <section className="panel">
                <h2>{words.causes}</h2>
                <CauseBars causes={totals.causes} words={causes} />
              </section>
            </div>
            {rows.length === 0 ? (
              <Nothing>{words.nothing}</Nothing>
            ) : (
              <ShortfallTable
                rows={rows}
                omitted={omitted}
                causes={causes}
                day={scope.to}
                q={search.q ?? ''}
                onFilter={(q) => ask({ q: q || undefined })}
              />
            )}
          </>
        )}
      </Found>
    </section>
  );
}
