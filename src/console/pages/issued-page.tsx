import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { PeriodFields } from '../forms/period-fields.tsx';
import { ReportWays } from '../parts/report-ways.tsx';
import { Found, Nothing, TroubleNote } from '../parts/waiting.tsx';
import { Wide } from '../parts/wide.tsx';
import { periodOf } from '../period.ts';
import { issuedQuery } from '../queries.ts';
import { useMay } from '../session.tsx';
import { issuedWords } from '../words/issued-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/reports/issued');
const FIRST_ROWS = 50;

/** All reports that were issued, and the way to issue one. */
export function IssuedPage() {
  const words = useWords(issuedWords);
  const { more } = useWords(shellWords);
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const mayIssue = useMay('issue');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [limit, setLimit] = useState(FIRST_ROWS);
  const issued = useQuery(issuedQuery);
  const issue = useMutation({
    mutationFn: (title: string) =>
      answer(
        api.issued.reports.issued.$post({
          json: {
            ...periodOf(search),
            ...(search.campaign !== undefined && { campaignId: search.campaign }),
            ...(title !== '' && { title }),
          },
        }),
      ),
    onSuccess: ({ cite }) => void message.success(words.done(cite)),
    onSettled: () => queries.invalidateQueries({ queryKey: issuedQuery.queryKey }),
  });
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = event.currentTarget;
    issue.mutate(String(new FormData(form).get('title')).trim(), { onSuccess: () => form.reset() });
  }
  return (
    <section className="page">
      <ReportWays search={search} />
      <h1>{words.title}</h1>
      <p className="quiet">{words.lead}</p>
      {mayIssue && (
        <section className="panel">
          <h2>{words.issue}</h2>
          <search className="filters">
            <PeriodFields
              search={search}
              onAsk={(next) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true })}
            />
          </search>
          <form className="in-line" onSubmit={onSubmit}>
            <label className="field">
              <span>{words.name}</span>
              <input name="title" maxLength={200} autoComplete="off" />
            </label>
            <Button type="primary" htmlType="submit" loading={issue.isPending}>
              {words.issue}
            </Button>
          </form>
          {issue.error && <TroubleNote error={issue.error} />}
        </section>
      )}
      <Found query={issued} lines={6}>
        {(all) =>
          all.length === 0 ? (
            <Nothing>{words.none}</Nothing>
          ) : (
            <>
              <Wide label={words.title}>
                <table className="rows">
                  <thead>
                    <tr>
                      {(['cite', 'title', 'by', 'at'] as const).map((column) => (
                        <th key={column} scope="col">
                          {words.columns[column]}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {all.slice(0, limit).map(({ number, cite, title, issuedByName, issuedAt }) => (
                      <tr key={number}>
                        <td className="nowrap">
                          <Link to="/reports/issued/$number" params={{ number: String(number) }}>
                            {cite}
                          </Link>
                        </td>
                        <td>{title}</td>
                        <td>{issuedByName}</td>
                        <td className="nowrap">{format.dateTime(issuedAt)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Wide>
              {all.length > limit && <Button onClick={() => setLimit(limit + FIRST_ROWS)}>{more}</Button>}
            </>
          )
        }
      </Found>
    </section>
  );
}
