import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, jsonBody } from '../base/api-routes.ts';
import { idListSchema } from '../contract/id-list.ts';
import { categorySchema, idSchema } from '../contract/media-type.ts';
import { manyIds, materialPageSchema, materialQuery, tagSchema } from './material.ts';
import type { MaterialStore } from './material-store.ts';

const tags = ['Material 素材'];
const titleSchema = z.object({ id: idSchema, titleZh: z.string(), titleEn: z.string() });

/** Looking through material and changing many pieces at once, over HTTP; for signed-in staff. */
export function materialRoutes({ material }: { material: MaterialStore }) {
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/material',
        tags,
        summary: 'Material a page at a time, newest first',
        description:
          'What comes in meanwhile is on no later page; what is there from the first page to the last is on one of them, once.',
        request: { query: materialQuery },
        responses: answers(200, materialPageSchema, 'The page'),
      }),
      async (c) => c.json(await material.page({ ...c.req.valid('query'), asker: c.var.staff.id }), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/material/titles',
        tags,
        summary: 'What pieces of material are called',
        request: { query: z.object({ ids: idListSchema }) },
        responses: answers(200, z.object({ titles: z.array(titleSchema) }), 'Of those that exist'),
      }),
      async (c) => c.json({ titles: await material.titles(c.req.valid('query').ids) }, 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/material/tags',
        tags,
        summary: 'All tags of material',
        responses: answers(200, z.object({ tags: z.array(z.string()) }), 'The tags, sorted'),
      }),
      async (c) => c.json({ tags: await material.tags() }, 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/material/tags',
        tags,
        summary: 'Put a tag on many pieces, or take it off',
        description:
          'Tags are for finding; they change nothing of what airs. Undone by the same with `changed` and the other `isOn`.',
        request: { body: jsonBody(z.object({ ids: manyIds, tag: tagSchema, isOn: z.boolean() })) },
        responses: answers(200, z.object({ changed: z.array(idSchema) }), 'Those that had it otherwise'),
      }),
      async (c) => {
        const { ids, tag, isOn } = c.req.valid('json');
        return c.json({ changed: await material.setTag(ids, { name: tag, isOn }, c.var.staff.id) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/material/category',
        tags,
        summary: 'Change the category of many pieces',
        description:
          'Only of what is neither in review nor approved: the category decides how many must approve.',
        request: { body: jsonBody(z.object({ ids: manyIds, category: categorySchema })) },
        responses: answers(
          200,
          z.object({ changed: z.array(z.object({ id: idSchema, category: categorySchema })) }),
          'Those that were changed, with the category before',
        ),
      }),
      async (c) => {
        const { ids, category } = c.req.valid('json');
        return c.json({ changed: await material.setCategory(ids, category, c.var.staff.id) }, 200);
      },
    );
}
