import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type { BookingDraft } from '../../campaigns/booking.ts';
import type { Booking } from '../../campaigns/campaign.ts';
import { answer, api } from '../api.ts';
import { changedParts, type MeantChange, mergedChange } from '../booking-difference.ts';
import { draftOfBooking } from '../calendar.ts';
import { useFormat } from '../format.ts';
import { bookingWords } from '../words/booking-words.ts';
import { changeWords } from '../words/change-words.ts';
import { dayWords } from '../words/day-words.ts';
import { useWords } from '../words/use-words.ts';
import { daysInWords } from './days-in-words.ts';
import { usePersonName } from './playlist-conflict.tsx';
import { useRateWords } from './rate-words.ts';
import { Found } from './waiting.tsx';

/** What differs between two states of a booking, line by line. */
export function BookingDifferences({ before, after }: { before: BookingDraft; after: BookingDraft }) {
  const words = useWords(changeWords);
  const { span } = useWords(bookingWords);
  const days = useWords(dayWords);
  const format = useFormat();
  const rateWords = useRateWords();
  const parts = changedParts(before, after);
  const said = (part: (typeof parts)[number], of: BookingDraft): string | null => {
    if (part === 'dates') return span(format.date(of.fromDate), format.date(of.toDate));
    if (part === 'rate') return rateWords(of.rate);
    if (part === 'tier') return format.number(of.tier);
    if (part === 'name') return of.name;
    return part === 'days' ? daysInWords(of, days, format) : null;
  };
  if (parts.length === 0) return <p className="quiet">{words.same}</p>;
  return (
    <ul className="bullets">
      {parts.map((part) => {
        const [was, is] = [said(part, before), said(part, after)];
        return (
          <li key={part}>
            {words.parts[part]}
            {was !== null && was !== is && words.fromTo(was, is ?? '')}
          </li>
        );
      })}
    </ul>
  );
}

/** Somebody else changed the booking meanwhile: who, what, and the ways on. Nothing is written over unseen. */
export function BookingConflict({
  bookingId,
  mine,
  isBusy,
  onTheirs,
  onDraft,
}: {
  bookingId: number;
  mine: MeantChange;
  isBusy?: boolean;
  onTheirs: (theirs: Booking) => void;
  /** Goes on with a draft made from the newest version. */
  onDraft: (theirs: Booking, draft: BookingDraft) => void;
}) {
  const words = useWords(changeWords);
  const format = useFormat();
  const newest = useQuery({
    queryKey: ['bookings', bookingId, 'newest'],
    queryFn: () => answer(api.campaigns.bookings[':id'].$get({ param: { id: String(bookingId) } })),
    staleTime: 0,
    gcTime: 0,
  });
  const nameOf = usePersonName([newest.data?.changedBy]);
  return (
    <Found query={newest} lines={3}>
      {(theirs) => {
        const merged = mergedChange(mine, draftOfBooking(theirs));
        return (
          <div className="trouble" role="alert">
            <b>
              {words.conflict(
                nameOf(theirs.changedBy),
                theirs.changedAt === null ? '' : format.time(theirs.changedAt),
              )}
            </b>
            <BookingDifferences before={mine.before} after={draftOfBooking(theirs)} />
            <p>{merged ? words.apart : words.together}</p>
            <div className="acts">
              {merged && (
                <Button type="primary" loading={isBusy ?? false} onClick={() => onDraft(theirs, merged)}>
                  {words.both}
                </Button>
              )}
              <Button onClick={() => onTheirs(theirs)}>{words.takeTheirs}</Button>
              <Button danger onClick={() => onDraft(theirs, mine.after)}>
                {words.takeMine}
              </Button>
            </div>
          </div>
        );
      }}
    </Found>
  );
}
