import { z } from '@hono/zod-openapi';
import { NO_CONTROL_CHARACTERS, otherwise } from '../base/issue-words.ts';
import { idListSchema } from '../contract/id-list.ts';
import { endpointKindSchema, idSchema } from '../contract/media-type.ts';

/** A rule over endpoints: those that satisfy every given field. Tags: any one of them is enough. */
export const groupRuleSchema = z
  .strictObject({
    kinds: z.array(endpointKindSchema).min(1).optional(),
    areaIds: z.array(idSchema).min(1).max(1_000).optional(),
    tags: z.array(z.string().min(1).max(64)).min(1).max(100).optional(),
  })
  .refine(
    ({ kinds, areaIds, tags }) => kinds || areaIds || tags,
    otherwise({ en: 'name at least one of kinds, areaIds, tags', zh: '至少选择类型、街道、标签中的一项' }),
  );
/** See {@link groupRuleSchema}. */
export type GroupRule = z.infer<typeof groupRuleSchema>;

/** A group as staff write it. */
export const groupDraftSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .refine((text) => !/\p{Cc}/u.test(text), NO_CONTROL_CHARACTERS),
  rule: groupRuleSchema,
});
/** See {@link groupDraftSchema}. */
export type GroupDraft = z.infer<typeof groupDraftSchema>;

/** What groups are narrowed to; all that is given must hold. */
export const groupQuery = z.object({
  q: z.string().max(200).optional().openapi({ description: 'A part of the name' }),
  ids: idListSchema.optional(),
  after: z.string().max(100).optional().openapi({ description: 'Those whose name comes after this one' }),
  limit: z.coerce.number<string>().pipe(z.int().min(1).max(200)).optional(),
});
/** See {@link groupQuery}. */
export type GroupFilter = z.infer<typeof groupQuery>;

/** A saved rule over endpoints; its members follow the rule. */
export const groupSchema = z.object({
  id: idSchema,
  name: z.string(),
  rule: groupRuleSchema,
  /** How many endpoints satisfy the rule now. */
  endpoints: z.int().nonnegative(),
});
/** See {@link groupSchema}. */
export type Group = z.infer<typeof groupSchema>;
