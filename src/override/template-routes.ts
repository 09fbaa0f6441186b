import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam, jsonBody } from '../base/api-routes.ts';
import { idSchema } from '../contract/media-type.ts';
import { templateDraftSchema, templateSchema } from './template.ts';
import type { TemplateStore } from './template-store.ts';

const tags = ['Emergencies 应急插播'];
const reason = z.string().trim().min(1).max(1_000);
const standingSchema = z.object({
  /** What staff chose. */
  chosen: z.array(idSchema),
  /** What the boxes hold: approved material among the chosen, and what approved templates need. */
  held: z.array(idSchema),
});

/** Templates and standing material over HTTP; for signed-in staff. */
export function templateRoutes(deps: { templates: TemplateStore }) {
  const { templates } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/override-templates',
        tags,
        summary: 'All templates',
        responses: answers(200, z.object({ templates: z.array(templateSchema) }), 'The templates'),
      }),
      async (c) => c.json({ templates: await templates.list() }, 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/override-templates',
        tags,
        summary: 'Submit a template for approval',
        description: 'It never changes afterwards; a change is a new template.',
        request: { body: jsonBody(templateDraftSchema) },
        responses: answers(201, templateSchema, 'Submitted'),
      }),
      async (c) => c.json(await templates.create(c.req.valid('json'), c.var.staff.id), 201),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/override-templates/{id}/approve',
        tags,
        summary: 'Approve a template',
        description: 'By another person than its author. From now on it is raised without a confirmation.',
        request: { params: idParam },
        responses: answers(200, templateSchema, 'Approved'),
      }),
      async (c) => c.json(await templates.take('approve', c.req.valid('param').id, c.var.staff), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/override-templates/{id}/reject',
        tags,
        summary: 'Reject a template, with the reason',
        request: { params: idParam, body: jsonBody(z.strictObject({ reason })) },
        responses: answers(200, templateSchema, 'Rejected'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        return c.json(await templates.take('reject', id, c.var.staff, c.req.valid('json').reason), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/override-templates/{id}/retire',
        tags,
        summary: 'Take a template out of use',
        description: 'Emergencies made of it go on.',
        request: { params: idParam },
        responses: answers(200, templateSchema, 'Retired'),
      }),
      async (c) => c.json(await templates.take('retire', c.req.valid('param').id, c.var.staff), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/standing-material',
        tags,
        summary: 'The material that every box holds ready',
        responses: answers(200, standingSchema, 'Ids of assets'),
      }),
      async (c) => c.json(await templates.standing(), 200),
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/standing-material',
        tags,
        summary: 'Replace the material that every box holds ready',
        request: {
          body: jsonBody(z.strictObject({ assetIds: z.array(idSchema).max(100) })),
        },
        responses: answers(200, standingSchema, 'Replaced; manifests follow, and boxes fetch it'),
      }),
      async (c) => c.json(await templates.replaceStanding(c.req.valid('json').assetIds, c.var.staff.id), 200),
    );
}
