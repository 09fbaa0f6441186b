import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import type { FormEvent } from 'react';
import type { StoredSeparationRule } from '../../campaigns/separation-rule.ts';
import { answer, api } from '../api.ts';
import { CATEGORIES } from '../choices.ts';
import { useFormat } from '../format.ts';
import { useCampaignNames } from '../names.ts';
import { Found, Nothing, TroubleNote } from '../parts/waiting.tsx';
import { useMay } from '../session.tsx';
import { settingsWords } from '../words/settings-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

/** Which plays are kept apart, and by how much. */
export function SeparationForm() {
  const words = useWords(settingsWords);
  const shell = useWords(shellWords);
  const format = useFormat();
  const maySet = useMay('setRules');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const rules = useQuery({
    queryKey: ['separation-rules'],
    queryFn: async () => (await answer(api.rules['separation-rules'].$get())).rules,
  });
  const nameOfCampaign = useCampaignNames(
    (rules.data ?? []).flatMap((rule) => (rule.by === 'campaign' ? [rule.value] : [])),
  );
  const put = useMutation({
    mutationFn: (next: StoredSeparationRule[]) =>
      answer(api.rules['separation-rules'].$put({ json: { rules: next } })),
    onSuccess: (stored) => {
      void message.success(words.saved);
      queries.setQueryData(['separation-rules'], stored.rules);
    },
  });
  function add(event: FormEvent<HTMLFormElement>, known: readonly StoredSeparationRule[]): void {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const value = CATEGORIES.find((category) => category === data.get('category')) ?? 'psa';
    const added: StoredSeparationRule = {
      by: 'category',
      value,
      gapSeconds: Number(data.get('seconds')),
      hard: data.get('hard') === 'hard',
    };
    put.mutate([...known.filter((rule) => rule.by !== 'category' || rule.value !== value), added], {
      onSuccess: () => form.reset(),
    });
  }
  const nameOf = (rule: StoredSeparationRule) =>
    rule.by === 'category' ? shell.categories[rule.value] : nameOfCampaign(rule.value);
  return (
    <section className="panel">
      <h2>{words.separation}</h2>
      <p className="quiet">{words.separationLead}</p>
      {put.error && <TroubleNote error={put.error} />}
      <Found query={rules} lines={2}>
        {(known) => (
          <>
            {known.length === 0 && <Nothing>{words.noRules}</Nothing>}
            <ul className="days">
              {known.map((rule) => (
                <li key={`${rule.by} ${rule.value}`}>
                  <b>{nameOf(rule)}</b> {words.seconds} {format.number(rule.gapSeconds)} ·{' '}
                  {rule.hard ? words.hard : words.soft}
                  {maySet && (
                    <Button
                      size="small"
                      disabled={put.isPending}
                      aria-label={`${shell.remove} ${nameOf(rule)}`}
                      onClick={() => put.mutate(known.filter((one) => one !== rule))}
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
                  <span>{words.category}</span>
                  <select name="category">
                    {CATEGORIES.map((category) => (
                      <option key={category} value={category}>
                        {shell.categories[category]}
                      </option>
                    ))}
                  </select>
                </label>
                <label className="field">
                  <span>{words.seconds}</span>
                  <input name="seconds" type="number" min={1} max={3_600} defaultValue={60} required />
                </label>
                <label className="field">
                  <span>{words.strictness}</span>
                  <select name="hard">
                    <option value="soft">{words.soft}</option>
                    <option value="hard">{words.hard}</option>
                  </select>
                </label>
                <Button htmlType="submit" loading={put.isPending}>
                  {words.addRule}
                </Button>
              </form>
            )}
          </>
        )}
      </Found>
    </section>
  );
}
