import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { AlertSettings } from '../../override/alert-settings.ts';
import { answer, api } from '../api.ts';
import { AlertAreas } from '../forms/alert-area-form.tsx';
import { AlertRules } from '../forms/alert-rules-form.tsx';
import { AlertSenders } from '../forms/alert-senders-form.tsx';
import { StandingMaterial } from '../forms/standing-form.tsx';
import { useMay } from '../session.tsx';
import { alertSettingWords } from '../words/alert-setting-words.ts';
import { useWords } from '../words/use-words.ts';
import { Found, TroubleNote } from './waiting.tsx';

/** How alerts of other systems go on the air; everybody may read it, and an administrator sets the rules. */
export function AlertSettingsPart() {
  const words = useWords(alertSettingWords);
  const maySet = useMay('administer');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const settings = useQuery({
    queryKey: ['alert-settings'],
    queryFn: () => answer(api.alerts['alert-settings'].$get()),
  });
  const put = useMutation({
    mutationFn: (json: AlertSettings) => answer(api.alerts['alert-settings'].$put({ json })),
    onSuccess: (stored) => {
      void message.success(words.saved);
      queries.setQueryData(['alert-settings'], stored);
    },
  });
  return (
    <>
      {put.error && <TroubleNote error={put.error} />}
      <Found query={settings} lines={6}>
        {(stored) => {
          const change = (part: Partial<AlertSettings>) => put.mutate({ ...stored, ...part });
          return (
            // Every change sends all of it: the next one waits until it is known what is stored.
            <fieldset className="stack" disabled={put.isPending}>
              <AlertRules rules={stored.rules} onChange={maySet ? (rules) => change({ rules }) : null} />
              {maySet && <AlertSenders settings={stored} onChange={change} />}
            </fieldset>
          );
        }}
      </Found>
      <AlertAreas />
      <StandingMaterial />
    </>
  );
}
