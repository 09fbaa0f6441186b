import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import type { FormEvent } from 'react';
import type { AlertAreaCode } from '../../override/alert-settings.ts';
import { answer, api } from '../api.ts';
import { NamedOptions } from '../parts/named-options.tsx';
import { Found, Nothing, TroubleNote } from '../parts/waiting.tsx';
import { areasQuery } from '../queries.ts';
import { useMay } from '../session.tsx';
import { alertSettingWords } from '../words/alert-setting-words.ts';
import { useWords } from '../words/use-words.ts';

/** Which codes of other systems mean which of our areas. */
export function AlertAreas() {
  const words = useWords(alertSettingWords);
  const maySet = useMay('install');
  const queries = useQueryClient();
  const areas = useQuery(areasQuery);
  const codes = useQuery({
    queryKey: ['alert-areas'],
    queryFn: async () => (await answer(api.alerts['alert-areas'].$get())).codes,
  });
  const put = useMutation({
    mutationFn: (next: AlertAreaCode[]) => answer(api.alerts['alert-areas'].$put({ json: { codes: next } })),
    onSuccess: (stored) => queries.setQueryData(['alert-areas'], stored.codes),
  });
  function add(event: FormEvent<HTMLFormElement>, known: readonly AlertAreaCode[]): void {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const code = {
      valueName: String(data.get('valueName')),
      value: String(data.get('value')),
      areaId: Number(data.get('areaId')),
    };
    put.mutate([...known, code], { onSuccess: () => form.reset() });
  }
  const nameOf = (id: number) => areas.data?.find((area) => area.id === id)?.name ?? `#${id}`;
  return (
    <section className="panel">
      <h2>{words.codes}</h2>
      <p className="quiet">{words.codesLead}</p>
      {put.error && <TroubleNote error={put.error} />}
      <Found query={codes} lines={2}>
        {(known) => (
          <>
            {known.length === 0 && <Nothing>{words.noCodes}</Nothing>}
            <ul className="days">
              {known.map((code) => (
                <li key={`${code.valueName} ${code.value} ${code.areaId}`}>
                  {code.valueName} <b>{code.value}</b> → {nameOf(code.areaId)}{' '}
                  {maySet && (
                    <Button
                      size="small"
                      disabled={put.isPending}
                      aria-label={words.remove(code.value)}
                      onClick={() => put.mutate(known.filter((one) => one !== code))}
                    >
                      ×
                    </Button>
                  )}
                </li>
              ))}
            </ul>
            {maySet && (
              <form className="side-by-side" onSubmit={(event) => add(event, known)}>
                <label className="field">
                  <span>{words.valueName}</span>
                  <input name="valueName" required maxLength={200} />
                </label>
                <label className="field">
                  <span>{words.value}</span>
                  <input name="value" required maxLength={200} />
                </label>
                <label className="field">
                  <span>{words.area}</span>
                  <select name="areaId" required>
                    <NamedOptions of={areas.data} />
                  </select>
                </label>
                <Button htmlType="submit" loading={put.isPending}>
                  {words.addCode}
                </Button>
              </form>
            )}
          </>
        )}
      </Found>
    </section>
  );
}
