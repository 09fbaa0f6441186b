import { z } from '@hono/zod-openapi';
import type { Role } from '../base/api-routes.ts';
import { NO_CONTROL_CHARACTERS } from '../base/issue-words.ts';
import { Refusal } from '../base/refusal.ts';
import { ROLE_NAMES } from '../base/role-names.ts';
import { STATE_NAMES } from '../catalogue/state-names.ts';
import { idSchema } from '../contract/media-type.ts';
import { severitySchema } from '../contract/override.ts';
import { contentSchema, LONGEST_MINUTES } from './override.ts';

/*
 *   submitted ──approve──▶ approved ──retire──▶ retired
 *       └──────reject────▶ rejected
 *   A template never changes: a change is a new template, which a second person approves again.
 */

/** What a second person can decide about a template. */
export type TemplateStep = 'approve' | 'reject' | 'retire';

/** A template as staff write it. */
export const templateDraftSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .refine((text) => !/\p{Cc}/u.test(text), NO_CONTROL_CHARACTERS),
  content: contentSchema,
  severity: severitySchema,
  mostMinutes: z
    .int()
    .min(1)
    .max(LONGEST_MINUTES)
    .default(60)
    .openapi({ description: 'The longest that an emergency made of it may last' }),
});
/** See {@link templateDraftSchema}. */
export type TemplateDraft = z.infer<typeof templateDraftSchema>;

const instant = z.iso.datetime();

/** A template as the system tells of it. */
export const templateSchema = templateDraftSchema.extend({
  id: idSchema,
  mostMinutes: z.int(),
  state: z.enum(['submitted', 'approved', 'rejected', 'retired']),
  createdBy: z.string(),
  createdAt: instant,
  decidedBy: z.string().nullable(),
  decidedAt: instant.nullable(),
  decisionReason: z.string().nullable(),
});
/** See {@link templateSchema}. */
export type Template = z.infer<typeof templateSchema>;

/** Who may take a step, from where it leads, and where to. */
export const TEMPLATE_RULES: Readonly<
  Record<
    TemplateStep,
    { readonly from: Template['state']; readonly to: Template['state']; readonly roles: readonly Role[] }
  >
> = {
  approve: { from: 'submitted', to: 'approved', roles: ['reviewer', 'operator', 'administrator'] },
  reject: { from: 'submitted', to: 'rejected', roles: ['reviewer', 'operator', 'administrator'] },
  retire: { from: 'approved', to: 'retired', roles: ['reviewer', 'operator', 'administrator'] },
};

const STEP_NAMES: Readonly<Record<TemplateStep, string>> = {
  approve: '通过',
  reject: '退回',
  retire: '停用',
};

/**
 * The state of a template after a step.
 * @throws Refusal role.insufficient, review.notAllowed, review.ownWork when its author decides on it
 */
export function afterTemplateStep(
  step: TemplateStep,
  template: Pick<Template, 'id' | 'state' | 'createdBy'>,
  by: { readonly id: string; readonly role: Role },
): Template['state'] {
  const rule = TEMPLATE_RULES[step];
  if (!rule.roles.includes(by.role))
    throw new Refusal('role.insufficient', {
      en: `The role ${by.role} may not ${step} templates.`,
      zh: `您的角色（${ROLE_NAMES[by.role].zh}）不能${STEP_NAMES[step]}应急模板。`,
    });
  if (template.state !== rule.from)
    throw new Refusal('review.notAllowed', {
      en: `Template ${template.id} is ${template.state}, not ${rule.from}.`,
      zh: `应急模板 ${template.id} 的状态是“${STATE_NAMES[template.state].zh}”，只有“${STATE_NAMES[rule.from].zh}”的才能${STEP_NAMES[step]}。`,
    });
  if (step !== 'retire' && template.createdBy === by.id)
    throw new Refusal('review.ownWork', {
      en: 'You wrote this template yourself; another person must decide on it.',
      zh: '这是您本人编写的模板，须由另一人审核。',
    });
  return rule.to;
}
