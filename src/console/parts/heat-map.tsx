import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { heatOf } from '../heat.ts';
import { reportWords } from '../words/report-words.ts';
import { useWords } from '../words/use-words.ts';
import { Found } from './waiting.tsx';

/** The colour of a share of the busiest hour. */
function shadeOf(share: number): string {
  return `rgb(43 92 138 / ${0.12 + 0.88 * share})`;
}

/** Seven days by twenty-four hours; the colour is the share of the busiest hour. */
export function HeatMap({ query }: { query: { from: string; to: string; campaignId?: string } }) {
  const words = useWords(reportWords);
  const format = useFormat();
  const report = useQuery({
    queryKey: ['reports', 'weekHour', query],
    queryFn: () => answer(api.reports.reports.plays.$get({ query: { ...query, by: 'weekHour' } })),
  });
  return (
    <section className="panel">
      <header>
        <h2>{words.heat}</h2>
        <span className="quiet">{words.heatLead}</span>
      </header>
      <Found query={report} lines={7}>
        {({ rows }) => {
          const cells = heatOf(rows);
          const most = Math.max(1, ...cells.map(({ counted }) => counted));
          return (
            <div className="heat" role="img" aria-label={words.heat}>
              {words.weekdays.map((day, weekday) => (
                <div key={day}>
                  <span>{day}</span>
                  {cells.slice(weekday * 24, weekday * 24 + 24).map(({ hour, counted, promised }) => (
                    <i
                      key={hour}
                      title={words.heatCell(
                        day,
                        String(hour),
                        format.number(counted),
                        format.number(promised),
                      )}
                      style={counted === 0 ? undefined : { backgroundColor: shadeOf(counted / most) }}
                    />
                  ))}
                </div>
              ))}
              <div className="hours">
                <span />
                {Array.from({ length: 24 }, (_, hour) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the index is the hour
                  <i key={hour}>{hour % 3 === 0 ? hour : ''}</i>
                ))}
              </div>
            </div>
          );
        }}
      </Found>
    </section>
  );
}
