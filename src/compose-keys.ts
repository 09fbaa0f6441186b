import type { Audit } from './base/audit.ts';
import type { Clock } from './base/units.ts';
import type { Database, Db } from './db/connect.ts';
import { keyRotationFlow } from './schedule/key-rotation-flow.ts';
import { pinnedKeys } from './schedule/pinned-key-store.ts';
import type { SigningKeys } from './schedule/signing-key-files.ts';
import { signingKeyRoutes } from './schedule/signing-key-routes.ts';

/** Replacing the signing key, put together. `onRotated` signs anew what stands. */
export function composeKeys(deps: {
  database: Database;
  audit: Audit<Db>;
  keys: SigningKeys;
  now: Clock;
  onRotated: () => Promise<void>;
  onTrouble: (error: unknown) => void;
}) {
  const flow = keyRotationFlow(deps);
  const stop = flow.follow();
  return {
    rooms: [signingKeyRoutes({ keys: deps.keys, flow, pinned: () => pinnedKeys(deps.database.sql) })],
    stop,
  };
}
