import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam, jsonBody } from '../base/api-routes.ts';
import { idSchema } from '../contract/media-type.ts';
import { bookingDraftSchema, bookingTimesSchema } from './booking.ts';
import { type BookingFit, bookingFitSchema } from './booking-fit.ts';
import {
  type Booking,
  bookingChangeSchema,
  bookingQuery,
  bookingSchema,
  campaignDraftSchema,
  campaignQuery,
  campaignSchema,
} from './campaign.ts';
import type { CampaignStore } from './campaign-store.ts';
import { playlistChangeSchema, playlistDraftSchema, playlistSchema } from './playlist.ts';
import type { PlaylistStore } from './playlist-store.ts';
import { localDateSchema } from './wall-time.ts';

const campaignTag = ['Campaigns 宣传活动'];
const playlistTag = ['Playlists 播放列表'];
const bookingTag = ['Bookings 排期'];

const pageQuery = z.object({
  q: z.string().max(200).optional().openapi({ description: 'A part of the name; only with `limit`' }),
  before: z.coerce.number<string>().pipe(idSchema).optional(),
  limit: z.coerce.number<string>().pipe(z.int().min(1).max(200)).optional(),
});

const bookedSchema = bookingSchema.extend({ fit: bookingFitSchema.nullable() });

/** Playlists, campaigns and bookings over HTTP; for signed-in staff. */
export function campaignRoutes(deps: {
  campaigns: CampaignStore;
  playlists: PlaylistStore;
  /**
   * What a stored booking gets and what others lose by it, null when it is gone again; the schedule's, which
   * lies above this floor.
   */
  fitOf?: (booking: Booking) => Promise<BookingFit | null>;
}) {
  const { campaigns, playlists, fitOf } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/playlists',
        tags: playlistTag,
        summary: 'All playlists',
        description:
          'Oldest first. With `limit` a page of them, newest first; the next one is `before` the last of this one.',
        request: { query: pageQuery },
        responses: answers(200, z.object({ playlists: z.array(playlistSchema) }), 'The playlists'),
      }),
      async (c) => {
        const { limit, ...wanted } = c.req.valid('query');
        const found = limit === undefined ? playlists.list() : playlists.page({ ...wanted, limit });
        return c.json({ playlists: await found }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/playlists',
        tags: playlistTag,
        summary: 'Create a playlist',
        request: { body: jsonBody(playlistDraftSchema) },
        responses: answers(201, playlistSchema, 'Created'),
      }),
      async (c) => c.json(await playlists.create(c.req.valid('json'), c.var.staff.id), 201),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/playlists/{id}',
        tags: playlistTag,
        summary: 'One playlist',
        request: { params: idParam },
        responses: answers(200, playlistSchema, 'The playlist'),
      }),
      async (c) => c.json(await playlists.get(c.req.valid('param').id), 200),
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/playlists/{id}',
        tags: playlistTag,
        summary: 'Replace a playlist',
        request: { params: idParam, body: jsonBody(playlistChangeSchema) },
        responses: answers(200, playlistSchema, 'Replaced; programmes follow'),
      }),
      async (c) => {
        const { version, ...draft } = c.req.valid('json');
        const { id } = c.req.valid('param');
        await campaigns.holdPlaylist(id, c.var.within);
        return c.json(await playlists.replace(id, draft, c.var.staff.id, version), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/campaigns',
        tags: campaignTag,
        summary: 'All campaigns',
        description:
          'Oldest first. With `limit` a page of them, newest first; the next one is `before` the last of this one.',
        request: { query: campaignQuery },
        responses: answers(200, z.object({ campaigns: z.array(campaignSchema) }), 'The campaigns'),
      }),
      async (c) => c.json({ campaigns: await campaigns.list(c.req.valid('query')) }, 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/campaigns',
        tags: campaignTag,
        summary: 'Create a campaign',
        request: { body: jsonBody(campaignDraftSchema) },
        responses: answers(201, campaignSchema, 'Created'),
      }),
      async (c) => c.json(await campaigns.create(c.req.valid('json'), c.var.staff.id), 201),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/campaigns/{id}',
        tags: campaignTag,
        summary: 'One campaign',
        request: { params: idParam },
        responses: answers(200, campaignSchema, 'The campaign'),
      }),
      async (c) => c.json(await campaigns.get(c.req.valid('param').id), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/bookings',
        tags: bookingTag,
        summary: 'Bookings on the air or still to come',
        description:
          'Oldest first. With `limit` a page of them, newest first; the next one is `before` the last of this one.',
        request: { query: bookingQuery },
        responses: answers(200, z.object({ bookings: z.array(bookingSchema) }), 'The bookings'),
      }),
      async (c) => c.json({ bookings: await campaigns.bookings(c.req.valid('query'), c.var.within) }, 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/bookings',
        tags: bookingTag,
        summary: 'Book airtime',
        request: { body: jsonBody(bookingDraftSchema) },
        description: 'The answer says in `fit` what it gets, and which bookings lose how many plays by it.',
        responses: answers(201, bookedSchema, 'Booked; programmes follow at once'),
      }),
      async (c) => {
        const booking = await campaigns.book(c.req.valid('json'), c.var.staff.id, c.var.within);
        return c.json({ ...booking, fit: (await fitOf?.(booking)) ?? null }, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/bookings/dates',
        tags: bookingTag,
        summary: 'On which dates a booking of these times would play',
        description:
          'By its recurrence, the dates left out, weekdays and the holiday calendar. Nothing is stored.',
        request: { body: jsonBody(bookingTimesSchema) },
        responses: answers(200, z.object({ dates: z.array(localDateSchema) }), 'In order; perhaps none'),
      }),
      async (c) => c.json({ dates: await campaigns.datesOf(c.req.valid('json')) }, 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/bookings/{id}',
        tags: bookingTag,
        summary: 'One booking',
        request: { params: idParam },
        responses: answers(200, bookingSchema, 'The booking'),
      }),
      async (c) => c.json(await campaigns.booking(c.req.valid('param').id, c.var.within), 200),
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/bookings/{id}',
        tags: bookingTag,
        summary: 'Change a booking',
        description: 'From now on; what was promised and played before stays as it was.',
        request: { params: idParam, body: jsonBody(bookingChangeSchema) },
        responses: answers(200, bookingSchema, 'Changed; programmes follow at once'),
      }),
      async (c) => {
        const { staff, within } = c.var;
        const { id } = c.req.valid('param');
        return c.json(await campaigns.change(id, c.req.valid('json'), staff.id, within), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/api/bookings/{id}',
        tags: bookingTag,
        summary: 'Take a booking off the air',
        request: { params: idParam },
        responses: answers(200, bookingSchema, 'Withdrawn; what was played stays counted'),
      }),
      async (c) =>
        c.json(await campaigns.withdraw(c.req.valid('param').id, c.var.staff.id, c.var.within), 200),
    );
}
