import { and, asc, eq, gt, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import { noSuch, Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import { refuseOutside, type Within } from '../base/within.ts';
import { bookings, campaigns, holidays, playlists } from '../db/campaign-tables.ts';
import type { Database, Db } from '../db/connect.ts';
import {
  type BookingDraft,
  type BookingTimes,
  checkBookingDates,
  checkBookingTimes,
  meantDates,
  storedDayparts,
} from './booking.ts';
import { bookingBounds, selectableEndpoints } from './booking-bounds-store.ts';
import { readBookings } from './booking-list-store.ts';
import { bookingOf, columnsOf } from './booking-row-store.ts';
import type {
  Booking,
  BookingChange,
  BookingFilter,
  Campaign,
  CampaignDraft,
  CampaignFilter,
} from './campaign.ts';
import { campaignOf, readCampaigns } from './campaign-list-store.ts';
import { holidayCalendar } from './holiday.ts';
import { selects } from './selection.ts';

/** Campaigns and their bookings in the database. */
export interface CampaignStore {
  /** All, oldest first; with `limit` the newest of those that fit. */
  list(wanted?: CampaignFilter): Promise<Campaign[]>;
  /** @throws Refusal campaign.unknown */
  get(id: number): Promise<Campaign>;
  create(draft: CampaignDraft, actor: string): Promise<Campaign>;
  /** Bookings that are not withdrawn, all or those that fit, that reach any endpoint within. */
  bookings(filter?: BookingFilter, within?: Within): Promise<Booking[]>;
  /** Those of the bookings that there are, withdrawn ones too. */
  bookingsById(ids: readonly number[]): Promise<Booking[]>;
  /** @throws Refusal booking.unknown; remit.outside when it reaches an endpoint that is not within */
  booking(id: number, within?: Within): Promise<Booking>;
  /**
   * @throws Refusal campaign.unknown, playlist.unknown, endpoint.unknown, booking.noEndpoints,
   * booking.endsBeforeStart, booking.contradictory, booking.badRecurrence, remit.outside when it reaches an endpoint
   * that is not within
   */
  book(draft: BookingDraft, actor: string, within?: Within): Promise<Booking>;
  /**
   * Checks a draft as `book` does, and stores nothing. `stretchCampaign`: dates outside the campaign are let be.
   * @throws Refusal as `book` does
   */
  check(draft: BookingDraft, options?: DraftOptions): Promise<void>;
  /**
   * The local dates that a booking of these times means, ten years of them at most.
   * @throws Refusal booking.badRecurrence
   */
  datesOf(times: Pick<BookingDraft, keyof BookingTimes | 'dayparts'>): Promise<string[]>;
  /**
   * Puts a booking into the place of a stored one from now on; what was played stays counted as it was.
   * @throws Refusal as `book` does; booking.unknown when it was withdrawn; booking.changed
   */
  change(id: number, change: BookingChange, actor: string, within?: Within): Promise<Booking>;
  /** @throws Refusal remit.outside when a booking of this playlist reaches an endpoint that is not within */
  holdPlaylist(playlistId: number, within: Within): Promise<void>;
  /** Takes a booking off the air; its history stays. @throws Refusal booking.unknown, remit.outside */
  withdraw(id: number, actor: string, within?: Within): Promise<Booking>;
}

/** How a draft is checked. */
interface DraftOptions {
  readonly stretchCampaign?: boolean;
  /** The endpoints that it may reach. */
  readonly within?: Within;
}

/** Opens the store. Rings `bookings` after each change that programmes must follow. */
export function campaignStore(deps: { database: Database; audit: Audit<Db>; now: Clock }): CampaignStore {
  const { database, audit, now } = deps;
  const { db, bell } = database;
  const bounds = bookingBounds(db);

  async function get(id: number): Promise<Campaign> {
    const [row] = await db.select().from(campaigns).where(eq(campaigns.id, id));
    if (!row) throw noSuch('campaign.unknown', id);
    return campaignOf(row);
  }

  async function booking(id: number, within: Within = null): Promise<Booking> {
    const [row] = await db.select().from(bookings).where(eq(bookings.id, id));
    if (!row) throw noSuch('booking.unknown', id);
    await bounds.hold(within, row.selection);
    return bookingOf(row);
  }

  return {
    list: (wanted) => readCampaigns(db, wanted),
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
    bookings: (filter = {}, within = null) => readBookings(db, bounds, filter, within),
    bookingsById: async (ids) => {
      const found = db
        .select()
        .from(bookings)
        .where(inArray(bookings.id, [...ids]));
      return (await found.orderBy(asc(bookings.id))).map(bookingOf);
    },
    booking,
    async holdPlaylist(playlistId, within) {
      if (within === null) return;
      const ofIt = and(isNull(bookings.withdrawnAt), eq(bookings.playlistId, playlistId));
      const rows = await db.select({ selection: bookings.selection }).from(bookings).where(ofIt);
      await bounds.hold(within, ...rows.map(({ selection }) => selection));
    },
    check: (draft, options) => checkDraft(db, draft, options),
    async datesOf(times) {
      const calendar = holidayCalendar(await db.select().from(holidays));
      return [...meantDates({ ...times, dayparts: storedDayparts(times) }, calendar)];
    },
    async book(draft, actor, within = null) {
      const made = await db.transaction(async (tx) => {
        await checkDraft(tx, draft, { within });
        const [row] = await tx
          .insert(bookings)
          .values({ ...columnsOf(draft), createdBy: actor, createdAt: new Date(now()) })
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
    async change(id, { version, stretchCampaign, ...draft }, actor, within = null) {
      if (within !== null) await booking(id, within);
      const changed = await db.transaction(async (tx) => {
        const at = new Date(now());
        const [row] = await tx
          .update(bookings)
          .set({
            ...columnsOf(draft),
            version: sql`${bookings.version} + 1`,
            changedBy: actor,
            changedAt: at,
          })
          .where(and(eq(bookings.id, id), isNull(bookings.withdrawnAt)))
          .returning();
        if (!row) throw noSuch('booking.unknown', id);
        if (row.version !== version + 1) throw changedSince();
        await checkDraft(tx, draft, { stretchCampaign, within });
        const entry = { at: now(), actor };
        if (stretchCampaign) {
          const { campaignId, fromDate, toDate } = draft;
          const [longer] = await tx
            .update(campaigns)
            .set({
              fromDate: sql`least(${campaigns.fromDate}, ${fromDate}::date)`,
              toDate: sql`greatest(${campaigns.toDate}, ${toDate}::date)`,
            })
            .where(
              and(
                eq(campaigns.id, campaignId),
                or(gt(campaigns.fromDate, fromDate), lt(campaigns.toDate, toDate)),
              ),
            )
            .returning();
          if (longer) {
            const detail = { fromDate: longer.fromDate, toDate: longer.toDate };
            await audit(tx, {
              ...entry,
              action: 'campaign.stretch',
              subject: `campaign ${campaignId}`,
              detail,
            });
          }
        }
        await audit(tx, { ...entry, action: 'booking.change', subject: `booking ${id}`, detail: draft });
        return row;
      });
      await bell.ring('bookings', `booking ${id}`);
      return bookingOf(changed);
    },
    async withdraw(id, actor, within = null) {
      if (within !== null) await booking(id, within);
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

function changedSince(): Refusal {
  return new Refusal('booking.changed', {
    en: 'Somebody changed this booking after you opened it. Look at it anew first.',
    zh: '您打开之后，有人修改了这个排期。请先重新查看。',
  });
}

async function checkDraft(
  tx: Db,
  draft: BookingDraft,
  { stretchCampaign = false, within = null }: DraftOptions = {},
): Promise<void> {
  const [campaign] = await tx.select().from(campaigns).where(eq(campaigns.id, draft.campaignId));
  if (!campaign) throw noSuch('campaign.unknown', draft.campaignId);
  checkBookingDates(draft, stretchCampaign ? draft : campaign);
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
  const all = await selectableEndpoints(tx);
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
  const reached = all.filter((endpoint) => selects(draft.endpoints, endpoint));
  refuseOutside(within, reached);
  if (reached.length === 0) {
    throw new Refusal(
      'booking.noEndpoints',
      { en: 'No endpoint fits this choice of endpoints.', zh: '没有终端符合所选条件，请放宽条件。' },
      [{ where: 'endpoints', message: { en: 'selects none', zh: '没有选中任何终端' } }],
    );
  }
}
