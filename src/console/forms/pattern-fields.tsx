import { type DayPattern, withDay } from '../day-pattern.ts';
import { WholeNumber } from '../parts/whole-number.tsx';
import { dayWords } from '../words/day-words.ts';
import { useWords } from '../words/use-words.ts';

const MONTH_DAYS = [...Array.from({ length: 31 }, (_, at) => at + 1), -1];
const NTHS = [1, 2, 3, 4, -1];

/** What belongs to a choice of days: which weekdays, days of the month, every so many. */
export function PatternFields({
  pattern,
  onChange,
}: {
  pattern: DayPattern;
  onChange: (pattern: DayPattern) => void;
}) {
  const words = useWords(dayWords);
  if (pattern.kind === 'weekdays') {
    const { days, every } = pattern;
    return (
      <div className="acts">
        <Toggles
          label={words.weekday}
          all={[1, 2, 3, 4, 5, 6, 7]}
          chosen={days}
          nameOf={(day) => words.weekdays[day - 1] ?? ''}
          onToggle={(day) => onChange({ ...pattern, days: withDay(days, day) })}
        />
        <Every
          label={words.everyWeeks}
          value={every}
          most={52}
          onChange={(n) => onChange({ ...pattern, every: n })}
        />
      </div>
    );
  }
  if (pattern.kind === 'everyDays')
    return (
      <Every
        label={words.everySoManyDays}
        value={pattern.every}
        least={2}
        most={366}
        onChange={(every) => onChange({ ...pattern, every })}
      />
    );
  if (pattern.kind === 'monthDays')
    return (
      <Toggles
        label={words.monthDays}
        all={MONTH_DAYS}
        chosen={pattern.days}
        nameOf={(day) => (day < 0 ? words.lastDay : String(day))}
        onToggle={(day) => onChange({ ...pattern, days: withDay(pattern.days, day) })}
      />
    );
  if (pattern.kind === 'nthWeekday')
    return (
      <div className="side-by-side">
        <label className="field">
          <span>{words.nth}</span>
          <select
            value={pattern.nth}
            onChange={({ target }) => onChange({ ...pattern, nth: Number(target.value) })}
          >
            {NTHS.map((nth) => (
              <option key={nth} value={nth}>
                {words.nths[nth]}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>{words.weekday}</span>
          <select
            value={pattern.day}
            onChange={({ target }) => onChange({ ...pattern, day: Number(target.value) })}
          >
            {words.weekdays.map((name, at) => (
              <option key={name} value={at + 1}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
    );
  return null;
}

function Toggles({
  label,
  all,
  chosen,
  nameOf,
  onToggle,
}: {
  label: string;
  all: readonly number[];
  chosen: readonly number[];
  nameOf: (day: number) => string;
  onToggle: (day: number) => void;
}) {
  return (
    <fieldset className="weekdays" aria-label={label}>
      {all.map((day) => (
        <button key={day} type="button" aria-pressed={chosen.includes(day)} onClick={() => onToggle(day)}>
          {nameOf(day)}
        </button>
      ))}
    </fieldset>
  );
}

function Every({
  label,
  value,
  least = 1,
  most,
  onChange,
}: {
  label: string;
  value: number;
  least?: number;
  most: number;
  onChange: (value: number) => void;
}) {
  return (
    <label className="field">
      <span>{label}</span>
      <WholeNumber value={value} least={least} most={most} onChange={onChange} />
    </label>
  );
}
