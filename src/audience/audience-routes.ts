import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam, jsonBody } from '../base/api-routes.ts';
import { told } from '../base/csv-rows.ts';
import { readBody, requireTableType } from '../base/request-body.ts';
import { languageOf } from '../base/sentence.ts';
import type { Bytes } from '../base/units.ts';
import { idSchema } from '../contract/media-type.ts';
import {
  type AudienceDraft,
  audienceFactsSchema,
  audienceSchema,
  audienceVersionSchema,
  noticeSchema,
} from './audience.ts';
import { MOST_AUDIENCE_ROWS, readAudienceCsv } from './audience-csv.ts';
import type { AudienceStore } from './audience-store.ts';
import { PLACE_CLASSES } from './place-class.ts';
import { assumedAudience, presentAudience } from './present-audience.ts';

const tags = ['Audience 受众模型'];
/** Most bytes of a file of audiences. */
export const AUDIENCE_TABLE_BYTES: Bytes = 8 * 1_048_576;
const file = z.string().openapi({ format: 'binary', description: 'The bytes of the file' });
const source = z.string().trim().min(1).max(500);

const changeSchema = z.object({
  version: z.int().openapi({ description: 'That holds now' }),
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
});
const placeClassSchema = z
  .object({
    key: z.string(),
    en: z.string(),
    zh: z.string(),
    openOohId: z.int().nullable(),
    notice: noticeSchema,
    visitsPerWeek: z.number(),
    workday: z.array(z.number()),
    weekend: z.array(z.number()),
    source: z.string(),
  })
  .openapi('PlaceClass');

/** Who can see or hear endpoints, by hour of the week; for signed-in staff. */
export function audienceRoutes(deps: { audience: AudienceStore }) {
  const { audience } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/audience',
        tags,
        summary: 'Which audience model holds, and on what it rests',
        responses: answers(
          200,
          audienceFactsSchema.extend({ versions: z.array(audienceVersionSchema) }),
          'The model and how it came about, the newest version first',
        ),
      }),
      async (c) => c.json({ ...(await audience.facts()), versions: await audience.versions() }, 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/audience/place-classes',
        tags,
        summary: 'What is assumed of classes of places',
        description:
          'Defaults by judgement of this product, not by a survey: import counts where you have them. `workday` and ' +
          '`weekend` are weights of the 24 hours, of which only the proportions count.',
        responses: answers(200, z.object({ placeClasses: z.array(placeClassSchema) }), 'The classes'),
      }),
      (c) =>
        c.json(
          {
            placeClasses: [...PLACE_CLASSES].map(([key, one]) => ({
              key,
              ...one,
              notice: { ...one.notice },
              workday: [...one.workday],
              weekend: [...one.weekend],
            })),
          },
          200,
        ),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/endpoints/{id}/audience',
        tags,
        summary: 'The audience of one endpoint by hour of the week',
        request: { params: idParam },
        responses: answers(200, audienceSchema, 'The audience that holds now'),
      }),
      async (c) => {
        const [place] = await audience.places([c.req.valid('param').id]);
        if (!place) throw new Error('the store found no endpoint and did not say so');
        return c.json(presentAudience(place), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/audience/import',
        tags,
        summary: 'Take counted audiences from a CSV file',
        description:
          'UTF-8 (BOM or not), UTF-16 or GBK, at most 8 MiB. Columns: id 终端编号, weekday 星期 (1 Monday to 7, 周一 to ' +
          '周日, `1-5` or `*`), hour 小时 (0 to 23, `7-9` or `*`), people_per_hour 人流; and as wished dwell_seconds, ' +
          'notice_low, notice_best, notice_high (0 to 1), visits_per_week, source. Hours of which no line speaks have ' +
          'nobody. An endpoint with a line that does not fit is left as it was and every such line is told; the other ' +
          `endpoints are in. At most ${MOST_AUDIENCE_ROWS} lines. The same file again changes nothing.`,
        request: {
          query: z.object({ source: source.default('import') }),
          body: {
            required: true,
            content: { 'text/csv': { schema: file }, 'application/octet-stream': { schema: file } },
          },
        },
        responses: answers(
          200,
          changeSchema.extend({
            failed: z.array(z.object({ line: z.int(), id: z.string(), message: z.string() })),
          }),
          'What became of the lines; counts are of endpoints',
        ),
      }),
      async (c) => {
        requireTableType(c.req.header('content-type'));
        const said = c.req.valid('query').source;
        const bytes = await readBody(c.req.raw, AUDIENCE_TABLE_BYTES, {
          en: 'A file of audiences has at most 8 MiB.',
          zh: '受众表最大 8 MiB，请拆分后分别上传。',
        });
        const { drafts, faults } = readAudienceCsv(bytes, await audience.places());
        const named = drafts.map((draft) => ({ ...draft, source: draft.source || said }));
        const by = { what: 'import', source: said, actor: c.var.staff.id } as const;
        const failed = told(faults, languageOf(c.req.header('accept-language')));
        return c.json({ ...(await audience.take(named, by)), failed }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/audience/assume',
        tags,
        summary: 'Give endpoints the hours of the week of their class of place',
        description:
          'The average of the endpoint stays; the class spreads it over the open hours. Counted audiences are left as ' +
          'they are. These are assumptions, and reports say so.',
        request: {
          body: jsonBody(z.object({ endpointIds: z.array(idSchema).min(1).max(10_000).optional() })),
        },
        responses: answers(
          200,
          changeSchema.extend({
            withoutDefaults: z
              .array(z.string())
              .openapi({ description: 'Codes of endpoints whose place class has no defaults' }),
            counted: z.int().openapi({ description: 'Endpoints left alone because they were counted' }),
          }),
          'What became of the endpoints',
        ),
      }),
      async (c) => {
        const places = await audience.places(c.req.valid('json').endpointIds);
        const drafts: AudienceDraft[] = [];
        const withoutDefaults: string[] = [];
        for (const place of places) {
          const draft = assumedAudience(place);
          if (draft) drafts.push(draft);
          else if (!PLACE_CLASSES.has(place.placeClass)) withoutDefaults.push(place.code);
        }
        const by = { what: 'placeClass', source: 'class of place', actor: c.var.staff.id } as const;
        const change = await audience.take(drafts, by);
        const counted = places.length - drafts.length - withoutDefaults.length;
        return c.json({ ...change, withoutDefaults, counted }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/audience/population',
        tags,
        summary: 'Say how many people the district has',
        description: 'The estimate of reach needs it to know how many people meet more than one endpoint.',
        request: {
          body: jsonBody(z.object({ people: z.int().min(1).max(2_000_000_000).nullable(), source })),
        },
        responses: answers(200, audienceFactsSchema, 'The model that holds now'),
      }),
      async (c) => {
        const { people, source: said } = c.req.valid('json');
        return c.json(await audience.setPopulation(people, said, c.var.staff.id), 200);
      },
    );
}
