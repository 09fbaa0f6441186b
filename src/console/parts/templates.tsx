import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useId, useState } from 'react';
import type { Template } from '../../override/template.ts';
import { answer, api } from '../api.ts';
import { useTitles } from '../asset-titles.ts';
import { useFormat } from '../format.ts';
import { TemplateForm } from '../forms/template-form.tsx';
import { latestTrouble } from '../latest-trouble.ts';
import { templatesQuery } from '../queries.ts';
import { useMay, useMe } from '../session.tsx';
import { emergencyWords } from '../words/emergency-words.ts';
import { templateWords } from '../words/template-words.ts';
import { useWords } from '../words/use-words.ts';
import { useAsk } from './ask.tsx';
import { useNameOf } from './asset-facts.tsx';
import { Dialog } from './dialog.tsx';
import { Found, Nothing, TroubleNote } from './waiting.tsx';

const TONES = { submitted: 'doubt', approved: 'good', rejected: 'bad', retired: 'calm' } as const;

/** The templates of emergencies: written by one person, approved by another. */
export function Templates() {
  const words = useWords(templateWords);
  const mayWrite = useMay('prepare');
  const templates = useQuery(templatesQuery);
  const [from, setFrom] = useState<Template | null>(null);
  const [written, setWritten] = useState(0);
  return (
    <>
      <section className="panel">
        <h2>{words.title}</h2>
        <p className="quiet">{words.lead}</p>
        <Found query={templates} lines={4}>
          {(all) =>
            all.length === 0 ? (
              <Nothing>{words.none}</Nothing>
            ) : (
              <ul className="template-list">
                {all.map((template) => (
                  <TemplateItem
                    key={template.id}
                    template={template}
                    onCopy={mayWrite ? () => setFrom(template) : null}
                  />
                ))}
              </ul>
            )
          }
        </Found>
      </section>
      {mayWrite && (
        <TemplateForm
          key={`${from?.id} ${written}`}
          from={from}
          onDone={() => {
            setFrom(null);
            setWritten(written + 1);
          }}
        />
      )}
      <Confirmation />
    </>
  );
}

function TemplateItem({ template, onCopy }: { template: Template; onCopy: (() => void) | null }) {
  const words = useWords(templateWords);
  const { severities } = useWords(emergencyWords);
  const format = useFormat();
  const me = useMe();
  const nameOf = useNameOf([template.createdBy, template.decidedBy]);
  const mayDecide = useMay('approveTemplate');
  const queries = useQueryClient();
  const ask = useAsk();
  const [isRejecting, setRejecting] = useState(false);
  const on = api.templates['override-templates'][':id'];
  const at = { param: { id: String(template.id) } };
  const onSettled = () => queries.invalidateQueries({ queryKey: ['override-templates'] });
  const approve = useMutation({ mutationFn: () => answer(on.approve.$post(at)), onSettled });
  const retire = useMutation({ mutationFn: () => answer(on.retire.$post(at)), onSettled });
  const { name, state, content, decidedAt } = template;
  const titleOf = useTitles(content.assetId === undefined ? [] : [content.assetId]);
  const trouble = latestTrouble(approve, retire);
  const isOwn = template.createdBy === me.id;
  return (
    <li>
      <p>
        <b>{name}</b>{' '}
        <span className="tag" data-tone={TONES[state]}>
          {words.states[state]}
        </span>{' '}
        <span className="tag">{severities[template.severity]}</span>{' '}
        <span className="quiet">{words.most(format.number(template.mostMinutes))}</span>
      </p>
      {content.text && (
        <p>
          {content.text.title}
          {content.text.body !== '' && ` — ${content.text.body}`}
        </p>
      )}
      {content.assetId !== undefined && (
        <p>
          {words.material}: {titleOf(content.assetId)}
        </p>
      )}
      <p className="quiet">
        {words.by(nameOf(template.createdBy), format.dateTime(template.createdAt))}
        {decidedAt !== null && ` · ${words.decided(nameOf(template.decidedBy), format.dateTime(decidedAt))}`}
        {template.decisionReason !== null && ` · ${template.decisionReason}`}
        {state === 'submitted' && isOwn && ` · ${words.own}`}
      </p>
      {trouble && <TroubleNote error={trouble} />}
      <p className="acts">
        {mayDecide && state === 'submitted' && !isOwn && (
          <>
            <Button
              type="primary"
              size="small"
              loading={approve.isPending}
              aria-label={`${words.approve} ${name}`}
              onClick={() => approve.mutate()}
            >
              {words.approve}
            </Button>
            <Button size="small" aria-label={`${words.reject} ${name}`} onClick={() => setRejecting(true)}>
              {words.reject}
            </Button>
          </>
        )}
        {mayDecide && state === 'approved' && (
          <Button
            size="small"
            danger
            aria-label={`${words.retire} ${name}`}
            onClick={() =>
              ask({
                title: words.retireSure(name),
                okText: words.retire,
                isGrave: true,
                onOk: () => retire.mutateAsync(),
              })
            }
          >
            {words.retire}
          </Button>
        )}
        {onCopy && (
          <Button size="small" aria-label={`${words.copy} ${name}`} onClick={onCopy}>
            {words.copy}
          </Button>
        )}
      </p>
      {isRejecting && <RejectDialog template={template} onGone={() => setRejecting(false)} />}
    </li>
  );
}

