import type { Audit } from './base/audit.ts';
import type { Clock } from './base/units.ts';
import { campaignRoutes } from './campaigns/campaign-routes.ts';
import { campaignStore } from './campaigns/campaign-store.ts';
import { playlistDraftRoutes } from './campaigns/playlist-draft-routes.ts';
import { playlistDraftStore } from './campaigns/playlist-draft-store.ts';
import { playlistStore } from './campaigns/playlist-store.ts';
import { schedulingRuleRoutes } from './campaigns/scheduling-rule-routes.ts';
import { schedulingRuleStore } from './campaigns/scheduling-rule-store.ts';
import type { Database, Db } from './db/connect.ts';
import { airtimeRoutes } from './schedule/airtime-routes.ts';
import { bookingFits } from './schedule/booking-fit-flow.ts';
import { bookingFitRoutes } from './schedule/booking-fit-routes.ts';
import { endpointFileRoutes } from './schedule/endpoint-file-routes.ts';
import { endpointFileStore } from './schedule/endpoint-file-store.ts';
import type { ProgrammeStore } from './schedule/programme-store.ts';

/** Puts together playlists, bookings, and what they would do. */
export function composeBookings(deps: {
  database: Database;
  audit: Audit<Db>;
  now: Clock;
  programmes: ProgrammeStore;
}) {
  const { database, audit, now, programmes } = deps;
  const playlists = playlistStore({ database, audit, now });
  const campaigns = campaignStore({ database, audit, now });
  const fits = bookingFits({ store: programmes, campaigns, now });
  const rooms = [
    campaignRoutes({ campaigns, playlists, fitOf: fits.fitOf }),
    playlistDraftRoutes({ drafts: playlistDraftStore({ database, now }) }),
    schedulingRuleRoutes({ rules: schedulingRuleStore({ database, audit, now }) }),
    bookingFitRoutes({ fits }),
    airtimeRoutes({ daysOf: fits.daysOf }),
    endpointFileRoutes({ files: endpointFileStore(database) }),
  ];
  return { playlists, campaigns, fits, rooms };
}
