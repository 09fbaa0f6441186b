import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam, jsonBody } from '../base/api-routes.ts';
import { told } from '../base/csv-rows.ts';
import { Refusal } from '../base/refusal.ts';
import { readBody, requireTableType } from '../base/request-body.ts';
import { languageOf } from '../base/sentence.ts';
import type { Bytes } from '../base/units.ts';
import { localDateSchema } from '../campaigns/wall-time.ts';
import { plainFileName } from '../catalogue/file-name.ts';
import { sha256Schema } from '../contract/media-type.ts';
import { EVIDENCE_BYTES, evidenceSchema, evidenceTypeOf } from './evidence.ts';
import type { EvidenceFiles } from './evidence-files.ts';
import { channelSumSchema, channelSums, correctionSchema, tallyDraftSchema, tallySchema } from './tally.ts';
import { readTallyCsv } from './tally-csv.ts';
import type { TallyStore } from './tally-store.ts';

/** Most bytes of a table of tallies. */
export const TALLY_TABLE_BYTES: Bytes = 2_097_152;

const tags = ['Other channels 其他渠道'];
const id = z.coerce.number<string>().int().positive().max(2_147_483_647);
const file = z.string().openapi({ format: 'binary', description: 'The bytes of the file' });

const listQuery = z.object({
  campaignId: id.optional(),
  areaId: id.optional(),
  from: localDateSchema.optional(),
  to: localDateSchema.optional(),
  history: z.enum(['true', 'false']).default('false'),
});

/** What a campaign did beside its plays, over HTTP; for signed-in staff. */
export function tallyRoutes(deps: { tallies: TallyStore; evidence: EvidenceFiles }) {
  const { tallies, evidence } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/tallies',
        tags,
        summary: 'What campaigns did beside their plays, entry by entry and summed by channel',
        description:
          'A tally belongs to the period in which its last date lies. Counts of different channels are of ' +
          'different things: they are never added up, nor to impressions. `history=true` lists corrected ' +
          'entries too; they never count.',
        request: { query: listQuery },
        responses: answers(
          200,
          z.object({ tallies: z.array(tallySchema), sums: z.array(channelSumSchema) }),
          'The tallies',
        ),
      }),
      async (c) => {
        const { history, ...scope } = c.req.valid('query');
        const found = await tallies.list({ ...scope, history: history === 'true' });
        return c.json({ tallies: found, sums: channelSums(found) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/tallies',
        tags,
        summary: 'Enter a tally',
        request: { body: jsonBody(tallyDraftSchema) },
        responses: answers(201, tallySchema, 'Entered'),
      }),
      async (c) => c.json(await tallies.enter(c.req.valid('json'), c.var.staff.id), 201),
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/tallies/{id}',
        tags,
        summary: 'Correct a tally, with a reason; the old entry stays readable',
        description: 'The correction is a new entry with its own id. To take an entry back, correct it to 0.',
        request: { params: idParam, body: jsonBody(correctionSchema) },
        responses: answers(200, tallySchema, 'The entry that counts from now on'),
      }),
      async (c) =>
        c.json(await tallies.correct(c.req.valid('param').id, c.req.valid('json'), c.var.staff.id), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/tallies/import',
        tags,
        summary: 'Enter the tallies of a CSV file',
        description:
          'UTF-8 (BOM or not), UTF-16 or GBK, at most 2 MiB and 2,500 rows. Columns: channel 渠道, count 数量, from 开始日期, ' +
          'to 结束日期, area 街道, source 来源, note 备注. Rows that do not fit are told with their line; the others ' +
          'are in. Rows are recognised by their content, so the same file again changes nothing.',
        request: {
          query: z.object({ campaignId: id }),
          body: {
            required: true,
            content: { 'text/csv': { schema: file }, 'application/octet-stream': { schema: file } },
          },
        },
        responses: answers(
          200,
          z.object({
            created: z.int(),
            unchanged: z.int(),
            failed: z.array(z.object({ line: z.int(), message: z.string() })),
          }),
          'What became of the rows',
        ),
      }),
      async (c) => {
        requireTableType(c.req.header('content-type'));
        const { campaignId } = c.req.valid('query');
        const bytes = await readBody(c.req.raw, TALLY_TABLE_BYTES, {
          en: 'A table of tallies has at most 2 MiB.',
          zh: '统计表最大 2 MiB，请拆分后分别上传。',
        });
        const { rows, faults } = readTallyCsv(bytes, campaignId, await tallies.areas());
        const done = await tallies.importRows(campaignId, rows, c.var.staff.id);
        return c.json({ ...done, failed: told(faults, languageOf(c.req.header('accept-language'))) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/evidence',
        tags,
        summary: 'Hand in a file that bears out a tally',
        description:
          'The body is the file itself: PDF, PNG, JPEG, XLSX, CSV or plain text by its content, at most 20 MiB. ' +
          'The same content again answers with the file that is there.',
        request: {
          query: z.object({ fileName: z.string().max(1_000).default('evidence') }),
          body: { required: true, content: { 'application/octet-stream': { schema: file } } },
        },
        responses: answers(201, evidenceSchema, 'Kept; name its sha256 in a tally'),
      }),
      async (c) => {
        if (/^multipart\//i.test(c.req.header('content-type') ?? '')) {
          throw new Refusal('request.unsupportedType', {
            en: 'Send the file itself as the body, not a form.',
            zh: '请直接上传文件本身，不要用表单。',
          });
        }
        const bytes = await readBody(c.req.raw, EVIDENCE_BYTES, {
          en: 'A file of evidence has at most 20 MiB.',
          zh: '佐证文件最大 20 MiB，请压缩后上传。',
        });
        const fileName = plainFileName(c.req.valid('query').fileName, 'evidence');
        const type = evidenceTypeOf(bytes, fileName);
        const { sha256 } = await evidence.keep(bytes);
        const facts = { sha256, fileName, type, bytes: bytes.byteLength };
        return c.json(await tallies.addEvidence(facts, c.var.staff.id), 201);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/evidence/{sha256}',
        tags,
        summary: 'A file of evidence, to save',
        request: { params: z.object({ sha256: sha256Schema }) },
        responses: {
          200: { description: 'The file', content: { 'application/octet-stream': { schema: file } } },
          '4XX': answers(200, z.string(), '')['4XX'],
        },
      }),
      async (c) => {
        const { sha256, fileName, type } = await tallies.evidence(c.req.valid('param').sha256);
        return c.body(await evidence.read(sha256), 200, {
          'content-type': type,
          'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(fileName).replaceAll("'", '%27')}`,
          'x-content-type-options': 'nosniff',
          'content-security-policy': "sandbox; default-src 'none'",
          'cache-control': 'private, no-cache',
        });
      },
    );
}
