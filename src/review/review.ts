import type { Role } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import { ROLE_NAMES } from '../base/role-names.ts';
import type { Sentence } from '../base/sentence.ts';
import type { AssetState } from '../catalogue/asset.ts';
import { STATE_NAMES } from '../catalogue/state-names.ts';

/*
 *   draft ────────┐                 ┌──approve──▶ approved ──retire──▶ retired ─┐
 *   rejected ─────┼──submit──▶ submitted ──reject──▶ rejected                    │
 *   withdrawn ────┤                 └──withdraw──▶ withdrawn                     │
 *      ▲──────────┴──────────────────────────────────────────────────────submit──┘
 *
 * One file is one asset for ever, so every end has a way back, and it always leads through a second person.
 */

/** What can be done to an asset in review. */
export type ReviewStep = 'submit' | 'approve' | 'reject' | 'withdraw' | 'retire';

const STEP_NAMES: Readonly<Record<ReviewStep, string>> = {
  submit: '送审',
  approve: '通过',
  reject: '退回',
  withdraw: '撤回',
  retire: '下架',
};

/** What the rules need to know of an asset. */
export interface ReviewedAsset {
  readonly id: number;
  readonly state: AssetState;
  /** Who submitted it last; null while it never was. */
  readonly submittedBy: string | null;
  /** The first of two who approved it; null while nobody did. */
  readonly firstApprovedBy: string | null;
}

/** Who wants to do it. */
export interface Reviewer {
  readonly id: string;
  readonly role: Role;
}

interface Rule {
  readonly from: readonly AssetState[];
  readonly to: AssetState;
  readonly roles: readonly Role[];
  /** What stands in the way, for people. */
  readonly otherwise: Sentence;
}

/** The table of steps. An administrator may take every one, but never decide on own work. */
export const REVIEW_RULES: Readonly<Record<ReviewStep, Rule>> = {
  submit: {
    from: ['draft', 'rejected', 'withdrawn', 'retired'],
    to: 'submitted',
    roles: ['editor', 'reviewer', 'administrator'],
    otherwise: {
      en: 'only material that is not in review or on the air can be submitted',
      zh: '只有不在审核中、也没有播出的素材可以送审',
    },
  },
  approve: {
    from: ['submitted'],
    to: 'approved',
    roles: ['reviewer', 'administrator'],
    otherwise: { en: 'only submitted material can be approved', zh: '只有待审核的素材可以通过' },
  },
  reject: {
    from: ['submitted'],
    to: 'rejected',
    roles: ['reviewer', 'administrator'],
    otherwise: { en: 'only submitted material can be rejected', zh: '只有待审核的素材可以退回' },
  },
  withdraw: {
    from: ['submitted'],
    to: 'withdrawn',
    roles: ['editor', 'reviewer', 'administrator'],
    otherwise: { en: 'only submitted material can be withdrawn', zh: '只有待审核的素材可以撤回' },
  },
  retire: {
    from: ['approved'],
    to: 'retired',
    roles: ['reviewer', 'operator', 'administrator'],
    otherwise: { en: 'only approved material can be retired', zh: '只有已通过的素材可以下架' },
  },
};

/**
 * The state that an asset is in after a step. With two `approvals` needed, the first leaves it submitted.
 * @throws Refusal role.insufficient; review.notAllowed when its state does not allow the step, or when somebody
 * else than its submitter or an administrator withdraws it; review.ownWork when the submitter decides.
 */
export function afterReviewStep(
  step: ReviewStep,
  asset: ReviewedAsset,
  by: Reviewer,
  approvals: 1 | 2 = 1,
): AssetState {
  const rule = REVIEW_RULES[step];
  if (!rule.roles.includes(by.role))
    throw new Refusal('role.insufficient', {
      en: `The role ${by.role} may not ${step} material.`,
      zh: `您的角色（${ROLE_NAMES[by.role].zh}）不能${STEP_NAMES[step]}素材。`,
    });
  if (!rule.from.includes(asset.state)) {
    throw new Refusal('review.notAllowed', {
      en: `Asset ${asset.id} is ${asset.state}; ${rule.otherwise.en}.`,
      zh: `素材 ${asset.id} 的状态是“${STATE_NAMES[asset.state].zh}”；${rule.otherwise.zh}。`,
    });
  }
  const isOwn = asset.submittedBy === by.id;
  if ((step === 'approve' || step === 'reject') && isOwn)
    throw new Refusal('review.ownWork', {
      en: 'You submitted this yourself; another person must decide on it.',
      zh: '这是您本人送审的，须由另一人审核。',
    });
  if (step === 'approve' && asset.firstApprovedBy === by.id) {
    throw new Refusal('review.ownWork', {
      en: 'You approved this already; a second person must approve it too.',
      zh: '您已通过此素材，还须由第二人通过。',
    });
  }
  if (step === 'withdraw' && !isOwn && by.role !== 'administrator')
    throw new Refusal('review.notAllowed', {
      en: 'Only the person who submitted it can withdraw it.',
      zh: '只有送审人可以撤回。',
    });
  if (step === 'approve' && approvals === 2 && asset.firstApprovedBy === null) return 'submitted';
  return rule.to;
}

/** Who may set when material expires, see {@link checkExpiryChange}. */
export const EXPIRY_ROLES: readonly Role[] = ['editor', 'reviewer', 'administrator'];

/**
 * Lets through who may set when material expires. Earlier is for everybody who works on material; later is
 * a decision once it is in review or on the air, so not for editors, and not for who submitted it.
 * @throws Refusal role.insufficient, review.ownWork
 */
export function checkExpiryChange(
  asset: Pick<ReviewedAsset, 'state' | 'submittedBy'>,
  change: { readonly fromMs: number; readonly toMs: number },
  by: Reviewer,
): void {
  const isDecided = asset.state === 'submitted' || asset.state === 'approved';
  if (!EXPIRY_ROLES.includes(by.role) || (isDecided && change.toMs > change.fromMs && by.role === 'editor'))
    throw new Refusal('role.insufficient', {
      en: `The role ${by.role} may not let this material air for longer.`,
      zh: `您的角色（${ROLE_NAMES[by.role].zh}）不能延长此素材的播出期限。`,
    });
  if (isDecided && change.toMs > change.fromMs && asset.submittedBy === by.id)
    throw new Refusal('review.ownWork', {
      en: 'You submitted this; another person must let it air for longer.',
      zh: '这是您本人送审的，须由另一人延长播出期限。',
    });
}
