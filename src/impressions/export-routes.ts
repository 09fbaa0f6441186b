import { setImmediate as nextTurn } from 'node:timers/promises';
import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import { DAY_MS } from '../base/units.ts';
import type { ExportStore } from './export-store.ts';
import { savedAs } from './report-answers.ts';
import { LONGEST_REPORT_DAYS } from './report-flow.ts';

const id = z.coerce.number<string>().int().positive().max(2_147_483_647).optional();
/** Each keeps the database busy for as long as it runs. */
const MOST_AT_ONCE = 2;

/** Exports of plays as CSV, however many; for signed-in staff. */
export function exportRoutes(deps: { exports: ExportStore }) {
  const { exports } = deps;
  let running = 0;

  /** One more runs until the stream has ended or was broken off. */
  function streamOf(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    running += 1;
    let hasEnded = false;
    const end = () => {
      if (!hasEnded) running -= 1;
      hasEnded = true;
    };
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        try {
          // A block of many pieces comes at once, and a fast reader would take it all at one stretch: players go first.
          await nextTurn();
          const { done, value } = await pieces.next();
          if (!done) return controller.enqueue(encoder.encode(value));
          end();
          controller.close();
        } catch (error) {
          end();
          throw error;
        }
      },
      async cancel() {
        end();
        await pieces.return(undefined);
      },
    });
  }

  return apiRoutes().openapi(
    createRoute({
      method: 'get',
      path: '/api/reports/export',
      tags: ['Reports 报表'],
      summary: 'All plays, or all hours of all endpoints, as CSV',
      description:
        'Sent while it is read, so that it may be of any length. `of=plays`: one line a play. `of=hours`: one line for ' +
        'each hour, endpoint and booking, with the audience that went in. In both `qty_multiplier` and `qty_sourcetype` ' +
        'are `imp.qty` of OpenRTB 2.6 for one play: its impressions by the formula of reports, source type 2 (publisher); ' +
        'empty where there is nothing to see. Plays of archived months are in files; their hours are here.',
      request: {
        query: z.object({
          of: z.enum(['plays', 'hours']).default('plays'),
          from: z.iso.date(),
          to: z.iso.date(),
          campaignId: id,
          endpointId: id,
          areaId: id,
          owner: z.string().max(200).optional(),
        }),
      },
      responses: {
        ...answers(200, z.string(), 'The lines'),
        200: { description: 'The lines', content: { 'text/csv': { schema: z.string() } } },
      },
    }),
    async (c) => {
      const query = c.req.valid('query');
      const days = (Date.parse(query.to) - Date.parse(query.from)) / DAY_MS + 1;
      if (!(days >= 1 && days <= LONGEST_REPORT_DAYS)) {
        throw new Refusal('request.invalid', {
          en: `The period must have 1 to ${LONGEST_REPORT_DAYS} days.`,
          zh: `时段须为 1 至 ${LONGEST_REPORT_DAYS} 天。`,
        });
      }
      if (running >= MOST_AT_ONCE) {
        throw new Refusal('request.tooMany', {
          en: `${MOST_AT_ONCE} exports are running already; try again when one has ended.`,
          zh: `已有 ${MOST_AT_ONCE} 项导出正在进行，请待其中一项结束后再试。`,
        });
      }
      const name = `${query.of}-${query.from}-${query.to}.csv`;
      const headers = savedAs(name, 'text/csv; charset=utf-8');
      // Whoever asks for the head alone would never read a stream to its end.
      if (c.req.method === 'HEAD') return c.body(null, 200, headers);
      return c.body(streamOf(exports.pieces({ ...query, within: c.var.within })), 200, headers);
    },
  );
}
