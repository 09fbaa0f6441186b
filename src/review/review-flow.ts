import { Refusal } from '../base/refusal.ts';
import type { Clock, EpochMs } from '../base/units.ts';
import type { Asset, AssetState, ReviewMark } from '../catalogue/asset.ts';
import type { AlongsideChange, AssetStore, ReviewChange } from '../catalogue/asset-store.ts';
import { afterReviewStep, checkExpiryChange, type Reviewer, type ReviewStep } from './review.ts';

/** Why a step is taken, and where in the material to look. */
export interface ReviewComment {
  readonly reason?: string | undefined;
  readonly mark?: ReviewMark | undefined;
}

/** Takes assets through review. */
export interface ReviewFlow {
  /**
   * Takes one step: the asset, who and why, and the audit entry change in one transaction; afterwards
   * `onDecided` hears of every step that puts something on the air or takes it off. The approval of a new
   * version moves the bookings of the earlier ones to it in that transaction.
   * @throws Refusal asset.unknown, role.insufficient, review.notAllowed, review.ownWork, review.badMark
   */
  take(step: ReviewStep, assetId: number, by: Reviewer, comment?: ReviewComment): Promise<Asset>;
  /** Takes a step with each of many, one after the other; a refusal of one leaves the others be. */
  takeMany(
    step: ReviewStep,
    assetIds: readonly number[],
    by: Reviewer,
  ): Promise<{ done: number[]; refused: { id: number; refusal: Refusal }[] }>;
  /**
   * Sets when material expires; null: never.
   * @throws Refusal asset.unknown, role.insufficient, review.ownWork
   */
  setExpiry(assetId: number, expiresAt: EpochMs | null, by: Reviewer): Promise<Asset>;
  /** Retires approved material whose time is over. */
  retireExpired(): Promise<void>;
}

/** Makes the flow. A failing `onDecided` does not undo the decision; it goes to `onTrouble`. */
export function reviewFlow(deps: {
  assets: AssetStore;
  now: Clock;
  /** Moves bookings to an asset that was just approved. */
  followVersion: AlongsideChange;
  /** How many people must approve a film of real fires and victims. */
  warningApprovals?: 1 | 2;
  onDecided: (asset: Asset) => void | Promise<void>;
  onTrouble: (error: unknown) => void;
}): ReviewFlow {
  const { assets, now, followVersion, warningApprovals = 1, onDecided, onTrouble } = deps;
  async function tellDecided(after: Asset): Promise<void> {
    try {
      await onDecided(after);
    } catch (error) {
      onTrouble(error);
    }
  }
  const flow: ReviewFlow = {
    async take(step, assetId, by, { reason, mark } = {}) {
      const after = await assets.change(
        assetId,
        (asset) => {
          const at = now();
          const to = afterReviewStep(step, asset, by, asset.category === 'warning' ? warningApprovals : 1);
          if (step === 'approve' && hasExpired(asset, at)) {
            throw new Refusal('review.notAllowed', {
              en: `Asset ${assetId} expired at ${asset.expiresAt}; set a later time, or reject it.`,
              zh: `素材 ${assetId} 已于 ${asset.expiresAt} 到期，请改为更晚的时间，或退回。`,
            });
          }
          if (mark) checkMark(mark, asset);
          return {
            change: changeFor(step, to, { at, by: by.id, reason: reason ?? null, mark: mark ?? null }),
            entry: {
              at,
              actor: by.id,
              action: `asset.${step}`,
              subject: `asset ${assetId}`,
              detail: {
                ...{ from: asset.state, to, sha256: asset.sha256 },
                ...(reason !== undefined && { reason }),
                ...(mark && { mark }),
              },
            },
          };
        },
        async (tx, changed) => {
          if (step === 'approve' && changed.state === 'approved') await followVersion(tx, changed);
        },
      );
      if (after.state === 'approved' || step === 'reject' || step === 'retire') await tellDecided(after);
      return after;
    },
    async takeMany(step, assetIds, by) {
      const done: number[] = [];
      const refused: { id: number; refusal: Refusal }[] = [];
      for (const id of new Set(assetIds)) {
        try {
          await flow.take(step, id, by);
          done.push(id);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          refused.push({ id, refusal: error });
        }
      }
      return { done, refused };
    },
    setExpiry: (assetId, expiresAt, by) =>
      assets.change(assetId, (asset) => {
        const fromMs = asset.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(asset.expiresAt);
        checkExpiryChange(asset, { fromMs, toMs: expiresAt ?? Number.POSITIVE_INFINITY }, by);
        return {
          change: { state: asset.state, expiresAt },
          entry: {
            at: now(),
            actor: by.id,
            action: 'asset.setExpiry',
            subject: `asset ${assetId}`,
            detail: {
              from: asset.expiresAt,
              to: expiresAt === null ? null : new Date(expiresAt).toISOString(),
            },
          },
        };
      }),
    async retireExpired() {
      for (const { id } of await assets.list({ state: 'approved', expiredBy: now() })) {
        let isRetired = false;
        const after = await assets
          .change(id, (asset) => {
            const at = now();
            // Somebody may have retired or prolonged it since it was listed.
            isRetired = asset.state === 'approved' && hasExpired(asset, at);
            if (!isRetired) throw STILL_GOOD;
            return {
              change: { state: 'retired' },
              entry: {
                ...{ at, actor: 'system', action: 'asset.expire', subject: `asset ${id}` },
                detail: {
                  from: asset.state,
                  to: 'retired',
                  expiresAt: asset.expiresAt,
                  sha256: asset.sha256,
                },
              },
            };
          })
          .catch((error: unknown) => {
            if (error !== STILL_GOOD) throw error;
            return null;
          });
        if (after) await tellDecided(after);
      }
    },
  };
  return flow;
}

