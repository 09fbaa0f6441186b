import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button } from 'antd';
import { answer, api } from '../api.ts';
import { COMPARED_BY } from '../choices.ts';
import { useFormat } from '../format.ts';
import { PeriodFields } from '../forms/period-fields.tsx';
import { ComparisonTable, MOVES, useMove } from '../parts/comparison-table.tsx';
import { Figure } from '../parts/figure.tsx';
import { ReportWays } from '../parts/report-ways.tsx';
import { Found, Nothing } from '../parts/waiting.tsx';
import { scopeOf } from '../period.ts';
import { comparisonWords } from '../words/comparison-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/reports/comparison');

/** Two periods beside each other, each with its coverage. */
export function ComparisonPage() {
  const words = useWords(comparisonWords);
  const format = useFormat();
  const moveIn = useMove();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { by = 'area', earlierFrom, earlierTo } = search;
  const ask = (next: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const query = {
    ...scopeOf(search),
    by,
    ...(earlierFrom !== undefined && earlierTo !== undefined && { earlierFrom, earlierTo }),
  };
  const found = useQuery({
    queryKey: ['comparison', query],
    queryFn: () => answer(api.comparison.reports.comparison.$get({ query })),
    placeholderData: keepPreviousData,
  });
  const earlier = found.data?.earlier;
  return (
    <section className="page">
      <ReportWays search={search} />
      <h1>{words.title}</h1>
      <search className="filters">
        <label>
          {words.by}{' '}
          <select
            value={by}
            onChange={({ target }) => ask({ by: COMPARED_BY.find((one) => one === target.value) })}
          >
            {COMPARED_BY.map((one) => (
              <option key={one} value={one}>
                {words.bys[one]}
              </option>
            ))}
          </select>
        </label>
        <PeriodFields search={search} onAsk={ask} />
      </search>
      {earlier && (
        <search className="filters">
          <label>
            {words.earlierFrom}{' '}
            <input
              type="date"
              value={earlier.from}
              max={earlier.to}
              onChange={({ target }) =>
                target.value && ask({ earlierFrom: target.value, earlierTo: earlier.to })
              }
            />
          </label>
          <label>
            {words.earlierTo}{' '}
            <input
              type="date"
              value={earlier.to}
              min={earlier.from}
              onChange={({ target }) =>
                target.value && ask({ earlierFrom: earlier.from, earlierTo: target.value })
              }
            />
          </label>
          {earlierFrom !== undefined && (
            <Button onClick={() => ask({ earlierFrom: undefined, earlierTo: undefined })}>
              {words.usual}
            </Button>
          )}
        </search>
      )}
      <Found query={found} lines={10}>
        {({ totals, rows, sameLength, later, earlier: before }) => (
          <>
            {!sameLength && (
              <p className="told">
                {words.unequal} {words.later} {words.days(String(later.days))}, {words.earlier}{' '}
                {words.days(String(before.days))}
              </p>
            )}
            <dl className="figures">
              {MOVES.map(({ key, figure, show }) => (
                <Figure
                  key={key}
                  name={words.columns[key]}
                  value={show(figure(totals.later), format)}
                  note={`${words.was(show(figure(totals.earlier), format))} · ${moveIn(totals.change, key)}`}
                />
              ))}
              <Figure
                name={words.columns.coverage}
                value={format.percent(totals.later.coverage)}
                note={words.was(format.percent(totals.earlier.coverage))}
              />
            </dl>
            {rows.length === 0 ? (
              <Nothing>{words.none}</Nothing>
            ) : (
              <ComparisonTable rows={rows} by={by} later={later} earlier={before} />
            )}
          </>
        )}
      </Found>
    </section>
  );
}
