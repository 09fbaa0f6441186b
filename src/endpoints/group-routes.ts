import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam, jsonBody } from '../base/api-routes.ts';
import { groupDraftSchema, groupQuery, groupSchema } from './group.ts';
import type { GroupStore } from './group-store.ts';

const tags = ['Groups 分组'];

/** Groups over HTTP; for signed-in staff. */
export function groupRoutes(deps: { groups: GroupStore }) {
  const { groups } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/groups',
        tags,
        summary: 'All groups',
        description: 'With `limit` a page of them; the next one is `after` the last name of this one.',
        request: { query: groupQuery },
        responses: answers(200, z.object({ groups: z.array(groupSchema) }), 'The groups, by name'),
      }),
      async (c) => c.json({ groups: await groups.list(c.req.valid('query')) }, 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/groups',
        tags,
        summary: 'Save a rule over endpoints under a name',
        request: { body: jsonBody(groupDraftSchema) },
        responses: answers(201, groupSchema, 'Created; its members follow the rule'),
      }),
      async (c) => c.json(await groups.create(c.req.valid('json'), c.var.staff.id), 201),
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/groups/{id}',
        tags,
        summary: 'Replace name and rule of a group',
        request: { params: idParam, body: jsonBody(groupDraftSchema) },
        responses: answers(200, groupSchema, 'Replaced'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        return c.json(await groups.replace(id, c.req.valid('json'), c.var.staff.id), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/api/groups/{id}',
        tags,
        summary: 'Remove a group',
        description: 'What was aimed at it stays as it was.',
        request: { params: idParam },
        responses: answers(200, z.object({ removed: z.literal(true) }), 'Removed'),
      }),
      async (c) => {
        await groups.remove(c.req.valid('param').id, c.var.staff.id);
        return c.json({ removed: true as const }, 200);
      },
    );
}
