import { readHours } from '../../endpoints/opening-hours.ts';
import { useLanguage } from '../language.ts';
import { endpointWords } from '../words/endpoint-words.ts';
import { useWords } from '../words/use-words.ts';
import { hoursInWords } from './hours-in-words.ts';

const DAY_MINUTES = 1_440;

/** The hours of a week as seven bars; what passes midnight goes on in the next day's bar. */
export function WeekStrip({ hours }: { hours: string }) {
  const words = useWords(endpointWords);
  const language = useLanguage();
  const reading = readHours(hours);
  if (!reading.ok) return <code>{hours}</code>;
  const bars = words.weekdays.map((name, index) => {
    const day = index + 1;
    const dayBefore = day === 1 ? 7 : day - 1;
    const open = reading.windows.flatMap(({ days, fromMinute, toMinute }) => {
      const end = toMinute > fromMinute ? toMinute : toMinute + DAY_MINUTES;
      return [
        ...(days.includes(day) ? [{ from: fromMinute, to: Math.min(end, DAY_MINUTES) }] : []),
        ...(days.includes(dayBefore) && end > DAY_MINUTES ? [{ from: 0, to: end - DAY_MINUTES }] : []),
      ];
    });
    return { name, open };
  });
  return (
    <div
      className="week"
      role="img"
      aria-label={words.weekSummary(hoursInWords(hours, words.hourWords, language))}
    >
      {bars.map(({ name, open }) => (
        <div key={name}>
          <span>{name}</span>
          <svg viewBox="0 0 1440 20" preserveAspectRatio="none" aria-hidden="true">
            <rect className="shut" width="1440" height="20" />
            {open.map(({ from, to }) => (
              <rect key={`${from} ${to}`} x={from} width={Math.max(0, to - from)} height="20" />
            ))}
          </svg>
        </div>
      ))}
      <div className="scale" aria-hidden="true">
        <span />
        <p>
          <i>0</i>
          <i>6</i>
          <i>12</i>
          <i>18</i>
          <i>24</i>
        </p>
      </div>
    </div>
  );
}
