import type { Clock, EpochMs } from '../base/units.ts';
import type { Asset, AssetState } from '../catalogue/asset.ts';
import type { AssetStore, ReviewChange } from '../catalogue/asset-store.ts';
import { afterReviewStep, type Reviewer, type ReviewStep } from './review.ts';

/** Takes assets through review. */
export interface ReviewFlow {
  /**
   * Takes one step: the asset, who and why, and the audit entry change in one transaction; afterwards
   * `onDecided` hears of every step that puts something on the air or takes it off.
   * @throws Refusal asset.unknown, role.insufficient, review.notAllowed, review.ownWork
   */
  take(step: ReviewStep, assetId: number, by: Reviewer, reason?: string): Promise<Asset>;
}

/** Makes the flow. A failing `onDecided` does not undo the decision; it goes to `onTrouble`. */
export function reviewFlow(deps: {
  assets: AssetStore;
  now: Clock;
  onDecided: (asset: Asset) => void | Promise<void>;
  onTrouble: (error: unknown) => void;
}): ReviewFlow {
  const { assets, now, onDecided, onTrouble } = deps;
  return {
    async take(step, assetId, by, reason) {
      const after = await assets.change(assetId, (asset) => {
        const at = now();
        const to = afterReviewStep(step, asset, by);
        return {
          change: changeFor(step, to, { at, by: by.id, reason: reason ?? null }),
          entry: {
            at,
            actor: by.id,
            action: `asset.${step}`,
            subject: `asset ${assetId}`,
            detail: { from: asset.state, to, sha256: asset.sha256, ...(reason !== undefined && { reason }) },
          },
        };
      });
      if (step === 'approve' || step === 'reject' || step === 'retire') {
        try {
          await onDecided(after);
        } catch (error) {
          onTrouble(error);
        }
      }
      return after;
    },
  };
}

/** The decision on the air stays visible when material is retired: who retired it is in the audit log. */
function changeFor(
  step: ReviewStep,
  state: AssetState,
  { at, by, reason }: { at: EpochMs; by: string; reason: string | null },
): ReviewChange {
  if (step === 'submit') {
    return {
      state,
      submittedBy: by,
      submittedAt: at,
      decidedBy: null,
      decidedAt: null,
      decisionReason: null,
    };
  }
  if (step === 'approve' || step === 'reject')
    return { state, decidedBy: by, decidedAt: at, decisionReason: reason };
  return { state };
}
