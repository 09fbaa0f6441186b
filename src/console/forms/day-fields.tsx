import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { answer, api } from '../api.ts';
import type { BookingForm } from '../booking-form-state.ts';
import { browserZone, localDateAt } from '../day.ts';
import {
  type DayPattern,
  datesBetween,
  joinDayparts,
  type OnHolidays,
  patternOf,
  rruleOf,
  runsOf,
  splitDayparts,
} from '../day-pattern.ts';
import { useFormat } from '../format.ts';
import { daysInWords } from '../parts/days-in-words.ts';
import { useSettled } from '../settled.ts';
import { dayWords } from '../words/day-words.ts';
import { useWords } from '../words/use-words.ts';
import { PatternFields } from './pattern-fields.tsx';

type Days = Pick<BookingForm, 'fromDate' | 'toDate' | 'dayparts' | 'rrule' | 'exdates'>;

const CHOICES = [
  'everyDay',
  'workdays',
  'weekends',
  'weekdays',
  'everyDays',
  'monthDays',
  'nthWeekday',
] as const;
type Choice = (typeof CHOICES)[number] | 'rule';

/** What a choice begins with. */
const STARTS: Readonly<Record<(typeof CHOICES)[number], DayPattern>> = {
  everyDay: { kind: 'everyDay' },
  workdays: { kind: 'everyDay' },
  weekends: { kind: 'weekdays', days: [6, 7], every: 1 },
  weekdays: { kind: 'weekdays', days: [1], every: 1 },
  everyDays: { kind: 'everyDays', every: 2 },
  monthDays: { kind: 'monthDays', days: [1] },
  nthWeekday: { kind: 'nthWeekday', nth: 1, day: 1 },
};
const ON = ['everyDay', 'notHolidays', 'holidays', 'workdays'] as const;

/** On which days between its dates a booking plays: in plain words, with the next of them. */
export function DayFields({ value, onChange }: { value: Days; onChange: (days: Partial<Days>) => void }) {
  const words = useWords(dayWords);
  const format = useFormat();
  const pattern = patternOf(value.rrule);
  const { on, hours } = splitDayparts(value.dayparts);
  const isWeekend = pattern.kind === 'weekdays' && pattern.every === 1 && pattern.days.join() === '6,7';
  // Saturday and Sunday stand for the weekend until the person asks for weekdays of their own.
  const [isOwnChoice, chooseOwn] = useState(false);
  const choice: Choice =
    pattern.kind === 'everyDay' && on === 'workdays'
      ? 'workdays'
      : isWeekend && !isOwnChoice
        ? 'weekends'
        : pattern.kind;
  const putOn = (next: OnHolidays) => joinDayparts(hours, next);
  function choose(next: string): void {
    const chosen = CHOICES.find((one) => one === next);
    if (chosen === undefined) return;
    chooseOwn(chosen === 'weekdays');
    const isNewClass = (chosen === 'workdays') !== (choice === 'workdays');
    onChange({
      rrule: rruleOf(STARTS[chosen]),
      ...(isNewClass && { dayparts: putOn(chosen === 'workdays' ? 'workdays' : 'everyDay') }),
    });
  }
  return (
    <>
      <div className="side-by-side">
        <label className="field">
          <span>{words.which}</span>
          <select value={choice} onChange={({ target }) => choose(target.value)}>
            {[...CHOICES, ...(choice === 'rule' ? (['rule'] as const) : [])].map((one) => (
              <option key={one} value={one}>
                {words.patterns[one]}
              </option>
            ))}
          </select>
        </label>
        {choice !== 'workdays' && (
          <label className="field">
            <span>{words.holidays}</span>
            <select
              value={on}
              onChange={({ target }) =>
                onChange({ dayparts: putOn(ON.find((one) => one === target.value) ?? 'everyDay') })
              }
            >
              {[...ON, ...(on === 'mixed' ? (['mixed'] as const) : [])].map((one) => (
                <option key={one} value={one}>
                  {words.on[one]}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {choice !== 'weekends' && (
        <PatternFields pattern={pattern} onChange={(next) => onChange({ rrule: rruleOf(next) })} />
      )}
      <LeaveOut value={value} onChange={(exdates) => onChange({ exdates })} />
      {value.fromDate !== '' && value.toDate >= value.fromDate && (
        <output className="in-words">
          <b>{words.inWords}</b>
          <span>{daysInWords(value, words, format)}</span>
          <NextDates value={value} />
        </output>
      )}
    </>
  );
}

function LeaveOut({ value, onChange }: { value: Days; onChange: (exdates: string[]) => void }) {
  const words = useWords(dayWords);
  const format = useFormat();
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const { exdates } = value;
  const bounds = { min: value.fromDate, max: value.toDate };
  return (
    <fieldset className="leave-out">
      <legend>{words.leaveOut}</legend>
      <div className="acts">
        <label>
          {words.leaveOutFrom}{' '}
          <input type="date" {...bounds} value={from} onChange={({ target }) => setFrom(target.value)} />
        </label>
        <label>
          {words.leaveOutTo}{' '}
          <input
            type="date"
            {...bounds}
            min={from || bounds.min}
            value={to}
            onChange={({ target }) => setTo(target.value)}
          />
        </label>
        <Button
          size="small"
          disabled={from === '' || (to !== '' && to < from)}
          onClick={() => {
            onChange([...new Set([...exdates, ...datesBetween(from, to || from)])].toSorted());
            setFrom('');
            setTo('');
          }}
        >
          {words.addLeaveOut}
        </Button>
        <span className="quiet">{words.leftOutLead}</span>
      </div>
      {exdates.length > 0 && (
        <ul className="chips">
          {runsOf(exdates).map((run) => {
            const said =
              run.from === run.to
                ? format.date(run.from)
                : words.span(format.date(run.from), format.date(run.to));
            return (
              <li key={run.from}>
                {said}
                <button
                  type="button"
                  aria-label={words.playAgain(said)}
                  onClick={() => onChange(exdates.filter((date) => date < run.from || date > run.to))}
                >
                  ×
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </fieldset>
  );
}

/** So many dates are named. */
const NAMED = 5;

function NextDates({ value }: { value: Days }) {
  const words = useWords(dayWords);
  const format = useFormat();
  const { fromDate, toDate, rrule, exdates, dayparts } = useSettled(value);
  const asked = { fromDate, toDate, rrule, exdates: [...exdates], dayparts: [...dayparts] };
  const found = useQuery({
    queryKey: ['booking-dates', asked],
    queryFn: async () => (await answer(api.campaigns.bookings.dates.$post({ json: asked }))).dates,
    enabled: fromDate !== '' && toDate >= fromDate,
    placeholderData: keepPreviousData,
  });
  if (found.error) return <span role="alert">{found.error.message}</span>;
  if (!found.data) return null;
  const today = localDateAt(Date.now(), browserZone());
  const next = found.data.filter((date) => date >= today).slice(0, NAMED);
  const n = format.number(found.data.length);
  const day = new Intl.DateTimeFormat(format.language === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone: 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  });
  const named = next.map((date) => day.format(new Date(`${date}T00:00:00Z`)));
  return (
    <span className="quiet">
      {found.data.length === 0
        ? words.noDates
        : next.length === 0
          ? words.allPast(n)
          : words.next(format.list(named), n)}
    </span>
  );
}
