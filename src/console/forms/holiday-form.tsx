import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { type FormEvent, useState } from 'react';
import type { Holiday } from '../../campaigns/holiday.ts';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { Found, TroubleNote } from '../parts/waiting.tsx';
import { WholeNumber } from '../parts/whole-number.tsx';
import { useMay } from '../session.tsx';
import { settingsWords } from '../words/settings-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

const KINDS = ['holiday', 'workday'] as const;

/** The holidays and moved workdays of a year, one by one; every change is stored at once. */
export function HolidayForm() {
  const words = useWords(settingsWords);
  const shell = useWords(shellWords);
  const format = useFormat();
  const maySet = useMay('setRules');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [year, setYear] = useState(new Date().getFullYear());
  const holidays = useQuery({
    queryKey: ['holidays', year],
    queryFn: () => answer(api.rules.holidays[':year'].$get({ param: { year: String(year) } })),
  });
  const put = useMutation({
    mutationFn: ({ of, days }: { of: number; days: Holiday[] }) =>
      answer(api.rules.holidays[':year'].$put({ param: { year: String(of) }, json: { holidays: days } })),
    onSuccess: (stored, { of }) => {
      void message.success(words.saved);
      queries.setQueryData(['holidays', of], stored);
    },
  });
  function add(event: FormEvent<HTMLFormElement>, days: readonly Holiday[]): void {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const name = String(data.get('name')).trim();
    const added: Holiday = {
      date: String(data.get('date')),
      kind: KINDS.find((kind) => kind === data.get('kind')) ?? 'holiday',
      nameZh: name,
      nameEn: name,
    };
    const others = days.filter(({ date }) => date !== added.date);
    const next = [...others, added].sort((a, b) => a.date.localeCompare(b.date));
    put.mutate({ of: year, days: next }, { onSuccess: () => form.reset() });
  }
  return (
    <section className="panel">
      <header>
        <h2>{words.holidays(String(year))}</h2>
        <span className="fill" />
        <label>
          {words.year}{' '}
          <WholeNumber className="year" value={year} least={2000} most={2100} onChange={setYear} />
        </label>
      </header>
      {put.error && <TroubleNote error={put.error} />}
      <Found query={holidays}>
        {({ holidays: stored, usual }) => {
          const days = stored.length > 0 ? stored : usual;
          return (
            <>
              {stored.length === 0 && <p className="quiet">{words.usual}</p>}
              <ul className="days">
                {days.map((day) => (
                  <li key={day.date} data-kind={day.kind}>
                    <b>{format.date(day.date)}</b> {format.language === 'zh' ? day.nameZh : day.nameEn} ·{' '}
                    {words.dayKinds[day.kind]}
                    {maySet && (
                      <Button
                        size="small"
                        disabled={put.isPending}
                        aria-label={`${shell.remove} ${day.date}`}
                        onClick={() =>
                          put.mutate({ of: year, days: days.filter(({ date }) => date !== day.date) })
                        }
                      >
                        ×
                      </Button>
                    )}
                  </li>
                ))}
              </ul>
              {maySet && (
                <form className="side-by-side" onSubmit={(event) => add(event, days)}>
                  <label className="field">
                    <span>{words.date}</span>
                    <input name="date" type="date" required min={`${year}-01-01`} max={`${year}-12-31`} />
                  </label>
                  <label className="field">
                    <span>{words.dayKind}</span>
                    <select name="kind">
                      {KINDS.map((kind) => (
                        <option key={kind} value={kind}>
                          {words.dayKinds[kind]}
                        </option>
                      ))}
                    </select>
                  </label>
                  <label className="field">
                    <span>{words.dayName}</span>
                    <input name="name" required maxLength={100} />
                  </label>
                  <Button htmlType="submit" loading={put.isPending}>
                    {words.addDay}
                  </Button>
                </form>
              )}
            </>
          );
        }}
      </Found>
    </section>
  );
}
