import { dateAfter, localDateOf } from '../base/local-time.ts';
import { Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import type { Within } from '../base/within.ts';
import type { Booking, Campaign } from '../campaigns/campaign.ts';
import type { CampaignStore } from '../campaigns/campaign-store.ts';
import { type MakeGood, makeGoodsFor } from './make-good.ts';
import { HOME_ZONE } from './report-zone.ts';
import type { ShortfallRow } from './shortfall.ts';
import type { ShortfallStore } from './shortfall-store.ts';

/** What one booking owes, and by which bookings it would be made good. */
export interface Proposal {
  readonly booking: Booking;
  readonly owed: number;
  /** Empty: no day is left in the campaign. */
  readonly makeGoods: readonly MakeGood[];
}

/** A period of local dates, both included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** Proposes to make good what was not played, and does it. */
export interface MakeGoods {
  /** One proposal for each booking that owes anything and was not withdrawn. */
  propose(rows: readonly ShortfallRow[]): Promise<Proposal[]>;
  /**
   * Books what a booking owes for a period, by the ordinary way of bookings. Done again it finds nothing owed.
   * @throws Refusal booking.unknown; makeGood.nothingOwed; makeGood.noDayLeft; and as `book` does
   */
  take(bookingId: number, period: Period, actor: string, within?: Within): Promise<Booking[]>;
}

/** Makes the flow. */
export function makeGoods(deps: {
  shortfalls: ShortfallStore;
  campaigns: Pick<CampaignStore, 'list' | 'get' | 'booking' | 'bookingsById' | 'book'>;
  now: Clock;
}): MakeGoods {
  const { shortfalls, campaigns, now } = deps;

  function proposalFor(booking: Booking, campaign: Campaign, rows: readonly ShortfallRow[]): Proposal {
    const tomorrow = dateAfter(localDateOf(now(), HOME_ZONE), 1);
    const firstDate = [tomorrow, campaign.fromDate].sort().at(-1) ?? tomorrow;
    return {
      booking,
      owed: rows.reduce((sum, row) => sum + row.owed, 0),
      makeGoods: makeGoodsFor(booking, rows, firstDate, campaign.toDate),
    };
  }

  return {
    async propose(rows) {
      const byBooking = Map.groupBy(
        rows.filter(({ owed }) => owed > 0),
        ({ bookingId }) => bookingId,
      );
      const bookings = await campaigns.bookingsById([...byBooking.keys()]);
      const theirs = await campaigns.list({ ids: bookings.map(({ campaignId }) => campaignId) });
      const byId = new Map(theirs.map((campaign) => [campaign.id, campaign]));
      const found = bookings.flatMap((booking) => {
        const [campaign, ofOne] = [byId.get(booking.campaignId), byBooking.get(booking.id)];
        if (booking.withdrawnAt !== null || campaign === undefined || ofOne === undefined) return [];
        return [proposalFor(booking, campaign, ofOne)];
      });
      return found.sort((a, b) => b.owed - a.owed);
    },

    async take(bookingId, period, actor, within = null) {
      await campaigns.booking(bookingId, within);
      const done = await shortfalls.alone(bookingId, async () => {
        const rows = await shortfalls.shortfalls({ ...period, bookingId });
        const booking = await campaigns.booking(bookingId);
        const proposal = proposalFor(booking, await campaigns.get(booking.campaignId), rows);
        if (proposal.booking.withdrawnAt !== null)
          throw new Refusal('booking.unknown', {
            en: `The booking ${bookingId} was withdrawn.`,
            zh: `排期 ${bookingId} 已撤销。`,
          });
        if (proposal.owed === 0)
          throw new Refusal('makeGood.nothingOwed', {
            en: 'Nothing is owed for these days: it was played, may still be reported, or was made good already.',
            zh: '这些日期没有需要补播的次数：已播出、仍可能上报，或已补播。',
          });
        if (proposal.makeGoods.length === 0)
          throw new Refusal('makeGood.noDayLeft', {
            en: 'The campaign has no day left on which to play more.',
            zh: '宣传活动已没有剩余日期可用于补播。',
          });
        const booked: Booking[] = [];
        for (const { draft, plays } of proposal.makeGoods) {
          const made = await campaigns.book(draft, actor, within);
          await shortfalls.noteMakeGood(
            { ...period, bookingId: made.id, forBookingId: bookingId, plays },
            actor,
          );
          booked.push(made);
        }
        return booked;
      });
      if (!done)
        throw new Refusal('makeGood.nothingOwed', {
          en: 'Somebody is making this booking good at this moment.',
          zh: '另一人正在为此排期安排补播，请稍后查看。',
        });
      return done.result;
    },
  };
}
