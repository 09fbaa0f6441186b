import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button } from 'antd';
import { useMemo } from 'react';
import { browserZone, localDateAt } from '../day.ts';
import { isMeant } from '../fleet.ts';
import { dayTotalsQuery } from '../fleet-queries.ts';
import { FleetFilters } from '../parts/fleet-filters.tsx';
import { FleetList } from '../parts/fleet-list.tsx';
import { FleetPlan } from '../parts/fleet-plan.tsx';
import { TodayFigures } from '../parts/today-figures.tsx';
import { Found, Nothing } from '../parts/waiting.tsx';
import { useFleet } from '../use-fleet.ts';
import { todayWords } from '../words/today-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/');

/** What plays, what is silent, what was kept of today's promises, and what waits for the person. */
export function TodayPage() {
  const words = useWords(todayWords);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { fleet, states, rows, waited } = useFleet();
  const at = states.data ? Date.parse(states.data.at) : Date.now();
  const zone = fleet.data?.zone ?? browserZone();
  const date = localDateAt(at, zone);
  const totals = useQuery({ ...dayTotalsQuery(date), enabled: fleet.data !== undefined });
  const meant = useMemo(() => rows.filter((row) => isMeant(row, search)), [rows, search]);
  const narrow = (next: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });

  return (
    <section className="page today">
      <h1>{words.title}</h1>
      <TodayFigures rows={rows} isKnown={states.data !== undefined} totals={totals.data} />
      <Found query={waited} lines={10}>
        {() =>
          rows.length === 0 ? (
            <Nothing>{words.noEndpoints}</Nothing>
          ) : (
            <>
              <FleetFilters search={search} rows={rows} onNarrow={narrow} shown={meant.length} />
              <div className="fleet">
                <FleetPlan
                  key={search.area}
                  rows={rows}
                  meant={meant}
                  isNarrowed={search.area !== undefined}
                  chosen={search.endpoint}
                  onChoose={(endpoint) => narrow({ endpoint })}
                />
                {meant.length > 0 ? (
                  <FleetList
                    rows={meant}
                    at={at}
                    date={date}
                    chosen={search.endpoint}
                    onChoose={(endpoint) => narrow({ endpoint })}
                  />
                ) : (
                  <Nothing>
                    {words.noneMeant}{' '}
                    <Button size="small" onClick={() => void navigate({ search: {}, replace: true })}>
                      {words.clear}
                    </Button>
                  </Nothing>
                )}
              </div>
            </>
          )
        }
      </Found>
    </section>
  );
}
