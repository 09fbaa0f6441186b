import { and, inArray } from 'drizzle-orm';
import { Refusal } from '../base/refusal.ts';
import type { Remit } from '../base/within.ts';
import type { Db } from '../db/connect.ts';
import { areas, endpoints } from '../db/endpoint-tables.ts';

/** The endpoints of a remit as they are now. `isInRemit` says the same of one. */
export async function endpointsOf(db: Db, { areaIds, owners }: Remit): Promise<ReadonlySet<number>> {
  const rows = await db
    .select({ id: endpoints.id })
    .from(endpoints)
    .where(
      and(
        areaIds === null ? undefined : inArray(endpoints.areaId, [...areaIds]),
        owners === null ? undefined : inArray(endpoints.owner, [...owners]),
      ),
    );
  return new Set(rows.map(({ id }) => id));
}

/** @throws Refusal `request.invalid` when the remit names an area that does not exist */
export async function checkRemit(db: Db, { areaIds }: Remit): Promise<void> {
  if (areaIds === null) return;
  const known = await db
    .select({ id: areas.id })
    .from(areas)
    .where(inArray(areas.id, [...areaIds]));
  if (known.length === new Set(areaIds).size) return;
  throw new Refusal('request.invalid', {
    en: 'The remit names an area that does not exist.',
    zh: '管辖范围中有不存在的街道，请重新选择。',
  });
}
