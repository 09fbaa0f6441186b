import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import type { OverrideAnswer } from '../../override/override.ts';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { latestTrouble } from '../latest-trouble.ts';
import { useMay, useMe } from '../session.tsx';
import { emergencyWords } from '../words/emergency-words.ts';
import { useWords } from '../words/use-words.ts';
import { useNameOf } from './asset-facts.tsx';
import { Countdown } from './countdown.tsx';
import { ReceiptMap } from './receipt-map.tsx';
import { TroubleNote } from './waiting.tsx';

/** What an emergency says, in a line. */
export function useHeadingOf(): (override: Pick<OverrideAnswer, 'content'>) => string {
  return ({ content }) => content.text?.title ?? `#${content.assetId}`;
}

/** An emergency that is on the air or waits for its confirmation, with the way to end or confirm it. */
export function OverrideCard({
  override,
  confirmation,
}: {
  override: OverrideAnswer;
  /** Who confirms a proposal. */
  confirmation: 'step' | 'person';
}) {
  const words = useWords(emergencyWords);
  const format = useFormat();
  const me = useMe();
  const nameOf = useNameOf([override.proposedBy]);
  const headingOf = useHeadingOf();
  const mayRaise = useMay('alarm');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const on = api.overrides.overrides[':id'];
  const at = { param: { id: String(override.id) } };
  const refresh = () => queries.invalidateQueries({ queryKey: ['overrides'] });
  const end = useMutation({
    mutationFn: () => answer(on.withdraw.$post({ ...at, json: {} })),
    onSuccess: () => void message.success(words.done),
    onSettled: refresh,
  });
  const confirm = useMutation({
    mutationFn: () => answer(on.confirm.$post(at)),
    onSuccess: () => void message.success(words.raised),
    onSettled: refresh,
  });
  const { counts, state } = override;
  const isLive = state === 'live';
  const needsOther = confirmation === 'person' && override.proposedBy === me.id;
  const trouble = latestTrouble(end, confirm);
  return (
    <article className="override" data-state={state} data-drill={override.drill}>
      <header>
        {override.drill && <span className="tag">{words.drill}</span>}
        <span className="tag">{words.severities[override.severity]}</span>
        <h2>{headingOf(override)}</h2>
      </header>
      {override.content.text && override.content.text.body !== '' && <p>{override.content.text.body}</p>}
      {isLive && override.until !== null && (
        <p className="ends">
          <Countdown until={override.until} label={words.left} />
          <span>{words.until(format.dateTime(override.until))}</span>
        </p>
      )}
      {isLive && (
        <dl className="receipts">
          {(['shown', 'waiting', 'refused', 'ended'] as const).map((which) => (
            <div key={which}>
              <dt>{words[which]}</dt>
              <dd>{format.number(counts[which])}</dd>
            </div>
          ))}
        </dl>
      )}
      <p>
        {words.ofTargets(format.number(counts.targets))}
        {counts.unreached > 0 && ` · ${words.unreached(format.number(counts.unreached))}`}
      </p>
      {state === 'proposed' && (
        <p>
          {words.proposedBy(nameOf(override.proposedBy), format.time(override.proposedAt))} ·{' '}
          {words.lapses(format.time(override.lapsesAt))}
          {needsOther && ` · ${words.otherPerson}`}
        </p>
      )}
      {trouble && <TroubleNote error={trouble} />}
      {mayRaise && (
        <div className="acts">
          {state === 'proposed' && (
            <Button
              type="primary"
              danger
              size="large"
              disabled={needsOther}
              loading={confirm.isPending}
              onClick={() => confirm.mutate()}
            >
              {words.confirm}
            </Button>
          )}
          <Button size="large" loading={end.isPending} onClick={() => end.mutate()}>
            {isLive ? words.withdraw : words.dismiss}
          </Button>
        </div>
      )}
      {isLive && <Receipts id={override.id} />}
    </article>
  );
}

function Receipts({ id }: { id: number }) {
  const words = useWords(emergencyWords);
  const format = useFormat();
  const report = useQuery({
    queryKey: ['overrides', id],
    queryFn: () => answer(api.overrides.overrides[':id'].$get({ param: { id: String(id) } })),
    refetchInterval: 1_000,
  });
  if (!report.data) return null;
  return (
    <>
      <ReceiptMap receipts={report.data.endpoints} />
      <details>
        <summary>{words.receipts}</summary>
        <ul className="receipt-list">
          {report.data.endpoints.map(({ endpointId, code, name, state, reason, acknowledgedAfterMs }) => (
            <li key={endpointId} data-state={state} title={name}>
              <b>{code}</b> {words.receiptStates[state]}
              {acknowledgedAfterMs !== null && (
                <span> {words.after(format.number(acknowledgedAfterMs))}</span>
              )}
              {reason !== null && ` ${reason}`}
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}
