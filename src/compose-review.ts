import type { Audit } from './base/audit.ts';
import type { Clock } from './base/units.ts';
import type { AssetStore } from './catalogue/asset-store.ts';
import type { Config } from './config.ts';
import type { Db } from './db/connect.ts';
import { type ReviewFlow, reviewFlow } from './review/review-flow.ts';
import { followVersion } from './review/version-store.ts';

/** Puts review together. Nothing is told of decisions here: the asset store rings the bell that the board follows. */
export function composeReview(deps: {
  assets: AssetStore;
  audit: Audit<Db>;
  now: Clock;
  config: Pick<Config, 'warningApprovals'>;
  onTrouble: (error: unknown) => void;
}): ReviewFlow {
  const { assets, audit, now, config, onTrouble } = deps;
  return reviewFlow({
    ...{ assets, now, onTrouble, onDecided: () => {} },
    followVersion: followVersion({ audit, now }),
    warningApprovals: config.warningApprovals ?? 1,
  });
}
