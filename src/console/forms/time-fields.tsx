import { Button } from 'antd';
import type { Daypart } from '../../campaigns/wall-time.ts';
import type { BookingForm } from '../booking-form-state.ts';
import { joinDayparts, splitDayparts } from '../day-pattern.ts';
import { bookingWords } from '../words/booking-words.ts';
import { useWords } from '../words/use-words.ts';
import { DayFields } from './day-fields.tsx';

const WHOLE_WEEK = [1, 2, 3, 4, 5, 6, 7];
const DAYS_ON = ['everyDay', 'notHolidays', 'workdays', 'holidays'] as const;

type Times = Pick<BookingForm, 'fromDate' | 'toDate' | 'dayparts' | 'rrule' | 'exdates'>;

/** Dates, which of them, and hours of the day by weekday and holiday. */
export function TimeFields({ value, onChange }: { value: Times; onChange: (times: Partial<Times>) => void }) {
  const words = useWords(bookingWords);
  const { fromDate, toDate } = value;
  const { on, hours } = splitDayparts(value.dayparts);
  const put = (place: number, next: Daypart) =>
    onChange({ dayparts: hours.map((part, at) => (at === place ? next : part)) });
  return (
    <>
      <div className="side-by-side">
        <label className="field">
          <span>{words.from}</span>
          <input
            type="date"
            value={fromDate}
            required
            onChange={({ target }) => onChange({ fromDate: target.value })}
          />
        </label>
        <label className="field">
          <span>{words.to}</span>
          <input
            type="date"
            value={toDate}
            min={fromDate}
            required
            onChange={({ target }) => onChange({ toDate: target.value })}
          />
        </label>
      </div>
      <DayFields value={value} onChange={onChange} />
      <fieldset className="dayparts">
        <legend>{words.hours}</legend>
        {hours.length === 0 && <p className="quiet">{words.wholeDay}</p>}
        {hours.map((part, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: windows have no name but their place
          <div key={place} className="daypart">
            <label>
              {words.hoursFrom}{' '}
              <input
                type="time"
                value={part.from}
                onChange={({ target }) => put(place, { ...part, from: target.value || part.from })}
              />
            </label>
            <label>
              {words.hoursTo}{' '}
              <input
                type="time"
                value={part.to === '24:00' ? '00:00' : part.to}
                onChange={({ target }) =>
                  put(place, { ...part, to: target.value === '00:00' ? '24:00' : target.value || part.to })
                }
              />
            </label>
            <select
              className="plain"
              aria-label={words.on}
              value={part.on ?? 'everyDay'}
              onChange={({ target }) =>
                put(place, { ...part, on: DAYS_ON.find((on) => on === target.value) ?? 'everyDay' })
              }
            >
              {DAYS_ON.map((on) => (
                <option key={on} value={on}>
                  {words.onChoices[on]}
                </option>
              ))}
            </select>
            <fieldset className="weekdays" aria-label={words.days}>
              {words.weekdays.map((name, index) => {
                const day = index + 1;
                const isOn = part.days.includes(day);
                return (
                  <button
                    key={name}
                    type="button"
                    aria-pressed={isOn}
                    disabled={isOn && part.days.length === 1}
                    onClick={() =>
                      put(place, {
                        ...part,
                        days: isOn ? part.days.filter((one) => one !== day) : [...part.days, day].sort(),
                      })
                    }
                  >
                    {name}
                  </button>
                );
              })}
            </fieldset>
            <Button
              size="small"
              aria-label={words.removeHours}
              onClick={() =>
                onChange({
                  dayparts: joinDayparts(
                    hours.filter((_, at) => at !== place),
                    on,
                  ),
                })
              }
            >
              ×
            </Button>
          </div>
        ))}
        <Button
          size="small"
          onClick={() =>
            onChange({
              dayparts: [
                ...hours,
                { days: WHOLE_WEEK, from: '07:00', to: '22:00', ...(on !== 'mixed' && { on }) },
              ],
            })
          }
        >
          {words.addHours}
        </Button>
      </fieldset>
    </>
  );
}
