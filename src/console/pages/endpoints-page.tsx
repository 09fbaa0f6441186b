import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import type { ImportReport } from '../../endpoints/endpoint.ts';
import { answer, api } from '../api.ts';
import { isMeant } from '../fleet.ts';
import { endpointRowsQuery } from '../fleet-queries.ts';
import { fleetText } from '../fleet-text.ts';
import { useFormat } from '../format.ts';
import { importFleetFile } from '../import-fleet.ts';
import { ColumnHeads } from '../parts/column-heads.tsx';
import { CsvPicker } from '../parts/csv-picker.tsx';
import { EnrolmentSheets } from '../parts/enrolment-sheets.tsx';
import { FleetFilters } from '../parts/fleet-filters.tsx';
import { hoursInWords } from '../parts/hours-in-words.ts';
import { Found, Nothing, TroubleNote } from '../parts/waiting.tsx';
import { Wide } from '../parts/wide.tsx';
import { saveAs } from '../save-as.ts';
import { useMay } from '../session.tsx';
import { useFleet } from '../use-fleet.ts';
import { endpointWords } from '../words/endpoint-words.ts';
import { groupWords } from '../words/group-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { todayWords } from '../words/today-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/endpoints');
const FIRST_ROWS = 100;

/** All endpoints, with import and export. */
export function EndpointsPage() {
  const words = useWords(endpointWords);
  const { title: groupsTitle } = useWords(groupWords);
  const shell = useWords(shellWords);
  const { states, noneMeant, noEndpoints } = useWords(todayWords);
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [mayInstall, mayPair] = [useMay('install'), useMay('pair')];
  const queries = useQueryClient();
  const [limit, setLimit] = useState(FIRST_ROWS);
  const { states: known, rows, waited } = useFleet();
  const at = known.data ? Date.parse(known.data.at) : Date.now();
  const meant = useMemo(() => rows.filter((row) => isMeant(row, search)), [rows, search]);
  const shown = meant.slice(0, limit);
  const details = useQuery(endpointRowsQuery(shown.map(({ endpoint }) => endpoint.id)));
  const detailOf = new Map(details.data?.map((one) => [one.id, one]));
  const exporting = useMutation({
    mutationFn: async () => {
      const wanted = new Set(meant.map(({ endpoint }) => endpoint.id));
      const { endpoints } = await answer(api.endpoints.endpoints.$get({ query: {} }));
      saveAs('endpoints.csv', 'text/csv', fleetText(endpoints.filter(({ id }) => wanted.has(id))));
    },
  });
  const importing = useMutation({
    mutationFn: importFleetFile,
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <section className="page">
      <header>
        <h1>{words.title}</h1>
        <span className="fill" />
        <Link className="button" to="/endpoints/groups" search={{}}>
          {groupsTitle}
        </Link>
        {mayPair && (
          <>
            <Link className="button primary" to="/pair" search={{}}>
              {words.pair}
            </Link>
            <EnrolmentSheets
              endpointIds={meant.flatMap(({ endpoint, state }) => (state === 'unpaired' ? endpoint.id : []))}
            />
          </>
        )}
        {mayInstall && (
          <CsvPicker label={words.importCsv} isPending={importing.isPending} onPicked={importing.mutate} />
        )}
        <Button
          disabled={meant.length === 0}
          loading={exporting.isPending}
          onClick={() => exporting.mutate()}
        >
          {words.exportCsv}
        </Button>
      </header>
      {importing.error && <TroubleNote error={importing.error} />}
      {exporting.error && <TroubleNote error={exporting.error} />}
      {importing.data && <ImportResult report={importing.data} />}
      <Found query={waited} lines={12}>
        {() =>
          rows.length === 0 ? (
            <Nothing>{noEndpoints}</Nothing>
          ) : (
            <>
              <FleetFilters
                search={search}
                rows={rows}
                shown={meant.length}
                onNarrow={(next) =>
                  void navigate({ search: (before) => ({ ...before, ...next }), replace: true })
                }
              />
              {meant.length === 0 && <Nothing>{noneMeant}</Nothing>}
              <Wide label={words.title}>
                <table className="rows">
                  <ColumnHeads columns={words.columns} />
                  <tbody>
                    {shown.map(({ endpoint, state }) => {
                      const detail = detailOf.get(endpoint.id);
                      return (
                        <tr key={endpoint.id}>
                          <td>
                            <Link
                              to="/endpoints/$endpointId"
                              params={{ endpointId: String(endpoint.id) }}
                              search={{}}
                            >
                              {endpoint.code}
                            </Link>
                          </td>
                          <td>{endpoint.name}</td>
                          <td>{shell.kinds[endpoint.kind]}</td>
                          <td>{endpoint.area}</td>
                          <td>
                            <span className="state" data-state={state}>
                              {states[state]}
                            </span>
                          </td>
                          <td className="nowrap">
                            {detail?.player?.lastSeenAt ? format.since(detail.player.lastSeenAt, at) : '—'}
                          </td>
                          <td>
                            {hoursInWords(detail?.openingHours ?? '', words.hourWords, format.language)}
                          </td>
                        </tr>
                      );
                    })}
                  </tbody>
                </table>
              </Wide>
              {meant.length > limit && (
                <Button onClick={() => setLimit(limit + FIRST_ROWS)}>{shell.more}</Button>
              )}
            </>
          )
        }
      </Found>
    </section>
  );
}

function ImportResult({ report }: { report: ImportReport }) {
  const words = useWords(endpointWords);
  const format = useFormat();
  const { created, updated, unchanged, failed } = report;
  return (
    <div className="panel" role="status">
      <p>
        <b>{words.imported(format.number(created), format.number(updated), format.number(unchanged))}</b>
      </p>
      {failed.length > 0 && (
        <>
          <p>{words.failed(format.number(failed.length))}</p>
          <ul className="bullets">
            {failed.slice(0, 50).map(({ line, id, message }) => (
              <li key={line}>
                {words.line(format.number(line))} <code>{id}</code> {message}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
