import { z } from '@hono/zod-openapi';
import { idSchema } from '../contract/media-type.ts';
import { CERTAINTIES, SEVERITIES, URGENCIES } from './alert.ts';
import { LONGEST_MINUTES } from './override.ts';

/** What a rule does with an event: on the air at once, a proposal for a person, or the log alone. */
export const alertActionSchema = z.enum(['fire', 'ask', 'log']);
/** See {@link alertActionSchema}. */
export type AlertAction = z.infer<typeof alertActionSchema>;

const words = <const W extends readonly [string, ...string[]]>(all: W) =>
  z.array(z.enum(all)).min(1).optional();

/** One rule: the first whose every given list has the event's word decides. */
export const alertRuleSchema = z.strictObject({
  severity: words(SEVERITIES),
  urgency: words(URGENCIES),
  certainty: words(CERTAINTIES),
  action: alertActionSchema,
  assetId: idSchema.nullable().default(null).openapi({
    description: 'Standing material for what cannot set words: a siren for loudspeakers, for example',
  }),
});
/** See {@link alertRuleSchema}. */
export type AlertRule = z.infer<typeof alertRuleSchema>;

/** How alerts of other systems are dealt with. */
export const alertSettingsSchema = z.strictObject({
  rules: z.array(alertRuleSchema).max(100).openapi({ description: 'An event that no rule means is logged' }),
  languages: z
    .array(z.string().min(2).max(35))
    .min(1)
    .max(10)
    .openapi({ description: 'BCP 47 prefixes, the best first: of several info blocks these are shown' }),
  minutesWithoutEnd: z
    .int()
    .min(1)
    .max(LONGEST_MINUTES)
    .openapi({ description: 'How long an alert lasts that names no end' }),
  keys: z
    .array(
      z.strictObject({
        sender: z.string().min(1).max(256),
        /** Public key or certificate as PEM. */
        pem: z.string().min(50).max(10_000),
      }),
    )
    .max(100)
    .openapi({ description: 'Senders whose alerts must carry an XML signature of one of these keys' }),
  requireSignature: z.boolean().openapi({ description: 'Refuse alerts of senders that have no key here' }),
});
/** See {@link alertSettingsSchema}. */
export type AlertSettings = z.infer<typeof alertSettingsSchema>;

/** Until staff decide otherwise: only what is extreme, now and certain goes out by itself. */
export const DEFAULT_ALERT_SETTINGS: AlertSettings = {
  rules: [
    {
      severity: ['Extreme'],
      urgency: ['Immediate'],
      certainty: ['Observed', 'Likely'],
      action: 'fire',
      assetId: null,
    },
    { severity: ['Extreme', 'Severe'], action: 'ask', assetId: null },
  ],
  languages: ['zh', 'en'],
  minutesWithoutEnd: 60,
  keys: [],
  requireSignature: false,
};

/** The code of another system that means one of our areas. */
export const alertAreaSchema = z.strictObject({
  valueName: z.string().trim().min(1).max(200),
  value: z.string().trim().min(1).max(200),
  areaId: idSchema,
});
/** See {@link alertAreaSchema}. */
export type AlertAreaCode = z.infer<typeof alertAreaSchema>;
