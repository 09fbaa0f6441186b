import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { type FormEvent, useState } from 'react';
import type { OverrideDraft } from '../../override/override.ts';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { useAsk } from '../parts/ask.tsx';
import { TroubleNote } from '../parts/waiting.tsx';
import { areasQuery, templatesQuery } from '../queries.ts';
import { useMe } from '../session.tsx';
import { useKeptToOwn } from '../use-kept-to-own.ts';
import { emergencyWords } from '../words/emergency-words.ts';
import { useWords } from '../words/use-words.ts';

const SEVERITIES = ['extreme', 'severe', 'moderate', 'minor'] as const;
const MINUTES = [5, 15, 30, 60, 120];

/** The lengths to choose from where a template lasts at most so long. Units: minutes. */
function minutesUpTo(most: number): readonly number[] {
  const within = MINUTES.filter((one) => one <= most);
  return within.length === MINUTES.length || within.includes(most) ? within : [...within, most];
}

/** Raises an emergency: choose what, press once, confirm once. */
export function RaiseForm() {
  const words = useWords(emergencyWords);
  const format = useFormat();
  const { message } = App.useApp();
  const ask = useAsk();
  const queries = useQueryClient();
  const { remit } = useMe();
  const kept = useKeptToOwn();
  const areas = useQuery(areasQuery);
  const templates = useQuery(templatesQuery);
  const [templateId, setTemplateId] = useState<number | null>(null);
  const [text, setText] = useState({ title: '', body: '' });
  const [severity, setSeverity] = useState<(typeof SEVERITIES)[number]>('severe');
  const [areaIds, setAreaIds] = useState<readonly number[]>([]);
  const [minutes, setMinutes] = useState(15);
  const [drill, setDrill] = useState(false);

  const approved = (templates.data ?? []).filter(({ state }) => state === 'approved');
  const template = approved.find(({ id }) => id === templateId);
  const isReady = template !== undefined || text.title.trim() !== '';
  const most = template?.mostMinutes ?? Number.POSITIVE_INFINITY;
  const lasting = Math.min(minutes, most);
  const draft: OverrideDraft = {
    drill,
    minutes: lasting,
    aim:
      remit === null && areaIds.length === 0
        ? { all: true }
        : kept(areaIds.length > 0 ? { areaIds: [...areaIds] } : {}),
    ...(template
      ? { templateId: template.id }
      : {
          severity,
          content: { text: { title: text.title.trim() || '—', body: text.body.trim(), lang: 'zh-CN' } },
        }),
  };
  const preview = useQuery({
    queryKey: ['override-preview', draft],
    queryFn: () => answer(api.overrides.overrides.preview.$post({ json: draft })),
    enabled: isReady,
  });
  const raise = useMutation({
    mutationFn: (json: OverrideDraft) => answer(api.overrides.overrides.$post({ json })),
    onSuccess: ({ state }) => {
      void message.success(state === 'live' ? words.raised : words.proposed);
      setText({ title: '', body: '' });
      setTemplateId(null);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['overrides'] }),
  });
  const reached = preview.data?.targets.length ?? 0;
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    ask({
      title: drill ? words.sureDrill(format.number(reached)) : words.sure(format.number(reached)),
      content: words.lasting(template?.name ?? text.title, format.number(lasting)),
      okText: words.publish,
      isGrave: true,
      // What was asked about is sent, whatever becomes of its template while the question stands.
      onOk: () => raise.mutateAsync(draft),
    });
  }
  return (
    <form className="panel raise" onSubmit={onSubmit}>
      <h2>{words.raise}</h2>
      {approved.length === 0 && templates.data && <p className="quiet">{words.noTemplates}</p>}
      {approved.length > 0 && (
        <fieldset className="templates">
          <legend>{words.template}</legend>
          {approved.map(({ id, name, mostMinutes, severity: grave }) => (
            <button
              key={id}
              type="button"
              aria-pressed={id === templateId}
              onClick={() => setTemplateId(id === templateId ? null : id)}
            >
              <b>{name}</b>
              <small>
                {words.severities[grave]} · {words.mostMinutes(format.number(mostMinutes))}
              </small>
            </button>
          ))}
        </fieldset>
      )}
      {!template && (
        <>
          <label className="field">
            <span>{words.heading}</span>
            <input
              maxLength={60}
              value={text.title}
              onChange={({ target }) => setText({ ...text, title: target.value })}
            />
          </label>
          <label className="field">
            <span>{words.body}</span>
            <textarea
              rows={3}
              maxLength={500}
              value={text.body}
              onChange={({ target }) => setText({ ...text, body: target.value })}
            />
          </label>
          <label className="field">
            <span>{words.severity}</span>
            <select
              value={severity}
              onChange={({ target }) =>
                setSeverity(SEVERITIES.find((one) => one === target.value) ?? 'severe')
              }
            >
              {SEVERITIES.map((one) => (
                <option key={one} value={one}>
                  {words.severities[one]}
                </option>
              ))}
            </select>
          </label>
        </>
      )}
      <fieldset className="areas">
        <legend>{words.where}</legend>
        <button type="button" aria-pressed={areaIds.length === 0} onClick={() => setAreaIds([])}>
          {remit === null ? words.everywhere : words.everywhereOfMine}
        </button>
        {(areas.data ?? []).map(({ id, name }) => (
          <button
            key={id}
            type="button"
            aria-pressed={areaIds.includes(id)}
            onClick={() =>
              setAreaIds(areaIds.includes(id) ? areaIds.filter((one) => one !== id) : [...areaIds, id])
            }
          >
            {name}
          </button>
        ))}
      </fieldset>
      <fieldset className="areas">
        <legend>{words.minutes}</legend>
        {minutesUpTo(most).map((one) => (
          <button key={one} type="button" aria-pressed={lasting === one} onClick={() => setMinutes(one)}>
            {format.number(one)}
          </button>
        ))}
      </fieldset>
      <label className="check">
        <input type="checkbox" checked={drill} onChange={({ target }) => setDrill(target.checked)} />
        {words.isDrill}
      </label>
      {preview.error && <TroubleNote error={preview.error} />}
      {raise.error && <TroubleNote error={raise.error} />}
      {preview.data && (
        <p>
          <b>{words.reaches(format.number(reached))}</b>
          {preview.data.unreached.length > 0 &&
            ` · ${words.unreached(format.number(preview.data.unreached.length))}`}
          <br />
          <span className="quiet">
            {preview.data.needsConfirmation ? words.needsConfirmation : words.atOnce}
          </span>
        </p>
      )}
      <Button
        type="primary"
        danger={!drill}
        size="large"
        htmlType="submit"
        disabled={!isReady || reached === 0}
        loading={raise.isPending}
      >
        {words.publish}
      </Button>
    </form>
  );
}
