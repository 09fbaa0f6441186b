import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { type Ref, useEffect, useState } from 'react';
import type { BookingDraft } from '../../campaigns/booking.ts';
import type { FitAlternative } from '../../campaigns/booking-fit.ts';
import type { Booking, Campaign } from '../../campaigns/campaign.ts';
import { answer, api, Trouble } from '../api.ts';
import { useFormat } from '../format.ts';
import { bookingWords } from '../words/booking-words.ts';
import { calendarWords } from '../words/calendar-words.ts';
import { useWords } from '../words/use-words.ts';
import { FitPanel } from './fit-panel.tsx';
import { Found, TroubleNote } from './waiting.tsx';

/** A check compiles programmes: it is asked once the hand rests. */
const PAUSE_MS = 300;

/** What a change to a stored booking does, before it is saved. */
export function ChangeCheck({
  booking,
  draft,
  campaign,
  trouble,
  isSaving,
  headRef,
  onTake,
  onSave,
  onCancel,
  onAnew,
}: {
  booking: Booking;
  draft: BookingDraft;
  campaign: Campaign | undefined;
  trouble: Error | null;
  isSaving: boolean;
  headRef: Ref<HTMLHeadingElement>;
  onTake: (alternative: FitAlternative) => void;
  onSave: () => void;
  onCancel: () => void;
  /** Reads the booking anew, after somebody else changed it. */
  onAnew: () => void;
}) {
  const words = useWords(calendarWords);
  const { span } = useWords(bookingWords);
  const format = useFormat();
  const [settled, setSettled] = useState(draft);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(draft), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  const preview = useQuery({
    queryKey: ['fit', booking.id, settled],
    queryFn: () =>
      answer(
        api.fits.bookings.preview.$post({
          json: { ...settled, replaces: booking.id, stretchCampaign: true },
        }),
      ),
    placeholderData: keepPreviousData,
  });
  const isChecked = settled === draft && preview.isSuccess && !preview.isPlaceholderData;
  const dates = ({ fromDate, toDate }: { fromDate: string; toDate: string }) =>
    span(format.date(fromDate), format.date(toDate));
  const isStretched =
    campaign !== undefined && (draft.fromDate < campaign.fromDate || draft.toDate > campaign.toDate);
  const [first] = [draft.fromDate, campaign?.fromDate ?? draft.fromDate].sort();
  const last = [draft.toDate, campaign?.toDate ?? draft.toDate].sort().at(-1);
  return (
    <section className="panel change-check" aria-live="polite" aria-busy={!isChecked}>
      <h2 ref={headRef} tabIndex={-1}>
        {words.changeTitle(booking.name)}
      </h2>
      <p>
        <b>{words.change(dates(booking), dates(draft))}</b>
      </p>
      {isStretched && (
        <p className="quiet">
          {words.stretch(
            campaign.name,
            format.date(first ?? draft.fromDate),
            format.date(last ?? draft.toDate),
          )}
        </p>
      )}
      <Found query={preview} lines={3}>
        {({ fit }) => <FitPanel fit={fit} onTake={onTake} />}
      </Found>
      {trouble && <TroubleNote error={trouble} />}
      <div className="acts">
        {trouble instanceof Trouble && trouble.code === 'booking.changed' ? (
          <Button type="primary" onClick={onAnew}>
            {words.again}
          </Button>
        ) : (
          <Button type="primary" loading={isSaving} disabled={!isChecked} onClick={onSave}>
            {isChecked ? (preview.data.fit.fits ? words.save : words.saveAnyway) : words.checking}
          </Button>
        )}
        <Button onClick={onCancel}>{words.cancel}</Button>
      </div>
    </section>
  );
}
