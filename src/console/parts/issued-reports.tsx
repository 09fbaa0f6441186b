import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { useMay } from '../session.tsx';
import { reportWords } from '../words/report-words.ts';
import { useWords } from '../words/use-words.ts';
import { Found, Nothing, TroubleNote } from './waiting.tsx';

/** Reports whose figures are frozen, and the way to issue the one that is shown. */
export function IssuedReports({ scope }: { scope: { from: string; to: string; campaignId?: number } }) {
  const words = useWords(reportWords);
  const format = useFormat();
  const mayIssue = useMay('issue');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const issued = useQuery({
    queryKey: ['issued'],
    queryFn: async () => (await answer(api.issued.reports.issued.$get())).reports,
  });
  const issue = useMutation({
    mutationFn: () => answer(api.issued.reports.issued.$post({ json: scope })),
    onSuccess: ({ cite }) => void message.success(words.issued(cite)),
    onSettled: () => queries.invalidateQueries({ queryKey: ['issued'] }),
  });
  const lang = format.language;
  return (
    <section className="panel">
      <header>
        <h2>{words.issuedTitle}</h2>
        <span className="fill" />
        {mayIssue && (
          <Button loading={issue.isPending} onClick={() => issue.mutate()} title={words.issueLead}>
            {words.issue}
          </Button>
        )}
      </header>
      {mayIssue && <p className="quiet">{words.issueLead}</p>}
      {issue.error && <TroubleNote error={issue.error} />}
      <Found query={issued} lines={3}>
        {(all) =>
          all.length === 0 ? (
            <Nothing>{words.noIssued}</Nothing>
          ) : (
            <ul className="past">
              {all.slice(0, 30).map(({ number, cite, title, issuedByName, issuedAt }) => (
                <li key={number}>
                  <a href={`/api/reports/issued/${number}?format=xlsx&lang=${lang}`}>{cite}</a> {title}{' '}
                  <span className="quiet">{words.issuedBy(issuedByName, format.dateTime(issuedAt))}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Found>
    </section>
  );
}
