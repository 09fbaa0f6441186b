import { Refusal } from '../base/refusal.ts';
import type { dispatchPlans } from '../db/dispatch-tables.ts';
import { type ShownPlan, shownAddress } from './plan.ts';

/** A plan as the system tells of it, from its row with its webhook opened. */
export function shownPlan(row: typeof dispatchPlans.$inferSelect): ShownPlan {
  const { id, name, what, channel, lang, campaignId, areaId, afterMinutes, timeZone, weekday, createdBy } =
    row;
  const two = (value: number) => String(value).padStart(2, '0');
  return {
    ...{ id, name, what, channel, lang, campaignId, areaId, afterMinutes, timeZone, weekday, createdBy },
    to: shownAddress(row),
    signed: row.secret !== null,
    at: `${two(Math.floor(row.atMinute / 60))}:${two(row.atMinute % 60)}`,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

/** There is none, or it runs no more. */
export function unknownPlan(id: number): Refusal {
  return new Refusal('dispatch.unknown', {
    en: `There is no dispatch plan ${id}, or it has ended.`,
    zh: `没有编号为 ${id} 的报送计划，或该计划已结束。`,
  });
}

/** Says which of the things that a new plan names is not there; throws on what else went wrong. */
export function refuseUnknown(error: unknown): never {
  const cause = error instanceof Error ? error.cause : null;
  const isForeignKey = cause instanceof Error && 'code' in cause && cause.code === '23503';
  if (isForeignKey && 'constraint_name' in cause && String(cause.constraint_name).includes('area'))
    throw new Refusal('area.unknown', { en: 'There is no such area.', zh: '没有这个街道或乡镇。' });
  if (isForeignKey)
    throw new Refusal('campaign.unknown', {
      en: 'There is no such campaign.',
      zh: '没有这个宣传活动，可能已被删除。',
    });
  throw error;
}