/** Leaves a change without making it. */
const STILL_GOOD = new Error('the material may still air');

function hasExpired(asset: Asset, at: EpochMs): boolean {
  return asset.expiresAt !== null && Date.parse(asset.expiresAt) <= at;
}

function checkMark({ atMs, area }: ReviewMark, asset: Asset): void {
  if (atMs !== undefined && atMs > (asset.durationMs ?? -1)) {
    const length =
      asset.durationMs === null
        ? { en: 'it is a still', zh: '它是静态图片' }
        : { en: `it lasts ${asset.durationMs} ms`, zh: `它共 ${asset.durationMs} 毫秒` };
    throw new Refusal('review.badMark', {
      en: `There is no moment ${atMs} ms in this material; ${length.en}.`,
      zh: `素材中没有 ${atMs} 毫秒这个时间点：${length.zh}。`,
    });
  }
  if (area && asset.mediaClass === 'audio')
    throw new Refusal('review.badMark', {
      en: 'Sound has no picture of which an area could be marked.',
      zh: '声音素材没有画面，不能标注区域。',
    });
}

/** The decision on the air stays visible when material is retired: who retired it is in the audit log. */
function changeFor(
  step: ReviewStep,
  state: AssetState,
  { at, by, reason, mark }: { at: EpochMs; by: string; reason: string | null; mark: ReviewMark | null },
): ReviewChange {
  const undecided = { decidedBy: null, decidedAt: null, decisionReason: null, decisionMark: null };
  if (step === 'submit')
    return { state, submittedBy: by, submittedAt: at, ...undecided, firstApprovedBy: null };
  if (step === 'approve' && state === 'submitted') return { state, firstApprovedBy: by };
  const decision = { state, decidedBy: by, decidedAt: at, decisionReason: reason, decisionMark: mark };
  if (step === 'approve') return decision;
  if (step === 'reject') return { ...decision, firstApprovedBy: null };
  return step === 'withdraw' ? { state, firstApprovedBy: null } : { state };
}
