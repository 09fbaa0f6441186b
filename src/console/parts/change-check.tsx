import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type { Ref } from 'react';
import type { BookingDraft } from '../../campaigns/booking.ts';
import type { FitAlternative } from '../../campaigns/booking-fit.ts';
import type { Booking, Campaign } from '../../campaigns/campaign.ts';
import { answer, api, Trouble } from '../api.ts';
import type { PendingChange } from '../booking-changes.ts';
import { useFormat } from '../format.ts';
import { useSettled } from '../settled.ts';
import { calendarWords } from '../words/calendar-words.ts';
import { useWords } from '../words/use-words.ts';
import { BookingConflict, BookingDifferences } from './booking-conflict.tsx';
import { FitPanel } from './fit-panel.tsx';
import { Found, TroubleNote } from './waiting.tsx';

/** A check compiles programmes: it is asked once the hand rests. */
const PAUSE_MS = 300;

/** What a change to a stored booking does, before it is saved. */
export function ChangeCheck({
  pending: { booking, draft, step },
  base,
  campaign,
  trouble,
  isSaving,
  headRef,
  onTake,
  onSave,
  onCancel,
  onTheirs,
  onDraft,
}: {
  pending: PendingChange;
  /** What the change was made from. */
  base: BookingDraft;
  campaign: Campaign | undefined;
  trouble: Error | null;
  isSaving: boolean;
  headRef: Ref<HTMLHeadingElement>;
  onTake: (alternative: FitAlternative) => void;
  onSave: () => void;
  onCancel: () => void;
  /** Leaves the booking as somebody else has stored it meanwhile. */
  onTheirs: () => void;
  /** Goes on with a draft made from that. */
  onDraft: (theirs: Booking, draft: BookingDraft) => void;
}) {
  const words = useWords(calendarWords);
  const format = useFormat();
  const settled = useSettled(draft, PAUSE_MS);
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
  const isStretched =
    campaign !== undefined && (draft.fromDate < campaign.fromDate || draft.toDate > campaign.toDate);
  const [first] = [draft.fromDate, campaign?.fromDate ?? draft.fromDate].sort();
  const last = [draft.toDate, campaign?.toDate ?? draft.toDate].sort().at(-1);
  const isConflict = trouble instanceof Trouble && trouble.code === 'booking.changed';
  return (
    <section className="panel change-check" aria-live="polite" aria-busy={!isChecked}>
      <h2 ref={headRef} tabIndex={-1}>
        {step ? words.stepTitles[step.act](booking.name) : words.changeTitle(booking.name)}
      </h2>
      <BookingDifferences before={base} after={draft} />
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
      {isConflict ? (
        <BookingConflict
          bookingId={booking.id}
          mine={{ before: base, after: draft }}
          isBusy={isSaving}
          onTheirs={onTheirs}
          onDraft={onDraft}
        />
      ) : (
        trouble && <TroubleNote error={trouble} />
      )}
      <div className="acts">
        {!isConflict && (
          <Button type="primary" loading={isSaving} disabled={!isChecked} onClick={onSave}>
            {isChecked ? (preview.data.fit.fits ? words.save : words.saveAnyway) : words.checking}
          </Button>
        )}
        <Button onClick={onCancel}>{words.cancel}</Button>
      </div>
    </section>
  );
}