function RejectDialog({ template, onGone }: { template: Template; onGone: () => void }) {
  const words = useWords(templateWords);
  const formId = useId();
  const queries = useQueryClient();
  const reject = useMutation({
    mutationFn: (reason: string) =>
      answer(
        api.templates['override-templates'][':id'].reject.$post({
          param: { id: String(template.id) },
          json: { reason },
        }),
      ),
    onSuccess: onGone,
    onSettled: () => queries.invalidateQueries({ queryKey: ['override-templates'] }),
  });
  return (
    <Dialog
      title={`${words.reject} ${template.name}`}
      okText={words.reject}
      isBusy={reject.isPending}
      isGrave
      formId={formId}
      onCancel={onGone}
    >
      <form
        id={formId}
        onSubmit={(event) => {
          event.preventDefault();
          reject.mutate(String(new FormData(event.currentTarget).get('reason')));
        }}
      >
        <label className="field">
          <span>{words.reason}</span>
          <textarea name="reason" rows={3} required maxLength={1_000} />
        </label>
      </form>
      {reject.error && <TroubleNote error={reject.error} />}
    </Dialog>
  );
}

/** Who confirms what no template covers; changed by administrators. */
function Confirmation() {
  const words = useWords(templateWords);
  const mayChange = useMay('administer');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const settings = useQuery({
    queryKey: ['override-settings'],
    queryFn: () => answer(api.overrides['override-settings'].$get()),
  });
  const put = useMutation({
    mutationFn: (confirmation: 'step' | 'person') =>
      answer(api.overrides['override-settings'].$put({ json: { confirmation } })),
    onSuccess: (stored) => {
      queries.setQueryData(['override-settings'], stored);
      void message.success(words.confirmationSaved);
    },
  });
  return (
    <section className="panel">
      <h2>{words.confirmation}</h2>
      {put.error && <TroubleNote error={put.error} />}
      <Found query={settings} lines={1}>
        {({ confirmation }) =>
          mayChange ? (
            <select
              className="plain"
              aria-label={words.confirmation}
              value={confirmation}
              onChange={({ target }) => put.mutate(target.value === 'step' ? 'step' : 'person')}
            >
              <option value="person">{words.confirmations.person}</option>
              <option value="step">{words.confirmations.step}</option>
            </select>
          ) : (
            <p>{words.confirmations[confirmation]}</p>
          )
        }
      </Found>
    </section>
  );
}
