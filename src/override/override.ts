import { z } from '@hono/zod-openapi';
import type { Role } from '../base/api-routes.ts';
import { NO_CONTROL_CHARACTERS, otherwise } from '../base/issue-words.ts';
import { Refusal } from '../base/refusal.ts';
import { ROLE_NAMES } from '../base/role-names.ts';
import { DAY_MS, type EpochMs, MINUTE_MS, type Ms } from '../base/units.ts';
import { endpointKindSchema, idSchema } from '../contract/media-type.ts';
import { severitySchema } from '../contract/override.ts';
import { aimSchema } from './aim.ts';

/*
 *   proposed ──confirm──▶ live ──its end──▶ over
 *     │  │                 └──withdraw──▶ withdrawn
 *     │  └──dismiss──▶ dismissed
 *     └──nobody confirms in time──▶ lapsed
 *   An override made of an approved template, or by a rule that says so, begins as live.
 */

/** Who may raise, confirm and withdraw emergencies. */
export const OVERRIDE_ROLES: readonly Role[] = ['operator', 'administrator'];
/** The longest that an override may last. */
export const LONGEST_MINUTES = 1_440;
/** How long a proposal waits for its confirmation. */
export const PROPOSAL_LIFE_MS: Ms = 15 * MINUTE_MS;

/** Plain text of one or more lines, without other control characters. */
const words = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    // Not a pattern: its flags would not survive in the OpenAPI document.
    .refine((text) => !/[^\P{Cc}\n]/u.test(text), NO_CONTROL_CHARACTERS);

/** What an emergency shows. */
export const contentSchema = z
  .strictObject({
    text: z
      .strictObject({
        title: words(60).min(1),
        body: words(500).default(''),
        /** BCP 47. */
        lang: z.string().min(2).max(35).default('zh-CN'),
      })
      .optional()
      .openapi({ description: 'Words that each screen sets itself; loudspeakers cannot say them' }),
    assetId: idSchema
      .optional()
      .openapi({ description: 'Standing material; played where the endpoint can, else the text stands in' }),
  })
  .refine(
    ({ text, assetId }) => text ?? assetId,
    otherwise({ en: 'give a text, an asset or both', zh: '请填写文字、选择素材或两者都给' }),
  );
/** See {@link contentSchema}. */
export type Content = z.infer<typeof contentSchema>;

/** An emergency as staff raise it. A misspelt field is refused: `aera` for `areaIds` must not go everywhere. */
export const overrideDraftSchema = z
  .strictObject({
    templateId: idSchema
      .optional()
      .openapi({ description: 'Brings content and severity; leave both out then' }),
    content: contentSchema.optional(),
    severity: severitySchema.optional(),
    drill: z
      .boolean()
      .default(false)
      .openapi({ description: 'Marked as a drill on every screen and in every report' }),
    aim: aimSchema,
    minutes: z.int().min(1).max(LONGEST_MINUTES).optional(),
    until: z.iso.datetime({ offset: true }).optional().openapi({ description: 'Instead of `minutes`' }),
  })
  .refine(
    ({ minutes, until }) => (minutes === undefined) !== (until === undefined),
    otherwise(
      {
        en: 'give either minutes or until: every emergency has an end',
        zh: '请填写时长（minutes）或结束时间（until）中的一个：应急插播必须有结束',
      },
      ['minutes'],
    ),
  )
  .refine(
    ({ templateId, content, severity }) =>
      (templateId === undefined) === (content !== undefined && severity !== undefined) &&
      (templateId === undefined || (content === undefined && severity === undefined)),
    otherwise(
      {
        en: 'give either templateId, or content and severity',
        zh: '请选择应急模板，或填写内容和级别',
      },
      ['content'],
    ),
  );
/** See {@link overrideDraftSchema}. */
export type OverrideDraft = z.infer<typeof overrideDraftSchema>;

/** Why an endpoint inside the aim can show none of the content. */
export const unreachedReasonSchema = z.enum(['noSound', 'noPicture']);

/** How an override stands. */
export const overrideStateSchema = z.enum(['proposed', 'live', 'over', 'withdrawn', 'dismissed', 'lapsed']);
/** See {@link overrideStateSchema}. */
export type OverrideState = z.infer<typeof overrideStateSchema>;

const instant = z.iso.datetime();

/** Endpoints by what their players last told. `waiting`: not heard of yet. They add up to `targets`. */
export const receiptCountsSchema = z.object({
  targets: z.int(),
  waiting: z.int(),
  shown: z.int(),
  ended: z.int(),
  refused: z.int(),
  /** Inside the aim, but able to show none of it. Not among the targets. */
  unreached: z.int(),
});

/** An override as the system tells of it. */
export const overrideAnswerSchema = z.object({
  id: idSchema,
  state: overrideStateSchema,
  severity: severitySchema,
  drill: z.boolean(),
  content: contentSchema,
  aim: aimSchema,
  templateId: idSchema.nullable(),
  /** The overrides that this one ends or ended. */
  replaces: z.array(idSchema),
  minutes: z.int().nullable(),
  /** Null until it is on the air, unless its end was given as an instant. */
  from: instant.nullable(),
  until: instant.nullable(),
  proposedBy: z.string(),
  proposedAt: instant,
  /** A proposal that nobody confirmed by then is void. */
  lapsesAt: instant,
  confirmedBy: z.string().nullable(),
  confirmedAt: instant.nullable(),
  /** Who withdrew or dismissed it. */
  endedBy: z.string().nullable(),
  endedAt: instant.nullable(),
  endReason: z.string().nullable(),
  counts: receiptCountsSchema,
});
/** See {@link overrideAnswerSchema}. */
export type OverrideAnswer = z.infer<typeof overrideAnswerSchema>;

