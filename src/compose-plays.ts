import type { Audit } from './base/audit.ts';
import { type Clock, DAY_MS, HOUR_MS, MINUTE_MS, type Ms } from './base/units.ts';
import { daily } from './compose-jobs.ts';
import type { Database, Db } from './db/connect.ts';
import { startIngest } from './plays/ingest-flow.ts';
import { placeStore } from './plays/place-store.ts';
import { ensurePlayMonths, noteTimes, playMonths } from './plays/play-months-store.ts';
import { playStore } from './plays/play-store.ts';
import { quarantineStore } from './plays/quarantine-store.ts';
import { toldStore } from './plays/told-store.ts';

/** Everything about plays that come in, put together. `onCounted`: see `startIngest`. */
export function composePlays(deps: {
  database: Database;
  audit: Audit<Db>;
  now: Clock;
  /** See `playStore`. */
  byPlayer: boolean | undefined;
  overrides: NonNullable<Parameters<typeof startIngest>[0]['overrides']>;
  onCounted: (lagMs: Ms) => void;
  onTrouble: (error: unknown) => void;
}) {
  const { database, audit, now, byPlayer, overrides, onCounted, onTrouble } = deps;
  const { sql, bell } = database;
  const months = playMonths(sql);
  const places = placeStore(sql);
  const stops = [
    bell.listen('endpoints', () => places.forget()),
    // While rings were missed, opening hours may have changed.
    bell.whenMissed(() => places.forget()),
  ];
  const plays = playStore(sql, byPlayer);
  const ingest = startIngest({
    plays,
    months,
    told: toldStore(sql),
    overrides,
    places,
    clock: now,
    inFlight: database.kind === 'postgres' ? 2 : 1,
    onCounted,
    onTrouble,
  });
  const keepMonths = () => ensurePlayMonths(months, now() - 31 * DAY_MS, now() + 62 * DAY_MS);
  return {
    ingest,
    quarantine: quarantineStore({ database, audit, months, places, now }),
    keepMonths,
    sharedJobs: [
      {
        name: 'settle sums',
        everyMs: MINUTE_MS,
        offsetMs: 10_000,
        run: async () => void (await plays.settle()),
      },
      { name: 'make months', ...daily(3, 20), run: keepMonths },
      {
        name: 'note the times of plays',
        everyMs: HOUR_MS,
        offsetMs: 25 * MINUTE_MS,
        run: async () => void (await noteTimes(sql)),
      },
    ],
    stop(): void {
      for (const stop of stops) stop();
    },
  };
}
