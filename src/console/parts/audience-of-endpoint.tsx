import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { answer, api, postBytes } from '../api.ts';
import { type AudienceImport, audienceText } from '../audience-text.ts';
import { endpointQuery } from '../fleet-queries.ts';
import { useFormat } from '../format.ts';
import { saveAs } from '../save-as.ts';
import { useMay } from '../session.tsx';
import { audienceWords } from '../words/audience-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { AudienceWeek } from './audience-week.tsx';
import { Found, TroubleNote } from './waiting.tsx';

/** The week of one endpoint: on what it rests, and who comes by when; to be entered by hand or saved as CSV. */
export function AudienceOfEndpoint({ endpointId }: { endpointId: number }) {
  const words = useWords(audienceWords);
  const { cancel } = useWords(shellWords);
  const format = useFormat();
  const mayModel = useMay('model');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const code = useQuery({ ...endpointQuery(String(endpointId)), refetchInterval: false }).data?.code;
  /** People as they are being entered; null: nobody is entering any. */
  const [draft, setDraft] = useState<readonly number[] | null>(null);
  const [source, setSource] = useState('');
  const found = useQuery({
    queryKey: ['audience', endpointId],
    queryFn: () => answer(api.audience.endpoints[':id'].audience.$get({ param: { id: String(endpointId) } })),
  });
  const save = useMutation({
    mutationFn: async (text: string) =>
      (await postBytes(
        `/api/audience/import?${new URLSearchParams({ source: source.trim() })}`,
        new Blob([text]),
        'text/csv',
      )) as AudienceImport,
    onSuccess: ({ version, unchanged, failed }) => {
      if (failed.length > 0) return;
      void message.success(unchanged > 0 ? words.unchanged : words.saved(String(version)));
      setDraft(null);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['audience'] }),
  });
  return (
    <Found query={found} lines={8}>
      {(audience) => (
        <>
          <dl className="facts">
            {(
              [
                [words.basis, `${words.bases[audience.basis]} · ${words.basisNotes[audience.basis]}`],
                ...(audience.basis === 'counted' ? [[words.source, audience.source] as const] : []),
                [words.version, String(audience.version)],
                [words.dwell, words.seconds(format.number(audience.dwellSeconds))],
                [
                  words.notice,
                  [audience.notice.low, audience.notice.best, audience.notice.high]
                    .map(format.percent)
                    .join('–'),
                ],
                [words.visits, words.times(format.number(audience.visitsPerWeek))],
                [words.venue, audience.openOohId === null ? '—' : String(audience.openOohId)],
              ] as const
            ).map(([name, value]) => (
              <div key={name} className="fact">
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <h3>{words.week}</h3>
          <AudienceWeek people={draft ?? audience.people} onChange={draft === null ? null : setDraft} />
          {save.error && <TroubleNote error={save.error} />}
          {save.data?.failed.map(({ line, message: said }) => (
            <p key={line} role="alert">
              {words.line(String(line))}: {said}
            </p>
          ))}
          {draft === null ? (
            <p className="acts">
              {mayModel && <Button onClick={() => setDraft(audience.people)}>{words.edit}</Button>}
              <Button
                disabled={code === undefined}
                onClick={() =>
                  saveAs(`audience-${code ?? ''}.csv`, 'text/csv', audienceText(code ?? '', audience))
                }
              >
                CSV
              </Button>
            </p>
          ) : (
            <form
              className="in-line"
              onSubmit={(event) => {
                event.preventDefault();
                save.mutate(audienceText(code ?? '', { ...audience, people: draft }));
              }}
            >
              <Button
                onClick={() =>
                  setDraft(
                    draft.map((count, at) => (at >= 24 && at < 120 ? (draft[at % 24] ?? count) : count)),
                  )
                }
              >
                {words.copyDay}
              </Button>
              <label className="field">
                <span>{words.source}</span>
                <input
                  required
                  maxLength={500}
                  value={source}
                  placeholder={words.sourceHint}
                  onChange={({ target }) => setSource(target.value)}
                />
              </label>
              <Button type="primary" htmlType="submit" loading={save.isPending}>
                {words.save}
              </Button>
              <Button onClick={() => setDraft(null)}>{cancel}</Button>
            </form>
          )}
        </>
      )}
    </Found>
  );
}
