import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import type { ImportReport } from '../../endpoints/endpoint.ts';
import { fleetRows, isMeant } from '../fleet.ts';
import { fleetText } from '../fleet-text.ts';
import { useFormat } from '../format.ts';
import { importFleetFile } from '../import-fleet.ts';
import { ColumnHeads } from '../parts/column-heads.tsx';
import { CsvPicker } from '../parts/csv-picker.tsx';
import { EnrolmentSheets } from '../parts/enrolment-sheets.tsx';
import { FleetFilters } from '../parts/fleet-filters.tsx';
import { Found, Nothing, TroubleNote } from '../parts/waiting.tsx';
import { Wide } from '../parts/wide.tsx';
import { endpointsQuery, nowQuery } from '../queries.ts';
import { saveAs } from '../save-as.ts';
import { useMay } from '../session.tsx';
import { endpointWords } from '../words/endpoint-words.ts';
import { groupWords } from '../words/group-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { todayWords } from '../words/today-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/endpoints');
const FIRST_ROWS = 200;

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
  const endpoints = useQuery(endpointsQuery);
  const now = useQuery(nowQuery);
  const at = now.data ? Date.parse(now.data.at) : Date.now();
  const rows = useMemo(() => {
    const playing = new Map(now.data?.endpoints.map((one) => [one.endpointId, one.playing]));
    return fleetRows(
      endpoints.data ?? [],
      playing,
      new Map(),
      now.data ? Date.parse(now.data.at) : Date.now(),
    );
  }, [endpoints.data, now.data]);
  const meant = rows.filter((row) => isMeant(row, search));
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
              endpointIds={meant.flatMap(({ endpoint }) => (endpoint.player === null ? endpoint.id : []))}
            />
          </>
        )}
        {mayInstall && (
          <CsvPicker label={words.importCsv} isPending={importing.isPending} onPicked={importing.mutate} />
        )}
        <Button
          disabled={meant.length === 0}
          onClick={() =>
            saveAs('endpoints.csv', 'text/csv', fleetText(meant.map(({ endpoint }) => endpoint)))
          }
        >
          {words.exportCsv}
        </Button>
      </header>
      {importing.error && <TroubleNote error={importing.error} />}
      {importing.data && <ImportResult report={importing.data} />}
      <Found query={endpoints} lines={12}>
        {(all) =>
          all.length === 0 ? (
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
                    {meant.slice(0, limit).map(({ endpoint, state }) => (
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
                          {endpoint.player?.lastSeenAt ? format.since(endpoint.player.lastSeenAt, at) : '—'}
                        </td>
                        <td>
                          <code>{endpoint.openingHours}</code>
                        </td>
                      </tr>
                    ))}
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
