import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes } from '../base/api-routes.ts';
import type { AuditEntry } from '../base/audit.ts';
import type { EpochMs } from '../base/units.ts';
import type { AuditFilter, AuditVerdict } from './audit-store.ts';

/** The newest audit entries, newest first, and the check of the whole chain. */
export interface AuditRouteParts {
  list(filter: AuditFilter): Promise<readonly StoredAudit[]>;
  verify(): Promise<AuditVerdict>;
}

/** An audit entry as the database gives it. */
interface StoredAudit extends Omit<AuditEntry, 'at'> {
  readonly id: number;
  readonly at: Date | EpochMs;
  readonly hash: string;
}

const listAudit = createRoute({
  method: 'get',
  path: '/api/audit',
  tags: ['Staff 人员'],
  summary: 'The audit log, newest first',
  request: {
    query: z.object({
      limit: z.coerce.number<string>().int().min(1).max(1_000).default(100),
      before: z.coerce.number<string>().int().positive().optional(),
      q: z.string().trim().max(200).optional().openapi({
        description: 'Part of the account, the act, the subject or the detail',
      }),
    }),
  },
  responses: answers(
    200,
    z.object({
      entries: z.array(
        z.object({
          id: z.int(),
          at: z.iso.datetime(),
          actor: z.string(),
          action: z.string(),
          subject: z.string(),
          detail: z.record(z.string(), z.unknown()),
          hash: z.string(),
        }),
      ),
    }),
    'Entries; ask for more with `before` set to the last id',
  ),
});
const verifyAudit = createRoute({
  method: 'get',
  path: '/api/audit/verdict',
  tags: ['Staff 人员'],
  summary: 'Recompute the hash chain of the whole audit log',
  responses: answers(
    200,
    z.discriminatedUnion('intact', [
      z.object({ intact: z.literal(true), entries: z.int(), head: z.string() }),
      z.object({ intact: z.literal(false), entries: z.int(), brokenAtId: z.int() }),
    ]),
    'Whether every entry still fits the one before it; note `head` elsewhere to see a cut-off end later',
  ),
});

/** The audit log. */
export function auditRoutes(audit: AuditRouteParts) {
  return apiRoutes()
    .openapi(listAudit, async (c) => {
      const { limit, before, q } = c.req.valid('query');
      const rows = await audit.list({ limit, beforeId: before, q });
      const entries = rows.map(({ id, at, actor, action, subject, detail, hash }) => ({
        ...{ id, actor, action, subject, detail, hash },
        at: new Date(at).toISOString(),
      }));
      return c.json({ entries }, 200);
    })
    .openapi(verifyAudit, async (c) => c.json(await audit.verify(), 200));
}
