import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { Downloads } from '../parts/download.tsx';
import { FormulaWords } from '../parts/formula-words.tsx';
import { IssuedChanges } from '../parts/issued-changes.tsx';
import { IssuedFigures } from '../parts/issued-figures.tsx';
import { ReportTable } from '../parts/report-table.tsx';
import { ReportWays } from '../parts/report-ways.tsx';
import { Found } from '../parts/waiting.tsx';
import { issuedWords } from '../words/issued-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/reports/issued/$number');

/** One report as it was issued, and whether newer numbers exist. */
export function IssuedReportPage() {
  const words = useWords(issuedWords);
  const format = useFormat();
  const { number } = route.useParams();
  const found = useQuery({
    queryKey: ['issued', number],
    queryFn: () =>
      answer(api.issued.reports.issued[':id'].$get({ param: { id: number }, query: { format: 'json' } })),
    staleTime: 60_000,
  });
  const file = (kind: string) => `/api/reports/issued/${number}?format=${kind}&lang=${format.language}`;
  return (
    <section className="page">
      <ReportWays search={{}} />
      <p>
        <Link to="/reports/issued" search={{}}>
          {words.back}
        </Link>
      </p>
      <Found query={found} lines={12}>
        {({ cite, title, issuedByName, issuedAt, intact, sha256, newer, report }) => (
          <>
            <header>
              <h1>
                {cite} {title}
              </h1>
              <span className="fill" />
              <Downloads
                files={[
                  { name: 'PDF', href: file('pdf') },
                  { name: 'XLSX', href: file('xlsx') },
                  { name: 'JSON', href: file('frozen') },
                ]}
              />
            </header>
            <p>
              {words.period(format.date(report.from), format.date(report.to))} ·{' '}
              {words.by(issuedByName, format.dateTime(issuedAt))}
            </p>
            {report.periodWasOpen && <p className="quiet">{words.wasOpen}</p>}
            <IssuedChanges newer={newer} />
            <IssuedFigures report={report} />
            <h2>{words.areas}</h2>
            <ReportTable rows={report.areas} by="area" />
            <FormulaWords formula={report.formula} />
            <p className={intact ? 'quiet detail' : 'trouble'} role={intact ? undefined : 'alert'}>
              {intact ? words.intact : words.notIntact} · {words.sha} <code>{sha256}</code>
            </p>
          </>
        )}
      </Found>
    </section>
  );
}
