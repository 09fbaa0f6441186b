import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { answer, api } from '../api.ts';
import { CALL_STATES } from '../choices.ts';
import { useFormat } from '../format.ts';
import { Deliveries } from '../parts/deliveries.tsx';
import { NarrowingText } from '../parts/narrowing-text.tsx';
import { ReportWays } from '../parts/report-ways.tsx';
import { Found, Nothing } from '../parts/waiting.tsx';
import { Wide } from '../parts/wide.tsx';
import { dispatchWords } from '../words/dispatch-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/reports/roll-call');
const FIRST_ROWS = 100;
const TONES = { up: 'good', behind: 'doubt', silent: 'bad', closed: undefined } as const;

/** Which endpoints are up, behind and silent now, and who was told last. */
export function RollCallPage() {
  const words = useWords(dispatchWords);
  const shell = useWords(shellWords);
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [limit, setLimit] = useState(FIRST_ROWS);
  const call = useQuery({
    queryKey: ['roll-call'],
    queryFn: () => answer(api.dispatch['roll-call'].$get()),
    refetchInterval: 15_000,
  });
  const ask = (next: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  return (
    <section className="page">
      <ReportWays search={{}} />
      <header>
        <h1>{words.rollCall}</h1>
        <span className="quiet">{words.rollCallLead}</span>
      </header>
      <Found query={call} lines={10}>
        {({ at, counts, entries, told }) => {
          const q = (search.q ?? '').toLowerCase();
          const meant = entries.filter(
            (entry) =>
              (search.state === undefined || entry.state === search.state) &&
              `${entry.code} ${entry.name} ${entry.area}`.toLowerCase().includes(q),
          );
          return (
            <>
              <search className="filters">
                <p className="choices">
                  {CALL_STATES.map((state) => (
                    <button
                      key={state}
                      type="button"
                      aria-pressed={search.state === state}
                      onClick={() => ask({ state: search.state === state ? undefined : state })}
                    >
                      {words.callStates[state]} {format.number(counts[state])}
                    </button>
                  ))}
                </p>
                <NarrowingText label={words.filter} value={search.q} onNarrow={(q) => ask({ q })} />
                <output>{words.asOf(format.time(at))}</output>
              </search>
              {counts.silent + counts.behind === 0 && (
                <p className="verdict" data-fits="true">
                  {entries.length === 0 ? words.noEndpoints : words.allClear}
                </p>
              )}
              <div className="two">
                <div className="stack">
                  <Wide label={words.rollCall}>
                    <table className="rows tight">
                      <thead>
                        <tr>
                          {(['endpoint', 'area', 'state', 'reason', 'seen'] as const).map((column) => (
                            <th key={column} scope="col">
                              {words.entry[column]}
                            </th>
                          ))}
                        </tr>
                      </thead>
                      <tbody>
                        {meant.slice(0, limit).map((entry) => (
                          <tr key={entry.endpointId}>
                            <td>
                              <Link
                                to="/endpoints/$endpointId"
                                params={{ endpointId: String(entry.endpointId) }}
                                search={{}}
                              >
                                {entry.code} {entry.name}
                              </Link>
                            </td>
                            <td>{entry.area}</td>
                            <td>
                              <span className="tag" data-tone={TONES[entry.state]}>
                                {words.callStates[entry.state]}
                              </span>
                            </td>
                            <td>
                              {entry.reason && words.reasons[entry.reason]}
                              {entry.missing > 0 && ` · ${words.missing(format.number(entry.missing))}`}
                            </td>
                            <td className="nowrap">
                              {entry.lastSeenAt === null
                                ? words.neverSeen
                                : format.since(entry.lastSeenAt, Date.parse(at))}
                            </td>
                          </tr>
                        ))}
                      </tbody>
                    </table>
                  </Wide>
                  {meant.length > limit && (
                    <Button onClick={() => setLimit(limit + FIRST_ROWS)}>{shell.more}</Button>
                  )}
                </div>
                <section className="stack">
                  <h2>{words.told}</h2>
                  {told.length === 0 ? (
                    <Nothing>{words.toldNobody}</Nothing>
                  ) : (
                    <Deliveries deliveries={told} />
                  )}
                </section>
              </div>
            </>
          );
        }}
      </Found>
    </section>
  );
}
