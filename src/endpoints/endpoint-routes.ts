import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam, jsonBody } from '../base/api-routes.ts';
import { told } from '../base/csv-rows.ts';
import { readBody, requireTableType } from '../base/request-body.ts';
import { languageOf } from '../base/sentence.ts';
import type { Bytes } from '../base/units.ts';
import { idSchema } from '../contract/media-type.ts';
import { areaSchema, endpointDraftSchema, endpointSchema, importReportSchema } from './endpoint.ts';
import type { EndpointStore } from './endpoint-store.ts';
import { enrolmentCsv, enrolmentPage } from './enrolment-sheet.ts';
import { endpointQuery, placesSchema } from './fleet.ts';
import { readFleetCsv } from './fleet-csv.ts';
import type { PlayerFlow } from './player-flow.ts';

/** Most bytes of a fleet file. */
export const FLEET_BYTES: Bytes = 10_485_760;

const endpointTag = ['Endpoints 终端'];
const pairingTag = ['Pairing 配对'];
const enrolmentSchema = z.object({
  endpointId: idSchema,
  /** Single use; told in this answer alone. */
  token: z.string(),
  expiresAt: z.iso.datetime(),
});
const csv = z.string().openapi({ format: 'binary', description: 'The bytes of the file' });

/** Endpoints, areas, and pairing from the staff's side; for signed-in staff. */
export function endpointRoutes(deps: {
  endpoints: EndpointStore;
  players: PlayerFlow;
  /** Where players reach the server, for the addresses on enrolment sheets. */
  publicUrl: string;
}) {
  const { endpoints, players, publicUrl } = deps;

  async function enrolments(endpointIds: readonly number[], actor: string) {
    const made = await players.offerEnrolments(endpointIds, actor);
    return made.map((one) => ({ ...one, expiresAt: new Date(one.expiresAt).toISOString() }));
  }

  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/endpoints',
        tags: endpointTag,
        summary: 'Endpoints: all, those that fit, or a page of them',
        request: { query: endpointQuery },
        responses: answers(200, z.object({ endpoints: z.array(endpointSchema) }), 'The endpoints, by code'),
      }),
      async (c) => {
        const fitting = endpoints.list(c.var.within, c.req.valid('query'));
        return c.json({ endpoints: await fitting }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/places',
        tags: endpointTag,
        summary: 'The whole fleet in brief, for lists and plans',
        responses: answers(200, placesSchema, 'The endpoints, by code'),
      }),
      async (c) => c.json(await endpoints.places(c.var.within), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/endpoints',
        tags: endpointTag,
        summary: 'Add an endpoint',
        request: { body: jsonBody(endpointDraftSchema) },
        responses: answers(201, endpointSchema, 'Added'),
      }),
      async (c) => c.json(await endpoints.create(c.req.valid('json'), c.var.staff.id), 201),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/endpoints/import',
        tags: endpointTag,
        summary: 'Add and change endpoints by a CSV file',
        description:
          'UTF-8 (BOM or not), UTF-16 or GBK, at most 10 MiB, with a header line. Columns: `id`, `name`, `kind`, `area`, `time_zone`, ' +
          '`opening_hours`, and as wished `owner`, `longitude`, `latitude`, `width_px`, `height_px`, `quiet_hours`, ' +
          '`place_class`, `audience_per_hour`, `dwell_seconds`, `tags` (joined by commas) and `note`, each as in ' +
          '`POST /api/endpoints`, where `id` is called `code`. ' +
          'Endpoints are recognised by `id`. Rows that do not fit are told with their line and change nothing; ' +
          'the others are in. The same file again changes nothing.',
        request: {
          body: {
            required: true,
            content: { 'text/csv': { schema: csv }, 'application/octet-stream': { schema: csv } },
          },
        },
        responses: answers(200, importReportSchema, 'What became of the rows'),
      }),
      async (c) => {
        requireTableType(c.req.header('content-type'));
        const bytes = await readBody(c.req.raw, FLEET_BYTES, {
          en: 'A fleet file has at most 10 MiB.',
          zh: '终端清单文件最大 10 MiB，请拆分后分别上传。',
        });
        const { failed, ...counts } = await endpoints.importFleet(readFleetCsv(bytes), c.var.staff.id);
        const language = languageOf(c.req.header('accept-language'));
        return c.json({ ...counts, failed: told(failed, language) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/endpoints/{id}',
        tags: endpointTag,
        summary: 'One endpoint',
        request: { params: idParam },
        responses: answers(200, endpointSchema, 'The endpoint'),
      }),
      async (c) => c.json(await endpoints.get(c.req.valid('param').id), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/areas',
        tags: endpointTag,
        summary: 'All areas',
        responses: answers(200, z.object({ areas: z.array(areaSchema) }), 'The areas, by name'),
      }),
      async (c) => c.json({ areas: await endpoints.areas(c.var.within) }, 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/pairings/claim',
        tags: pairingTag,
        summary: 'Give a waiting box its endpoint, by the code that it shows',
        description: 'When the box fetches its token, any other player of the endpoint is revoked.',
        request: {
          body: jsonBody(z.object({ code: z.string().min(1).max(32), endpointId: idSchema })),
        },
        responses: answers(200, endpointSchema, 'Claimed; the box learns of it within seconds'),
      }),
      async (c) => {
        const { code, endpointId } = c.req.valid('json');
        await endpoints.hold(c.var.within, [endpointId]);
        await players.claimPairing(code, endpointId, c.var.staff.id);
        return c.json(await endpoints.get(endpointId), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/endpoints/{id}/enrolments',
        tags: pairingTag,
        summary: 'Make a single-use enrolment token for one endpoint',
        request: { params: idParam },
        responses: answers(201, enrolmentSchema, 'Made; valid for 7 days'),
      }),
      async (c) => {
        const [made] = await enrolments([c.req.valid('param').id], c.var.staff.id);
        if (!made) throw new Error('no enrolment was made');
        c.header('Cache-Control', 'no-store');
        return c.json(made, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/enrolments',
        tags: pairingTag,
        summary: 'Make single-use enrolment tokens for many endpoints',
        request: {
          body: jsonBody(z.object({ endpointIds: z.array(idSchema).min(1).max(10_000) })),
        },
        responses: answers(201, z.object({ enrolments: z.array(enrolmentSchema) }), 'Made; valid for 7 days'),
      }),
      async (c) => {
        const { endpointIds } = c.req.valid('json');
        await endpoints.hold(c.var.within, endpointIds);
        c.header('Cache-Control', 'no-store');
        return c.json({ enrolments: await enrolments(endpointIds, c.var.staff.id) }, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/enrolments/sheet',
        tags: pairingTag,
        summary: 'Make a sheet of single-use enrolment tokens for a whole fleet',
        description:
          'As `csv` for a script that prepares the boxes (columns `token`, `code`, `name`, `area`, `kind`, `address`, ' +
          '`valid_until`), or as a `page` to print, a card with a QR code for each box. The tokens are told here ' +
          'alone. Asked twice, both sheets are valid.',
        request: {
          body: jsonBody(
            z.object({
              endpointIds: z.array(idSchema).min(1).max(10_000),
              format: z.enum(['csv', 'page']),
            }),
          ),
        },
        responses: {
          ...answers(201, z.string(), 'unused'),
          201: {
            description: 'Made; valid for 7 days',
            content: { 'text/csv': { schema: z.string() }, 'text/html': { schema: z.string() } },
          },
        },
      }),
      async (c) => {
        const { endpointIds, format } = c.req.valid('json');
        await endpoints.hold(c.var.within, endpointIds);
        const named = await endpoints.list(c.var.within, { ids: endpointIds });
        const byId = new Map(named.map((endpoint) => [endpoint.id, endpoint]));
        const offers = await players.offerEnrolments([...new Set(endpointIds)], c.var.staff.id);
        const rows = offers.flatMap((offer) => {
          const endpoint = byId.get(offer.endpointId);
          return endpoint ? [{ endpoint, offer }] : [];
        });
        const isCsv = format === 'csv';
        c.header('Cache-Control', 'no-store');
        c.header('Content-Disposition', `attachment; filename="enrolments.${isCsv ? 'csv' : 'html'}"`);
        return isCsv
          ? c.body(enrolmentCsv(rows, publicUrl), 201, { 'Content-Type': 'text/csv; charset=utf-8' })
          : c.body(enrolmentPage(rows, publicUrl, languageOf(c.req.header('accept-language'))), 201, {
              'Content-Type': 'text/html; charset=utf-8',
            });
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/api/players/{id}',
        tags: pairingTag,
        summary: 'Revoke a player; its endpoint is free to be paired again',
        request: { params: idParam },
        responses: answers(200, z.object({ playerId: idSchema }), 'Revoked'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        await endpoints.holdPlayer(c.var.within, id);
        await players.revoke(id, c.var.staff.id);
        return c.json({ playerId: id }, 200);
      },
    );
}
