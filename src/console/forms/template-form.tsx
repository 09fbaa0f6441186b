import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import type { Template, TemplateDraft } from '../../override/template.ts';
import { answer, api } from '../api.ts';
import { TroubleNote } from '../parts/waiting.tsx';
import { emergencyWords } from '../words/emergency-words.ts';
import { templateWords } from '../words/template-words.ts';
import { useWords } from '../words/use-words.ts';
import { AssetChoice } from './asset-choice.tsx';

const SEVERITIES = ['extreme', 'severe', 'moderate', 'minor'] as const;

/** Writes a template: words, material or both. `from`: the one it begins with. */
export function TemplateForm({ from, onDone }: { from: Template | null; onDone: () => void }) {
  const words = useWords(templateWords);
  const { severities } = useWords(emergencyWords);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const headingId = useId();
  const [assetId, setAssetId] = useState(from?.content.assetId);
  const create = useMutation({
    mutationFn: (json: TemplateDraft) => answer(api.templates['override-templates'].$post({ json })),
    onSuccess: () => {
      void message.success(words.saved);
      void queries.invalidateQueries({ queryKey: ['override-templates'] });
      onDone();
    },
  });
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const say = (field: string) => String(data.get(field) ?? '').trim();
    create.mutate({
      name: say('name'),
      severity: SEVERITIES.find((one) => one === data.get('severity')) ?? 'severe',
      mostMinutes: Number(data.get('minutes')),
      content: {
        text: { title: say('title'), body: say('body'), lang: 'zh-CN' },
        ...(assetId !== undefined && { assetId }),
      },
    });
  }
  return (
    <form className="panel" onSubmit={onSubmit} aria-labelledby={headingId}>
      <h2 id={headingId}>{words.add}</h2>
      <div className="side-by-side">
        <label className="field">
          <span>{words.name}</span>
          <input name="name" required maxLength={100} defaultValue={from?.name ?? ''} />
        </label>
        <label className="field">
          <span>{words.severity}</span>
          <select name="severity" defaultValue={from?.severity ?? 'severe'}>
            {SEVERITIES.map((one) => (
              <option key={one} value={one}>
                {severities[one]}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>{words.minutes}</span>
          <input
            name="minutes"
            type="number"
            min={1}
            max={1_440}
            required
            defaultValue={from?.mostMinutes ?? 60}
          />
        </label>
      </div>
      <label className="field">
        <span>{words.heading}</span>
        <input name="title" required maxLength={60} defaultValue={from?.content.text?.title ?? ''} />
      </label>
      <label className="field">
        <span>{words.body}</span>
        <textarea name="body" rows={3} maxLength={500} defaultValue={from?.content.text?.body ?? ''} />
      </label>
      <AssetChoice
        label={words.material}
        none={words.noMaterial}
        state="approved"
        value={assetId}
        onChoose={setAssetId}
      />
      <small>{words.materialHint}</small>
      {create.error && <TroubleNote error={create.error} />}
      <p className="acts">
        <Button type="primary" htmlType="submit" loading={create.isPending}>
          {words.submit}
        </Button>
      </p>
    </form>
  );
}
