import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { answer, api, postBytes } from '../api.ts';
import type { AudienceImport } from '../audience-text.ts';
import { useFormat } from '../format.ts';
import { useAsk } from '../parts/ask.tsx';
import { CsvPicker } from '../parts/csv-picker.tsx';
import { TroubleNote } from '../parts/waiting.tsx';
import { saveLines } from '../save-as.ts';
import { audienceWords } from '../words/audience-words.ts';
import { useWords } from '../words/use-words.ts';

const SHOWN_FAULTS = 20;

/** The three ways to change the model: counts from a file, defaults of classes, people in the district. */
export function AudienceForms({ population }: { population: number | null }) {
  return (
    <div className="thirds">
      <ImportForm />
      <AssumeForm />
      <PopulationForm key={population} population={population} />
    </div>
  );
}

function ImportForm() {
  const words = useWords(audienceWords);
  const format = useFormat();
  const queries = useQueryClient();
  const [source, setSource] = useState('');
  const take = useMutation({
    mutationFn: async (file: File) => {
      const query = source.trim() === '' ? '' : `?${new URLSearchParams({ source: source.trim() })}`;
      return (await postBytes(`/api/audience/import${query}`, file, 'text/csv')) as AudienceImport;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['audience'] }),
  });
  return (
    <section className="panel">
      <h2>{words.importTitle}</h2>
      <p className="quiet">{words.importLead}</p>
      <label className="field">
        <span>{words.source}</span>
        <input
          maxLength={500}
          value={source}
          placeholder={words.sourceHint}
          onChange={({ target }) => setSource(target.value)}
        />
      </label>
      <p className="acts">
        <CsvPicker label={words.importPick} isPending={take.isPending} onPicked={take.mutate} />
        <Button onClick={() => saveLines('audience.csv', words.templateLines)}>{words.template}</Button>
      </p>
      {take.error && <TroubleNote error={take.error} />}
      {take.data && (
        <div role="status">
          <p>
            {words.imported(
              format.number(take.data.created),
              format.number(take.data.updated),
              format.number(take.data.unchanged),
            )}
          </p>
          {take.data.failed.length > 0 && (
            <div className="trouble">
              <b>{words.failed(format.number(take.data.failed.length))}</b>
              <ul>
                {take.data.failed.slice(0, SHOWN_FAULTS).map(({ line, id, message }) => (
                  <li key={`${line} ${message}`}>
                    {words.line(String(line))} {id && <code>{id}</code>} {message}
                  </li>
                ))}
              </ul>
              {take.data.failed.length > SHOWN_FAULTS &&
                words.moreFailed(format.number(take.data.failed.length - SHOWN_FAULTS))}
            </div>
          )}
        </div>
      )}
    </section>
  );
}

function AssumeForm() {
  const words = useWords(audienceWords);
  const format = useFormat();
  const ask = useAsk();
  const queries = useQueryClient();
  const assume = useMutation({
    mutationFn: () => answer(api.audience.audience.assume.$post({ json: {} })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['audience'] }),
  });
  return (
    <section className="panel">
      <h2>{words.assume}</h2>
      <p className="quiet">{words.assumeLead}</p>
      <p className="acts">
        <Button
          loading={assume.isPending}
          onClick={() =>
            ask({
              title: words.assumeSure,
              okText: words.assume,
              onOk: () => assume.mutateAsync(),
            })
          }
        >
          {words.assume}
        </Button>
      </p>
      {assume.error && <TroubleNote error={assume.error} />}
      {assume.data && (
        <div role="status">
          <p>
            {words.assumed(
              format.number(assume.data.created),
              format.number(assume.data.updated),
              format.number(assume.data.counted),
            )}
          </p>
          {assume.data.withoutDefaults.length > 0 && (
            <p className="quiet">{words.withoutDefaults(assume.data.withoutDefaults.join(', '))}</p>
          )}
        </div>
      )}
    </section>
  );
}

function PopulationForm({ population }: { population: number | null }) {
  const words = useWords(audienceWords);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (json: { people: number | null; source: string }) =>
      answer(api.audience.audience.population.$put({ json })),
    onSuccess: ({ version }) => void message.success(words.saved(String(version))),
    onSettled: () => queries.invalidateQueries({ queryKey: ['audience'] }),
  });
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const people = String(data.get('people')).trim();
    save.mutate({ people: people === '' ? null : Number(people), source: String(data.get('source')) });
  }
  return (
    <form className="panel" onSubmit={onSubmit}>
      <h2>{words.population}</h2>
      <p className="quiet">{words.populationLead}</p>
      <label className="field">
        <span>{words.population}</span>
        <input name="people" type="number" min={1} max={2_000_000_000} defaultValue={population ?? ''} />
      </label>
      <label className="field">
        <span>{words.source}</span>
        <input name="source" required maxLength={500} autoComplete="off" />
      </label>
      {save.error && <TroubleNote error={save.error} />}
      <p className="acts">
        <Button htmlType="submit" loading={save.isPending}>
          {words.populationSave}
        </Button>
      </p>
    </form>
  );
}
