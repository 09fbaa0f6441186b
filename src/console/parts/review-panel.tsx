import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { type RefObject, useState } from 'react';
import type { Asset } from '../../catalogue/asset.ts';
import { REVIEW_RULES, type ReviewStep } from '../../review/review.ts';
import { answer, api } from '../api.ts';
import type { Marking } from '../review-mark.ts';
import { useMe } from '../session.tsx';
import { markWords } from '../words/mark-words.ts';
import { materialWords } from '../words/material-words.ts';
import { useWords } from '../words/use-words.ts';
import { useNameOf } from './asset-facts.tsx';
import { MarkFields } from './mark-fields.tsx';
import type { PreviewHandle } from './preview.tsx';
import { TroubleNote } from './waiting.tsx';

/** What the signed-in person may do to an asset now; the same rules as the server's. */
function useSteps(asset: Asset): readonly ReviewStep[] {
  const me = useMe();
  const steps: readonly ReviewStep[] = ['submit', 'approve', 'reject', 'withdraw', 'retire'];
  return steps.filter((step) => {
    const rule = REVIEW_RULES[step];
    if (!rule.from.includes(asset.state) || !rule.roles.includes(me.role)) return false;
    if (step === 'approve' && asset.firstApprovedBy === me.id) return false;
    if (step === 'approve' || step === 'reject') return asset.submittedBy !== me.id;
    return step !== 'withdraw' || asset.submittedBy === me.id || me.role === 'administrator';
  });
}

/** The steps of review that are open, with the remarks that some of them need. */
export function ReviewPanel({
  asset,
  preview,
  marking,
  onDecided,
}: {
  asset: Asset;
  preview: RefObject<PreviewHandle | null>;
  marking: Marking;
  onDecided?: () => void;
}) {
  const words = useWords(materialWords);
  const marks = useWords(markWords);
  const me = useMe();
  const nameOf = useNameOf([asset.firstApprovedBy]);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const steps = useSteps(asset);
  const [reason, setReason] = useState('');
  const take = useMutation({
    mutationFn: async (step: ReviewStep) => {
      const at = { param: { id: String(asset.id) } };
      const said = reason.trim();
      const note = { ...at, json: said === '' ? {} : { reason: said } };
      const on = api.review.assets[':id'];
      if (step === 'submit') await answer(on.submit.$post(at));
      else if (step === 'withdraw') await answer(on.withdraw.$post(at));
      else if (step === 'approve') {
        const after = await answer(on.approve.$post(note));
        return after.state === 'approved' ? step : ('first' as const);
      } else if (step === 'reject')
        await answer(
          on.reject.$post({ ...at, json: { reason: said, ...(marking.mark && { mark: marking.mark }) } }),
        );
      else await answer(on.retire.$post(note));
      return step;
    },
    onSuccess: (step) => {
      void message.success(step === 'first' ? marks.firstDone : words.decided[step]);
      setReason('');
      marking.setMark(null);
      onDecided?.();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['assets'] }),
  });
  const isOwn = asset.state === 'submitted' && asset.submittedBy === me.id;
  const isHalf = asset.state === 'submitted' && asset.firstApprovedBy !== null;
  if (steps.length === 0 && !isOwn && !isHalf) return null;
  const takesReason = steps.some((step) => step === 'approve' || step === 'reject' || step === 'retire');
  const moment = preview.current?.moment();
  return (
    <div className="review-panel">
      {isOwn && <p className="quiet">{words.ownWork}</p>}
      {isHalf && (
        <p className="told">
          {asset.firstApprovedBy === me.id
            ? marks.ownApproval
            : marks.firstApproved(nameOf(asset.firstApprovedBy))}
        </p>
      )}
      {steps.includes('reject') && <MarkFields asset={asset} marking={marking} preview={preview} />}
      {takesReason && (
        <label className="field">
          <span>{words.reason}</span>
          <textarea
            rows={3}
            maxLength={1_000}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <small>{steps.includes('retire') ? words.retireHint : words.reasonHint}</small>
        </label>
      )}
      {take.error && <TroubleNote error={take.error} />}
      <div className="acts">
        {steps.map((step) => (
          <Button
            key={step}
            type={step === 'approve' || step === 'submit' ? 'primary' : 'default'}
            danger={step === 'reject' || step === 'retire'}
            disabled={step === 'reject' && reason.trim() === ''}
            loading={take.isPending && take.variables === step}
            onClick={() => take.mutate(step)}
          >
            {words[step]}
          </Button>
        ))}
        {takesReason && asset.mediaClass !== 'image' && (
          <Button
            onClick={() => setReason(`${reason}[${preview.current?.moment() ?? '0:00.0'}] `)}
            title={moment ?? undefined}
          >
            {words.atMoment('')}
          </Button>
        )}
      </div>
    </div>
  );
}
