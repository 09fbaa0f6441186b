import { and, eq, isNotNull, isNull, or, sql as raw } from 'drizzle-orm';
import { dayStartsAt, localDateOf } from '../base/local-time.ts';
import type { EpochMs } from '../base/units.ts';
import { bookings, campaignPaces, campaigns } from '../db/campaign-tables.ts';
import type { Db } from '../db/connect.ts';
import { endpoints } from '../db/endpoint-tables.ts';
import { playHours } from '../db/play-tables.ts';
import type { TargetFacts } from './eligible.ts';

/**
 * The campaigns that are paced to a target, each with the plays counted before today: those with a booking
 * that asks for it, and `campaignId` where given. The first caller of a day writes the number down and
 * everybody else takes it, so that all servers pace alike and plays that come in late change tomorrow's pace,
 * not today's programme. "Today" is the date at the endpoint with the lowest id.
 */
export async function targetsAt(db: Db, at: EpochMs, campaignId?: number): Promise<TargetFacts[]> {
  const asks = and(isNull(bookings.withdrawnAt), eq(bookings.rateKind, 'target'));
  const paced = await db
    .selectDistinct({ id: campaigns.id, plays: campaigns.targetPlays })
    .from(campaigns)
    .leftJoin(bookings, eq(bookings.campaignId, campaigns.id))
    .where(
      and(
        isNotNull(campaigns.targetPlays),
        campaignId === undefined ? asks : or(asks, eq(campaigns.id, campaignId)),
      ),
    )
    .orderBy(campaigns.id);
  if (paced.length === 0) return [];
  const [first] = await db
    .select({ zone: endpoints.timeZone })
    .from(endpoints)
    .orderBy(endpoints.id)
    .limit(1);
  const zone = first?.zone ?? 'UTC';
  const date = localDateOf(at, zone);
  const targets: TargetFacts[] = [];
  for (const { id, plays } of paced) {
    if (plays === null) continue;
    const own = and(eq(campaignPaces.campaignId, id), eq(campaignPaces.date, date));
    const stored = async () => (await db.select().from(campaignPaces).where(own))[0]?.played;
    let played = await stored();
    if (played === undefined) {
      played = await playsBefore(db, id, dayStartsAt(date, zone));
      const pace = { campaignId: id, date, played, madeAt: new Date(at) };
      await db.insert(campaignPaces).values(pace).onConflictDoNothing();
      played = (await stored()) ?? played;
    }
    targets.push({ campaignId: id, plays, date, played });
  }
  return targets;
}

/** Completed plays of all bookings of a campaign, withdrawn ones too, in the UTC hours that start before `at`. */
export async function playsBefore(db: Db, campaignId: number, at: EpochMs): Promise<number> {
  const [row] = await db
    .select({ plays: raw<string | null>`sum(${playHours.completed})` })
    .from(playHours)
    .innerJoin(bookings, eq(bookings.id, playHours.bookingId))
    .where(
      and(
        eq(bookings.campaignId, campaignId),
        raw`${playHours.hourStartsAt} < to_timestamp(${at}::float8 / 1000)`,
      ),
    );
  return Number(row?.plays ?? 0);
}
