import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useRef, useState } from 'react';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { reportWords } from '../words/report-words.ts';
import { useWords } from '../words/use-words.ts';
import { Found } from './waiting.tsx';

/** The colour of a share of the busiest hour. */
export function shadeOf(share: number): string {
  return `rgb(43 92 138 / ${0.12 + 0.88 * share})`;
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -24, ArrowDown: 24 };

/** Plays by hour of the week. */
export const heatQuery = (query: HeatScope) =>
  queryOptions({
    queryKey: ['reports', 'weekHour', query],
    queryFn: async () => (await answer(api.reports.reports['week-hours'].$get({ query }))).hours,
  });

interface HeatScope {
  readonly from: string;
  readonly to: string;
  readonly campaignId?: string;
}

/** Seven days by twenty-four hours; the colour is the share of the busiest hour, and each opens to its plays. */
export function HeatMap({
  query,
  plays,
}: {
  query: HeatScope;
  /** The period whose single plays are opened. */
  plays: { from: string; to: string; campaign?: number | undefined };
}) {
  const words = useWords(reportWords);
  const format = useFormat();
  // One cell is in the order of the tab key; arrows move it.
  const [current, setCurrent] = useState(0);
  const table = useRef<HTMLTableElement>(null);
  const report = useQuery(heatQuery(query));
  function onKeyDown(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    const next = current + (step ?? 0);
    if (step === undefined || next < 0 || next > 167) return;
    event.preventDefault();
    setCurrent(next);
    table.current?.querySelectorAll('a').item(next).focus();
  }
  return (
    <section className="panel">
      <header>
        <h2>{words.heat}</h2>
        <span className="quiet">
          {words.heatLead} · {words.heatKeys}
        </span>
      </header>
      <Found query={report} lines={7}>
        {(cells) => {
          const most = Math.max(1, ...cells.map(({ counted }) => counted));
          return (
            <table className="heat" ref={table} onKeyDown={onKeyDown} aria-label={words.heat}>
              <thead>
                <tr>
                  <td />
                  {HOURS.map((hour) => (
                    <th key={hour} scope="col">
                      {hour}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {words.weekdays.map((day, weekday) => (
                  <tr key={day}>
                    <th scope="row">{day}</th>
                    {cells.slice(weekday * 24, weekday * 24 + 24).map(({ hour, counted, promised }) => {
                      const says = words.heatCell(
                        day,
                        String(hour),
                        format.number(counted),
                        format.number(promised),
                      );
                      return (
                        <td key={hour}>
                          <Link
                            to="/reports/plays"
                            search={{ ...plays, weekday: weekdayOf(weekday), hour, outcome: 'completed' }}
                            preload={false}
                            tabIndex={current === weekday * 24 + hour ? 0 : -1}
                            onFocus={() => setCurrent(weekday * 24 + hour)}
                            aria-label={says}
                            title={says}
                            style={counted === 0 ? undefined : { backgroundColor: shadeOf(counted / most) }}
                          />
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          );
        }}
      </Found>
    </section>
  );
}

/** 1 Monday … 7 Sunday. */
function weekdayOf(at: number): 1 | 2 | 3 | 4 | 5 | 6 | 7 {
  const days = [1, 2, 3, 4, 5, 6, 7] as const;
  return days[at] ?? 1;
}
