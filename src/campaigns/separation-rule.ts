import { z } from '@hono/zod-openapi';
import { otherwise } from '../base/issue-words.ts';
import { categorySchema, idSchema } from '../contract/media-type.ts';

const gap = {
  gapSeconds: z
    .int()
    .min(1)
    .max(3_600)
    .openapi({ description: 'From the end of one play to the start of the next' }),
  hard: z
    .boolean()
    .default(false)
    .openapi({ description: 'A hard rule costs plays where it must; a soft one is reported when broken' }),
};

/** Keeps the plays of one category, or of one campaign, apart. */
export const separationRuleSchema = z
  .discriminatedUnion('by', [
    z.object({ by: z.literal('category'), value: categorySchema, ...gap }),
    z.object({ by: z.literal('campaign'), value: idSchema, ...gap }),
  ])
  .openapi('SeparationRule');
/** See {@link separationRuleSchema}. */
export type StoredSeparationRule = z.infer<typeof separationRuleSchema>;

/** All rules together: at most one for each category and campaign. */
export const separationRulesSchema = z.object({
  rules: z
    .array(separationRuleSchema)
    .max(200)
    .refine(
      (rules) => new Set(rules.map(({ by, value }) => `${by} ${value}`)).size === rules.length,
      otherwise({ en: 'a category or campaign has two rules', zh: '同一类别或宣传活动有两条规则' }),
    ),
});
