import { join } from 'node:path';
import type { Audit } from './base/audit.ts';
import type { Clock } from './base/units.ts';
import { daily } from './compose-jobs.ts';
import type { Config } from './config.ts';
import type { Database, Db } from './db/connect.ts';
import type { SharedJob } from './jobs/shared-job.ts';
import { archiveOldMonths } from './plays/play-archive-flow.ts';
import { playArchiveStore } from './plays/play-archive-store.ts';

/** What is taken out of the database when its time is over, by the policy of the configuration. */
export function composeRetention(parts: {
  readonly database: Database;
  readonly audit: Audit<Db>;
  readonly config: Config;
  readonly now: Clock;
}): readonly SharedJob[] {
  const { database, audit, config, now } = parts;
  const { playsKeptMonths: keptMonths } = config;
  if (keptMonths === undefined) return [];
  const store = playArchiveStore(database.sql);
  const folder = join(config.dataDir, 'archive');
  return [
    {
      name: 'archive old plays',
      ...daily(2, 40),
      run: () =>
        archiveOldMonths(store, { keptMonths, folder, now: now() }, ({ month, plays, file }) =>
          database.db.transaction((tx) =>
            audit(tx, {
              ...{ at: now(), actor: 'system', action: 'plays.archive', subject: `plays of ${month}` },
              detail: { plays, file, keptMonths },
            }),
          ),
        ),
    },
  ];
}
