import { z } from '@hono/zod-openapi';
import { customIssue, otherwise } from '../base/issue-words.ts';
import type { Sentence } from '../base/sentence.ts';
import { idSchema } from '../contract/media-type.ts';
import { timeZoneSchema } from '../endpoints/endpoint.ts';

/** How a message goes out. */
export const channelSchema = z.enum(['email', 'webhook', 'wecom', 'dingtalk', 'feishu']);
/** See {@link channelSchema}. */
export type Channel = z.infer<typeof channelSchema>;

/** What is sent: the plays of yesterday, of the last seven days, which endpoints are up, or that some fell silent. */
export const whatSchema = z.enum(['daily', 'weekly', 'rollCall', 'silence']);

const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;
const MAIL = /^[^\s@<>",;]+@[^\s@<>",;]+\.[^\s@<>",;]+$/;

/** A plan as staff write it. */
export const planDraftSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    what: whatSchema,
    channel: channelSchema,
    address: z.string().trim().min(1).max(2_000).openapi({
      description:
        'E-mail: addresses joined by commas. Else the https address of the webhook; it is a secret and never shown again.',
    }),
    secret: z
      .string()
      .min(8)
      .max(500)
      .nullable()
      .default(null)
      .openapi({ description: 'Signs what is sent by webhook, DingTalk and Feishu; never shown again' }),
    lang: z.enum(['zh', 'en']).default('zh'),
    campaignId: idSchema.nullable().default(null).openapi({ description: 'Null: all campaigns' }),
    areaId: idSchema
      .nullable()
      .default(null)
      .openapi({ description: 'Of silences: the area that is watched; null: all' }),
    afterMinutes: z.int().min(0).max(1_440).default(0).openapi({
      description:
        'Of silences: how long one must last before it is told here. Others hear of it earlier or later',
    }),
    timeZone: timeZoneSchema.default('Asia/Shanghai'),
    at: z
      .string()
      .refine(
        (text) => TIME_OF_DAY.test(text),
        otherwise({ en: 'must be a time such as 08:30', zh: '必须是时刻，例如 08:30' }),
      )
      .default('08:00')
      .openapi({
        pattern: TIME_OF_DAY.source,
        description: 'Local time of daily and weekly ones; a roll call goes out at 0, 6, 12 and 18',
      }),
    weekday: z.int().min(1).max(7).default(1).openapi({ description: 'Of weekly ones; 1 Monday' }),
  })
  .superRefine(({ channel, address, secret }, context) => {
    const fault = channel === 'email' ? mailFault(address) : urlFault(address);
    if (fault) context.addIssue(customIssue(fault, ['address']));
    if (secret !== null && (channel === 'email' || channel === 'wecom'))
      context.addIssue(
        customIssue({ en: 'has no meaning for this channel', zh: '此渠道不使用密钥，请留空' }, ['secret']),
      );
  });
/** See {@link planDraftSchema}. */
export type PlanDraft = z.infer<typeof planDraftSchema>;

function mailFault(address: string): Sentence | null {
  const all = address.split(',').map((one) => one.trim());
  if (all.length > 50) return { en: 'at most 50 addresses', zh: '最多 50 个地址' };
  if (all.every((one) => MAIL.test(one))) return null;
  return { en: 'must be mail addresses joined by commas', zh: '必须是电子邮箱地址，多个地址用英文逗号分隔' };
}

function urlFault(address: string): Sentence | null {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol))
    return { en: 'must be an https address', zh: '必须是 https 网址' };
  if (!url.username && !url.password) return null;
  return { en: 'must not hold a password; use `secret`', zh: '网址中不能含密码，请填入密钥（secret）' };
}

/** To whom a plan speaks, without what is secret: mail addresses, or the host of the webhook. */
export function shownAddress({ channel, address }: Pick<PlanDraft, 'channel' | 'address'>): string {
  return channel === 'email' ? address : (URL.parse(address)?.host ?? '');
}

/** A plan as the system tells of it. */
export const planSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    what: whatSchema,
    channel: channelSchema,
    to: z.string().openapi({ description: 'Mail addresses, or the host of the webhook' }),
    signed: z.boolean(),
    lang: z.enum(['zh', 'en']),
    campaignId: idSchema.nullable(),
    areaId: idSchema.nullable(),
    afterMinutes: z.int(),
    timeZone: z.string(),
    at: z.string(),
    weekday: z.int(),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
  })
  .openapi('DispatchPlan');
/** See {@link planSchema}. */
export type ShownPlan = z.infer<typeof planSchema>;

/** A message that is sent or was, with its attempts. */
export const deliverySchema = z
  .object({
    id: idSchema,
    planId: idSchema,
    plan: z.string(),
    what: whatSchema,
    channel: channelSchema,
    to: z.string(),
    title: z.string(),
    dueAt: z.iso.datetime(),
    state: z.enum(['waiting', 'sent', 'givenUp']),
    sentAt: z.iso.datetime().nullable(),
    nextAt: z.iso.datetime().nullable(),
    attempts: z.array(
      z.object({ number: z.int(), at: z.iso.datetime(), outcome: z.string(), detail: z.string() }),
    ),
  })
  .openapi('Delivery');
/** See {@link deliverySchema}. */
export type ShownDelivery = z.infer<typeof deliverySchema>;
