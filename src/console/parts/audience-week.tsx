import type { KeyboardEvent } from 'react';
import { useFormat } from '../format.ts';
import { audienceWords } from '../words/audience-words.ts';
import { useWords } from '../words/use-words.ts';
import { shadeOf } from './heat-map.tsx';
import { Wide } from './wide.tsx';

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
/** Above this share of the busiest hour the ground is too dark for dark letters. */
const DARK_FROM = 0.5;

/** People by hour of the week as a heat table; `onChange` makes it one to fill in. */
export function AudienceWeek({
  people,
  onChange,
}: {
  people: readonly number[];
  onChange: ((people: readonly number[]) => void) | null;
}) {
  const words = useWords(audienceWords);
  const format = useFormat();
  const most = Math.max(1, ...people);
  /** Up and down go to the same hour of the next day; left and right stay with the letters of the number. */
  function onKeyDown(event: KeyboardEvent<HTMLTableElement>): void {
    const step = { ArrowUp: -24, ArrowDown: 24 }[event.key];
    if (step === undefined) return;
    const inputs = [...event.currentTarget.querySelectorAll('input')];
    const next = inputs[inputs.indexOf(event.target as HTMLInputElement) + step];
    event.preventDefault();
    next?.focus();
    next?.select();
  }
  return (
    <Wide label={words.week}>
      <table className="week-table" onKeyDown={onChange === null ? undefined : onKeyDown}>
        <thead>
          <tr>
            <td />
            {HOURS.map((hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
            <th scope="col">{words.total}</th>
          </tr>
        </thead>
        <tbody>
          {words.weekdays.map((day, weekday) => {
            const ofDay = people.slice(weekday * 24, weekday * 24 + 24);
            return (
              <tr key={day}>
                <th scope="row">{day}</th>
                {ofDay.map((count, hour) => {
                  const at = weekday * 24 + hour;
                  if (onChange === null) {
                    const share = count / most;
                    return (
                      <td
                        // biome-ignore lint/suspicious/noArrayIndexKey: the index is the hour
                        key={hour}
                        style={
                          count === 0
                            ? undefined
                            : {
                                backgroundColor: shadeOf(share),
                                color: share > DARK_FROM ? '#fff' : undefined,
                              }
                        }
                      >
                        {format.number(count)}
                      </td>
                    );
                  }
                  return (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the index is the hour
                    <td key={hour}>
                      <input
                        inputMode="numeric"
                        aria-label={words.cell(day, String(hour))}
                        value={count}
                        onFocus={({ target }) => target.select()}
                        onChange={({ target }) => {
                          const next = Number(target.value.replace(/\D/g, '').slice(0, 7));
                          onChange(people.map((one, index) => (index === at ? next : one)));
                        }}
                      />
                    </td>
                  );
                })}
                <td className="number">{format.number(ofDay.reduce((sum, count) => sum + count, 0))}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Wide>
  );
}
