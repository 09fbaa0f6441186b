import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { audienceWords } from '../words/audience-words.ts';
import { useWords } from '../words/use-words.ts';
import { Found } from './waiting.tsx';
import { Wide } from './wide.tsx';

/** What is assumed of classes of places. */
export function PlaceClasses() {
  const words = useWords(audienceWords);
  const format = useFormat();
  const classes = useQuery({
    queryKey: ['place-classes'],
    queryFn: async () => (await answer(api.audience.audience['place-classes'].$get())).placeClasses,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <section className="panel">
      <header>
        <h2>{words.classes}</h2>
        <span className="quiet">{words.classesLead}</span>
      </header>
      <Found query={classes} lines={6}>
        {(all) => (
          <Wide label={words.classes}>
            <table className="rows tight">
              <thead>
                <tr>
                  {(['name', 'notice', 'visits', 'workday', 'weekend', 'venue'] as const).map((column) => (
                    <th key={column} scope="col">
                      {words.classColumns[column]}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {all.map((one) => (
                  <tr key={one.key}>
                    <td>{one[format.language]}</td>
                    <td className="nowrap">
                      {[one.notice.low, one.notice.best, one.notice.high].map(format.percent).join('–')}
                    </td>
                    <td>{words.times(format.number(one.visitsPerWeek))}</td>
                    <td>
                      <DayShape weights={one.workday} />
                    </td>
                    <td>
                      <DayShape weights={one.weekend} />
                    </td>
                    <td>{one.openOohId ?? '—'}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Wide>
        )}
      </Found>
    </section>
  );
}

/** How a day goes: 24 columns, the highest as high as the row. */
function DayShape({ weights }: { weights: readonly number[] }) {
  const most = Math.max(1, ...weights);
  const says = weights.map((weight, hour) => `${hour}: ${weight}`).join(', ');
  return (
    <svg className="day-shape" viewBox="0 0 96 20" preserveAspectRatio="none" role="img" aria-label={says}>
      {weights.map((weight, hour) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: the index is the hour
          key={hour}
          x={hour * 4}
          y={20 - (weight / most) * 20}
          width="3"
          height={(weight / most) * 20}
        />
      ))}
    </svg>
  );
}
