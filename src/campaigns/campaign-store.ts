import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import { noSuch, Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import { bookings, campaigns, holidays, playlists } from '../db/campaign-tables.ts';
import type { Database, Db } from '../db/connect.ts';
import { endpoints } from '../db/endpoint-tables.ts';
import {
  type BookingDraft,
  checkBookingDates,
  checkBookingTimes,
  rateOf,
  rateToStore,
  selects,
  storedDayparts,
} from './booking.ts';
import type { Booking, Campaign, CampaignDraft } from './campaign.ts';
import { holidayCalendar } from './holiday.ts';
import { readRrule } from './recurrence.ts';
import { daypartOf } from './wall-time.ts';

/** Campaigns and their bookings in the database. */
export interface CampaignStore {
  list(): Promise<Campaign[]>;
  /** @throws Refusal campaign.unknown */
  get(id: number): Promise<Campaign>;
  create(draft: CampaignDraft, actor: string): Promise<Campaign>;
  /** Bookings that are not withdrawn, of one campaign or of all. */
  bookings(campaignId?: number): Promise<Booking[]>;
  /** @throws Refusal booking.unknown */
  booking(id: number): Promise<Booking>;
  /**
   * @throws Refusal campaign.unknown, playlist.unknown, endpoint.unknown, booking.noEndpoints,
   * booking.endsBeforeStart, booking.contradictory, booking.badRecurrence
   */
  book(draft: BookingDraft, actor: string): Promise<Booking>;
  /** Checks a draft as `book` does, and stores nothing. @throws Refusal as `book` does */
  check(draft: BookingDraft): Promise<void>;
  /** Takes a booking off the air; its history stays. @throws Refusal booking.unknown */
  withdraw(id: number, actor: string): Promise<Booking>;
}

/** Opens the store. Rings `bookings` after each change that programmes must follow. */
export function campaignStore(deps: { database: Database; audit: Audit<Db>; now: Clock }): CampaignStore {
  const { database, audit, now } = deps;
  const { db, bell } = database;

  async function get(id: number): Promise<Campaign> {
    const [row] = await db.select().from(campaigns).where(eq(campaigns.id, id));
    if (!row) throw noSuch('campaign.unknown', id);
    return campaignOf(row);
  }

  async function booking(id: number): Promise<Booking> {
    const [row] = await db.select().from(bookings).where(eq(bookings.id, id));
    if (!row) throw noSuch('booking.unknown', id);
    return bookingOf(row);
  }

  return {
    async list() {
      return (await db.select().from(campaigns).orderBy(asc(campaigns.id))).map(campaignOf);
    },
    get,
    create: (draft, actor) =>
      db.transaction(async (tx) => {
        const [row] = await tx
          .insert(campaigns)
          .values({ ...draft, createdBy: actor, createdAt: new Date(now()) })
          .returning();
        if (!row) throw new Error('the insert returned no row');
        await audit(tx, {
          at: now(),
          actor,
          action: 'campaign.create',
          subject: `campaign ${row.id}`,
          detail: draft,
        });
        return campaignOf(row);
      }),
    async bookings(campaignId) {
      const live = isNull(bookings.withdrawnAt);
      const rows = await db
        .select()
        .from(bookings)
        .where(campaignId === undefined ? live : and(live, eq(bookings.campaignId, campaignId)))
        .orderBy(asc(bookings.id));
      return rows.map(bookingOf);
    },
    booking,
    check: (draft) => checkDraft(db, draft),
    async book(draft, actor) {
      const made = await db.transaction(async (tx) => {
        await checkDraft(tx, draft);
        const [row] = await tx
          .insert(bookings)
          .values({
            campaignId: draft.campaignId,
            playlistId: draft.playlistId,
            name: draft.name,
            selection: selectionToStore(draft.endpoints),
            fromDate: draft.fromDate,
            toDate: draft.toDate,
            dayparts: storedDayparts(draft),
            rrule: draft.rrule === null ? null : readRrule(draft.rrule),
            exdates: [...new Set(draft.exdates)].sort(),
            ...rateToStore(draft.rate),
            maxPerHour: draft.maxPerHour,
            maxPerDay: draft.maxPerDay,
            tier: draft.tier,
            createdBy: actor,
            createdAt: new Date(now()),
          })
          .returning();
        if (!row) throw new Error('the insert returned no row');
        await audit(tx, {
          at: now(),
          actor,
          action: 'booking.create',
          subject: `booking ${row.id}`,
          detail: draft,
        });
        return row;
      });
      await bell.ring('bookings', `booking ${made.id}`);
      return bookingOf(made);
    },
    async withdraw(id, actor) {
      const row = await db.transaction(async (tx) => {
        const [changed] = await tx
          .update(bookings)
          .set({ withdrawnAt: new Date(now()) })
          .where(and(eq(bookings.id, id), isNull(bookings.withdrawnAt)))
          .returning();
        if (!changed) return null;
        await audit(tx, {
          at: now(),
          actor,
          action: 'booking.withdraw',
          subject: `booking ${id}`,
          detail: {},
        });
        return changed;
      });
      if (!row) return booking(id);
      await bell.ring('bookings', `booking ${id}`);
      return bookingOf(row);
    },
  };
}

async function checkDraft(tx: Db, draft: BookingDraft): Promise<void> {
  const [campaign] = await tx.select().from(campaigns).where(eq(campaigns.id, draft.campaignId));
  if (!campaign) throw noSuch('campaign.unknown', draft.campaignId);
  checkBookingDates(draft, campaign);
  checkBookingTimes(
    { ...draft, dayparts: storedDayparts(draft) },
    holidayCalendar(await tx.select().from(holidays)),
  );
  if (draft.rate.kind === 'target' && campaign.targetPlays === null) {
    throw new Refusal(
      'booking.contradictory',
      {
        en: 'The booking asks to be paced by the target of its campaign, which has none.',
        zh: '此排期按宣传活动的目标次数安排，但该宣传活动没有设置目标次数。',
      },
      [
        {
          where: 'rate',
          message: { en: 'the campaign has no targetPlays', zh: '宣传活动未设目标次数（targetPlays）' },
        },
      ],
    );
  }
  const [playlist] = await tx
    .select({ id: playlists.id })
    .from(playlists)
    .where(eq(playlists.id, draft.playlistId));
  if (!playlist) throw noSuch('playlist.unknown', draft.playlistId);
  const all = await tx
    .select({ id: endpoints.id, areaId: endpoints.areaId, kind: endpoints.kind, tags: endpoints.tags })
    .from(endpoints);
  const known = new Set(all.map((endpoint) => endpoint.id));
  const strangers = (draft.endpoints.endpointIds ?? []).filter((id) => !known.has(id));
  if (strangers.length > 0) {
    throw new Refusal(
      'endpoint.unknown',
      { en: 'The booking names endpoints that do not exist.', zh: '排期中有不存在的终端，请重新选择。' },
      strangers.slice(0, 50).map((id) => ({
        where: 'endpoints.endpointIds',
        message: { en: `there is no endpoint ${id}`, zh: `没有编号为 ${id} 的终端` },
      })),
    );
  }
  if (!all.some((endpoint) => selects(draft.endpoints, endpoint))) {
    throw new Refusal(
      'booking.noEndpoints',
      { en: 'No endpoint fits this choice of endpoints.', zh: '没有终端符合所选条件，请放宽条件。' },
      [{ where: 'endpoints', message: { en: 'selects none', zh: '没有选中任何终端' } }],
    );
  }
}

function selectionToStore(selection: BookingDraft['endpoints']) {
  const { endpointIds, areaIds, kinds, tags } = selection;
  return {
    ...(endpointIds && { endpointIds }),
    ...(areaIds && { areaIds }),
    ...(kinds && { kinds }),
    ...(tags && { tags }),
  };
}

function campaignOf(row: typeof campaigns.$inferSelect): Campaign {
  const { id, name, purpose, fromDate, toDate, targetPlays } = row;
  return { id, name, purpose, fromDate, toDate, targetPlays };
}

function bookingOf(row: typeof bookings.$inferSelect): Booking {
  const { id, campaignId, playlistId, name, fromDate, toDate, tier } = row;
  const { endpointIds, areaIds, kinds, tags } = row.selection;
  return {
    id,
    campaignId,
    playlistId,
    name,
    fromDate,
    toDate,
    tier,
    endpoints: {
      ...(endpointIds && { endpointIds: [...endpointIds] }),
      ...(areaIds && { areaIds: [...areaIds] }),
      ...(kinds && { kinds: [...kinds] }),
      ...(tags && { tags: [...tags] }),
    },
    dayparts: row.dayparts.map(daypartOf),
    rrule: row.rrule,
    exdates: row.exdates,
    rate: rateOf(row),
    maxPerHour: row.maxPerHour,
    maxPerDay: row.maxPerDay,
    withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
  };
}
