import { z } from '@hono/zod-openapi';
import { otherwise } from '../base/issue-words.ts';
import { localDateSchema } from '../campaigns/wall-time.ts';
import { idSchema, sha256Schema } from '../contract/media-type.ts';

/** The channels beside the endpoints: a closed list, so that their sums mean the same in every report. */
export const channelSchema = z.enum(['sms', 'wechatGroup', 'poster', 'householdVisit', 'inspection']);
/** See {@link channelSchema}. */
export type Channel = z.infer<typeof channelSchema>;

/** What one channel is called, and what one of its count is. */
export interface ChannelWords {
  readonly zh: string;
  readonly en: string;
  readonly unitZh: string;
  readonly unitEn: string;
}

/** The words of every channel, in the order in which reports list them. */
export const CHANNELS: Readonly<Record<Channel, ChannelWords>> = {
  sms: { zh: '短信', en: 'Text messages', unitZh: '条', unitEn: 'messages sent' },
  wechatGroup: { zh: '微信群', en: 'WeChat groups', unitZh: '次群发', unitEn: 'posts to groups' },
  poster: { zh: '海报', en: 'Posters', unitZh: '张', unitEn: 'posters put up' },
  householdVisit: { zh: '入户宣传', en: 'Household visits', unitZh: '户', unitEn: 'households' },
  inspection: { zh: '检查', en: 'Inspections', unitZh: '次', unitEn: 'inspections' },
};

const COUNT_MOST = 1_000_000_000;

const fields = {
  channel: channelSchema,
  count: z.int().min(0).max(COUNT_MOST).openapi({ description: 'In the unit of the channel' }),
  fromDate: localDateSchema,
  toDate: localDateSchema.openapi({ description: 'Included; the tally counts in the period of this date' }),
  areaId: idSchema.nullable().default(null),
  source: z.string().trim().min(1).max(200).openapi({ description: 'Who says so' }),
  note: z.string().trim().max(2_000).default(''),
  evidenceSha256: sha256Schema
    .nullable()
    .default(null)
    .openapi({ description: 'A file handed in by `POST /api/evidence`' }),
};
const inOrder = {
  check: (tally: { readonly fromDate: string; readonly toDate: string }) => tally.fromDate <= tally.toDate,
  fault: otherwise({ en: 'the tally ends before it starts', zh: '结束日期早于开始日期' }, ['toDate']),
};

/** A tally as staff enter it. */
export const tallyDraftSchema = z
  .object({ campaignId: idSchema, ...fields })
  .refine(inOrder.check, inOrder.fault);
/** See {@link tallyDraftSchema}. */
export type TallyDraft = z.infer<typeof tallyDraftSchema>;

/** What stands in the place of a tally that was wrong; the campaign stays. */
export const correctionSchema = z
  .object({ ...fields, reason: z.string().trim().min(1).max(500) })
  .refine(inOrder.check, inOrder.fault);
/** See {@link correctionSchema}. */
export type Correction = z.infer<typeof correctionSchema>;

/** A stored tally. */
export const tallySchema = z
  .object({
    id: idSchema,
    campaignId: idSchema,
    channel: channelSchema,
    count: z.int(),
    fromDate: z.string(),
    toDate: z.string(),
    areaId: idSchema.nullable(),
    areaName: z.string().nullable(),
    source: z.string(),
    note: z.string(),
    evidenceSha256: z.string().nullable(),
    replacesId: idSchema.nullable().openapi({ description: 'The tally that this one corrects' }),
    replacedById: idSchema
      .nullable()
      .openapi({ description: 'Not null: this one no longer counts, it was corrected' }),
    reason: z.string().nullable(),
    enteredBy: z.string(),
    enteredAt: z.iso.datetime(),
  })
  .openapi('Tally');
/** See {@link tallySchema}. */
export type Tally = z.infer<typeof tallySchema>;

/** What one channel sums to over a period. Never added to impressions, nor to another channel. */
export const channelSumSchema = z.object({
  channel: channelSchema,
  zh: z.string(),
  en: z.string(),
  unitZh: z.string(),
  unitEn: z.string(),
  count: z.int(),
  tallies: z.int().openapi({ description: 'How many entries make up the count' }),
  withEvidence: z.int().openapi({ description: 'How many of them have a file that bears them out' }),
  sources: z.array(z.string()),
});
/** See {@link channelSumSchema}. */
export type ChannelSum = z.infer<typeof channelSumSchema>;

/** Sums the tallies that count (corrected ones do not); every channel is there, in its order. */
export function channelSums(tallies: readonly Tally[]): ChannelSum[] {
  return channelSchema.options.map((channel) => {
    const own = tallies.filter((tally) => tally.channel === channel && tally.replacedById === null);
    return {
      channel,
      ...CHANNELS[channel],
      count: own.reduce((sum, tally) => sum + tally.count, 0),
      tallies: own.length,
      withEvidence: own.filter((tally) => tally.evidenceSha256 !== null).length,
      sources: [...new Set(own.map((tally) => tally.source))].sort(),
    };
  });
}
