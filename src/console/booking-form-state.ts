import type { BookingDraft, Rate, Selection } from '../campaigns/booking.ts';
import type { FitAlternative } from '../campaigns/booking-fit.ts';
import type { Booking } from '../campaigns/campaign.ts';
import type { Daypart } from '../campaigns/wall-time.ts';
import { draftOfBooking } from './calendar.ts';

/** A booking while it is being written. */
export interface BookingForm {
  readonly name: string;
  readonly campaignId: number | null;
  /** Name of the campaign to make when none is chosen. */
  readonly campaignName: string;
  readonly playlistId: number | null;
  readonly endpoints: Selection;
  readonly fromDate: string;
  readonly toDate: string;
  readonly dayparts: readonly Daypart[];
  /** RFC 5545; null: every day. */
  readonly rrule: string | null;
  readonly exdates: readonly string[];
  readonly rate: Rate;
  readonly maxPerHour: number | null;
  readonly maxPerDay: number | null;
  readonly tier: number;
}

/** What the form begins with: all endpoints, six times an hour, for thirty days. */
export function emptyForm(fromDate: string, toDate: string): BookingForm {
  return {
    name: '',
    campaignId: null,
    campaignName: '',
    playlistId: null,
    endpoints: {},
    fromDate,
    toDate,
    dayparts: [],
    rrule: null,
    exdates: [],
    rate: { kind: 'perHour', plays: 6 },
    maxPerHour: null,
    maxPerDay: null,
    tier: 0,
  };
}

/** In a draft, stands for the campaign that the form is to make; no stored one has this number. */
export const TO_BE_MADE = 0;

/** A stored booking in the form. */
export function formOf(booking: Booking): BookingForm {
  return formOfDraft(draftOfBooking(booking), '');
}

/** A draft in the form; `campaignName`: of the campaign {@link TO_BE_MADE}. */
export function formOfDraft(draft: BookingDraft, campaignName: string): BookingForm {
  const campaignId = draft.campaignId === TO_BE_MADE ? null : draft.campaignId;
  return { ...draft, campaignId, campaignName };
}

/** The form with what an alternative changes. */
export function withAlternative(form: BookingForm, { change }: FitAlternative): BookingForm {
  return {
    ...form,
    ...(change.rate && { rate: change.rate }),
    ...(change.dayparts && { dayparts: change.dayparts }),
    ...(change.endpoints && { endpoints: change.endpoints }),
    ...(change.tier !== undefined && { tier: change.tier }),
  };
}

/** A selection without its empty lists, which would mean no endpoint at all. */
export function narrowed(selection: Selection, change: Partial<Selection>): Selection {
  const entries = Object.entries({ ...selection, ...change }).filter(([, list]) => list && list.length > 0);
  return Object.fromEntries(entries) as Selection;
}

/** What to ask of a preview, once enough is known; `campaignId` is any where the campaign is still to be made. */
export function previewOf(form: BookingForm, anyCampaign: number | null) {
  const campaignId = form.campaignId ?? anyCampaign;
  if (
    form.playlistId === null ||
    campaignId === null ||
    form.fromDate === '' ||
    form.toDate < form.fromDate
  ) {
    return null;
  }
  return bodyOf(form, campaignId, form.playlistId);
}

/** The booking as the server takes it. */
export function bodyOf(form: BookingForm, campaignId: number, playlistId: number) {
  const { endpoints, fromDate, toDate, rrule, rate, maxPerHour, maxPerDay, tier } = form;
  return {
    campaignId,
    playlistId,
    name: form.name.trim() || '—',
    endpoints,
    fromDate,
    toDate,
    dayparts: [...form.dayparts],
    rrule,
    exdates: [...form.exdates],
    rate,
    maxPerHour,
    maxPerDay,
    tier,
  };
}
