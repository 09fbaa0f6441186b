import type { Sentence } from '../base/sentence.ts';
import type { AssetState } from './asset.ts';

/** The states as people say them. */
export const STATE_NAMES: Readonly<Record<AssetState, Sentence>> = {
  draft: { en: 'draft', zh: '草稿' },
  submitted: { en: 'submitted', zh: '待审核' },
  approved: { en: 'approved', zh: '已通过' },
  rejected: { en: 'rejected', zh: '已退回' },
  withdrawn: { en: 'withdrawn', zh: '已撤回' },
  retired: { en: 'retired', zh: '已下架' },
};