const placeSchema = z.object({
  endpointId: idSchema,
  code: z.string(),
  name: z.string(),
  kind: endpointKindSchema,
});

/** An override with what each endpoint told. */
export const overrideReportSchema = overrideAnswerSchema.extend({
  endpoints: z.array(
    placeSchema.extend({
      state: z.enum(['waiting', 'shown', 'ended', 'refused']),
      reason: z.string().nullable(),
      /** By the player's corrected clock. */
      shownAt: instant.nullable(),
      endedAt: instant.nullable(),
      /** From the confirmation until the first receipt was taken, in milliseconds. */
      acknowledgedAfterMs: z.int().nullable(),
    }),
  ),
  unreachedEndpoints: z.array(placeSchema.extend({ reason: unreachedReasonSchema })),
});
/** See {@link overrideReportSchema}. */
export type OverrideReport = z.infer<typeof overrideReportSchema>;

/** What a draft would reach; nothing is stored. */
export const overridePreviewSchema = z.object({
  /** Whether it goes on the air at once, since its template is approved. */
  needsConfirmation: z.boolean(),
  targets: z.array(placeSchema.extend({ shows: z.enum(['media', 'text']) })),
  unreached: z.array(placeSchema.extend({ reason: unreachedReasonSchema })),
  /** Endpoints without coordinates, which no shape can mean; 0 when no shape was drawn. */
  withoutCoordinates: z.int(),
});
/** See {@link overridePreviewSchema}. */
export type OverridePreview = z.infer<typeof overridePreviewSchema>;

/** The stored part of a state; the rest follows from the time. */
export interface StateFacts {
  readonly state: 'proposed' | 'live' | 'withdrawn' | 'dismissed';
  readonly untilAt: EpochMs | null;
  readonly lapsesAt: EpochMs;
}

const STATE_NAMES: Readonly<Record<OverrideState, string>> = {
  proposed: '待确认',
  live: '正在播出',
  over: '已结束',
  withdrawn: '已撤回',
  dismissed: '已驳回',
  lapsed: '已失效',
};

/** How an override stands at an instant. */
export function stateAt({ state, untilAt, lapsesAt }: StateFacts, at: EpochMs): OverrideState {
  if (state === 'proposed') return at < lapsesAt ? 'proposed' : 'lapsed';
  if (state === 'live') return untilAt !== null && at < untilAt ? 'live' : 'over';
  return state;
}

/** Whether somebody else than the proposer must confirm. `step`: a second step by anybody in the role will do. */
export type Confirmation = 'step' | 'person';

/**
 * Whether the person may confirm the proposal now.
 * @throws Refusal role.insufficient, override.notProposed, override.ownProposal
 */
export function checkConfirm(
  override: StateFacts & { readonly proposedBy: string },
  by: { readonly id: string; readonly role: Role },
  confirmation: Confirmation,
  at: EpochMs,
): void {
  checkRole(by.role);
  const state = stateAt(override, at);
  if (state !== 'proposed')
    throw new Refusal('override.notProposed', {
      en: `This emergency is ${state}; only a proposal can be confirmed.`,
      zh: `此应急插播${STATE_NAMES[state]}，只有待确认的才能确认。`,
    });
  if (confirmation === 'person' && override.proposedBy === by.id)
    throw new Refusal('override.ownProposal', {
      en: 'You proposed this yourself; another person must confirm it.',
      zh: '这是您本人发起的，须由另一人确认。',
    });
}

/**
 * What ending it now makes of it: a proposal is dismissed, a live one withdrawn.
 * @throws Refusal role.insufficient, override.notLive
 */
export function afterEnding(
  override: StateFacts,
  by: { readonly role: Role },
  at: EpochMs,
): 'dismissed' | 'withdrawn' {
  checkRole(by.role);
  const state = stateAt(override, at);
  if (state === 'proposed') return 'dismissed';
  if (state === 'live') return 'withdrawn';
  throw new Refusal('override.notLive', {
    en: `This emergency is ${state}; there is nothing to end.`,
    zh: `此应急插播${STATE_NAMES[state]}，没有可结束的内容。`,
  });
}

/** @throws Refusal role.insufficient */
export function checkRole(role: Role): void {
  if (!OVERRIDE_ROLES.includes(role))
    throw new Refusal('role.insufficient', {
      en: `The role ${role} may not raise or end emergencies.`,
      zh: `您的角色（${ROLE_NAMES[role].zh}）不能发起或结束应急插播。`,
    });
}

/**
 * When an override that goes on the air now begins and ends.
 * @throws Refusal override.badEnd when it would end before it began, or last too long
 */
export function airtimeOf(
  { minutes, until, notBefore }: { minutes: number | null; until: EpochMs | null; notBefore: EpochMs | null },
  at: EpochMs,
): { from: EpochMs; until: EpochMs } {
  const from = Math.max(at, notBefore ?? at);
  const end = until ?? from + (minutes ?? 0) * MINUTE_MS;
  if (end <= from)
    throw new Refusal('override.badEnd', {
      en: 'The emergency would end before it begins.',
      zh: '应急插播的结束时间早于开始时间，请修改。',
    });
  if (end - from > DAY_MS)
    throw new Refusal('override.badEnd', {
      en: 'An emergency lasts 24 hours at most; raise it again if it goes on.',
      zh: '应急插播最长 24 小时；如需继续，请到时重新发起。',
    });
  return { from, until: end };
}

/** The refusal of an emergency that would reach nothing. */
export function noEndpoints(): Refusal {
  return new Refusal('override.noEndpoints', {
    en: 'No endpoint inside this aim can show it: look at the preview for the reasons.',
    zh: '所选范围内没有终端可以播出，原因请看预览。',
  });
}
