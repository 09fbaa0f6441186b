import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, jsonBody } from '../base/api-routes.ts';
import { onlyWithin } from '../base/within.ts';
import { bookingDraftSchema } from '../campaigns/booking.ts';
import { type BookingFit, bookingFitSchema } from '../campaigns/booking-fit.ts';
import { type Booking, bookingSchema } from '../campaigns/campaign.ts';
import { localDateSchema } from '../campaigns/wall-time.ts';
import { idSchema } from '../contract/media-type.ts';
import type { MakeGoods } from './make-good-flow.ts';
import type { OwedByDay } from './owed-flow.ts';
import { savedAs } from './report-answers.ts';
import { requirePeriod } from './report-flow.ts';
import { csvCell } from './report-text.ts';
import {
  CAUSE_WORDS,
  CAUSES,
  type ShortfallRow,
  shortfallRowSchema,
  shortfallTotals,
  shortfallTotalsSchema,
  upShare,
  uptimeTotals,
} from './shortfall.ts';
import type { ShortfallStore } from './shortfall-store.ts';

const tags = ['Reports 报表'];
const id = z.coerce.number<string>().int().positive().max(2_147_483_647).optional();
const MOST_ROWS = 1_000;

const wordsSchema = z.object({ zh: z.string(), en: z.string() });
const proposalSchema = z.object({
  bookingId: idSchema,
  booking: z.string(),
  owed: z.int(),
  bookings: z
    .array(bookingDraftSchema)
    .openapi({ description: 'What `POST /api/reports/make-goods` would book; empty: no day is left' }),
});
const uptimeRowSchema = z.object({
  endpointId: idSchema,
  endpoint: z.string(),
  area: z.string(),
  hoursPromised: z.int(),
  hoursUp: z.int().openapi({ description: 'Of these: with at least one reported play of anything' }),
  hoursUnknown: z.int().openapi({ description: 'Of the others: the player has not called since' }),
  share: z.number().nullable(),
});

/** Shortfalls with their causes, making them good, and uptime; for signed-in staff. */
export function shortfallRoutes(deps: {
  shortfalls: ShortfallStore;
  makeGoods: MakeGoods;
  owed: OwedByDay;
  fitOf: (booking: Booking) => Promise<BookingFit | null>;
}) {
  const { shortfalls, makeGoods, owed, fitOf } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/reports/shortfalls',
        tags,
        summary: 'What was promised and not played, why, and how it could be made good',
        description:
          'By booking and endpoint: what was asked and could not be promised (`overFull`, `closed`, `separation`), and ' +
          'what was promised and not played, balanced by local day. Plays that may still be reported (`silent`, ' +
          '`reportsMissing`) are not owed yet.',
        request: {
          query: z.object({
            campaignId: id,
            bookingId: id,
            from: localDateSchema,
            to: localDateSchema,
            format: z.enum(['json', 'csv']).default('json'),
          }),
        },
        responses: (() => {
          const json = answers(
            200,
            z.object({
              from: z.string(),
              to: z.string(),
              totals: shortfallTotalsSchema,
              rows: z.array(shortfallRowSchema).openapi({ description: 'The most owed first' }),
              omitted: z.int(),
              causes: z.record(z.string(), wordsSchema),
              proposals: z.array(proposalSchema),
            }),
            'The shortfalls',
          );
          return {
            ...json,
            200: {
              ...json[200],
              content: { ...json[200].content, 'text/csv': { schema: z.string() } },
            },
          };
        })(),
      }),
      async (c) => {
        const { format, ...scope } = c.req.valid('query');
        requirePeriod(scope);
        const rows = onlyWithin(c.var.within, await shortfalls.shortfalls(scope));
        const { from, to } = scope;
        if (format === 'csv')
          return c.body(csvOf(rows), 200, savedAs(`shortfalls-${from}-${to}.csv`, 'text/csv; charset=utf-8'));
        const proposals = await makeGoods.propose(rows);
        return c.json(
          {
            from,
            to,
            totals: shortfallTotals(rows),
            rows: rows.slice(0, MOST_ROWS),
            omitted: Math.max(0, rows.length - MOST_ROWS),
            causes: { ...CAUSE_WORDS },
            proposals: proposals.map(({ booking, owed, makeGoods: made }) => ({
              bookingId: booking.id,
              booking: booking.name,
              owed,
              bookings: made.map(({ draft }) => draft),
            })),
          },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/reports/owed',
        tags,
        summary: 'How many plays of a day are owed, and by how many bookings',
        description:
          'What can be made good now, at most five minutes late; `GET /api/reports/shortfalls` has the rows.',
        request: { query: z.object({ day: localDateSchema }) },
        responses: answers(200, z.object({ bookings: z.int(), plays: z.int() }), 'Nothing owed: zeros'),
      }),
      async (c) => c.json(await owed.of(c.req.valid('query').day, c.var.within), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/reports/make-goods',
        tags,
        summary: 'Book what a booking owes for a period',
        description:
          'Books as `POST /api/bookings` does, with the playlist, dayparts and tier of the booking; `fit` says what the ' +
          'new ones get. Done twice, the second finds nothing owed. Withdraw the new bookings to take it back.',
        request: {
          body: jsonBody(z.strictObject({ bookingId: idSchema, from: localDateSchema, to: localDateSchema })),
        },
        responses: answers(
          201,
          z.object({ bookings: z.array(bookingSchema.extend({ fit: bookingFitSchema.nullable() })) }),
          'Booked',
        ),
      }),
      async (c) => {
        const { bookingId, ...period } = c.req.valid('json');
        requirePeriod(period);
        const booked = await makeGoods.take(bookingId, period, c.var.staff.id, c.var.within);
        owed.forget();
        const bookings = [];
        for (const booking of booked) bookings.push({ ...booking, fit: await fitOf(booking) });
        return c.json({ bookings }, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/reports/uptime',
        tags,
        summary: 'How long endpoints were at work',
        description:
          'Measured by plays: an hour counts as up when at least one play of anything was reported in it, out of the ' +
          'full hours in which anything was promised.',
        request: { query: z.object({ from: localDateSchema, to: localDateSchema }) },
        responses: answers(
          200,
          z.object({
            from: z.string(),
            to: z.string(),
            totals: uptimeRowSchema.pick({
              hoursPromised: true,
              hoursUp: true,
              hoursUnknown: true,
              share: true,
            }),
            rows: z.array(uptimeRowSchema),
          }),
          'The lowest share first',
        ),
      }),
      async (c) => {
        const { from, to } = c.req.valid('query');
        requirePeriod({ from, to });
        const rows = onlyWithin(c.var.within, await shortfalls.uptime({ from, to }));
        return c.json(
          {
            from,
            to,
            totals: uptimeTotals(rows),
            rows: rows.map((row) => ({ ...row, share: upShare(row) })),
          },
          200,
        );
      },
    );
}

function csvOf(rows: readonly ShortfallRow[]): string {
  const header = [
    'booking id',
    'booking',
    'endpoint id',
    'endpoint',
    'asked',
    'promised',
    'counted',
    'short',
    ...CAUSES,
  ];
  const lines = rows.map((row) => [
    row.bookingId,
    row.booking,
    row.endpointId,
    row.endpoint,
    row.asked ?? row.promised,
    row.promised,
    row.counted,
    row.short,
    ...CAUSES.map((cause) => row.causes[cause]),
    row.takenOver,
    row.owed,
  ]);
  const all = [[...header, 'taken over', 'owed'], ...lines];
  return `\ufeff${all.map((cells) => cells.map(csvCell).join(',')).join('\r\n')}\r\n`;
}
