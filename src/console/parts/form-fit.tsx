import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Booking } from '../../campaigns/campaign.ts';
import { answer, api } from '../api.ts';
import { type BookingForm, bodyOf, previewOf, withAlternative } from '../booking-form-state.ts';
import { splitDayparts } from '../day-pattern.ts';
import { firstMeantQuery } from '../fleet-queries.ts';
import { useSettled } from '../settled.ts';
import { bookingWords } from '../words/booking-words.ts';
import { calendarWords } from '../words/calendar-words.ts';
import { useWords } from '../words/use-words.ts';
import { FitPanel } from './fit-panel.tsx';
import { ShownHours } from './shown-hours.tsx';
import { Found } from './waiting.tsx';

/** A preview compiles programmes: it is asked once the person pauses. */
const PAUSE_MS = 400;

/** What the booking in a form would get and who would lose by it, said again whenever the form rests. */
export function FormFit({
  form,
  stored,
  anyCampaign,
  onChange,
}: {
  form: BookingForm;
  /** The booking whose place it would take. */
  stored: Booking | null;
  /** Stands for a campaign that is still to be made. */
  anyCampaign: number | null;
  onChange: (form: BookingForm) => void;
}) {
  const words = useWords(bookingWords);
  const { checking } = useWords(calendarWords);
  const settled = useSettled(form, PAUSE_MS);
  const asked = previewOf(settled, anyCampaign);
  const found = useQuery(firstMeantQuery(settled.endpoints));
  const first = found.data;
  const preview = useQuery({
    queryKey: ['fit', asked, stored?.id, first?.id],
    queryFn: () =>
      answer(
        api.fits.bookings.preview.$post({
          json: {
            ...(asked ?? bodyOf(settled, 0, 0)),
            // A campaign that is still to be made will have the dates of the booking.
            stretchCampaign: stored !== null || settled.campaignId === null,
            ...(stored && { replaces: stored.id }),
            ...(first && { show: { endpointId: first.id, hour: hourToShow(settled) } }),
          },
        }),
      ),
    enabled: asked !== null && !found.isPending,
    placeholderData: keepPreviousData,
  });
  const isChecked = settled === form && !preview.isPending && !preview.isPlaceholderData;
  return (
    <section className="panel sticky" aria-live="polite" aria-busy={asked !== null && !isChecked}>
      <h2>{words.fit}</h2>
      {asked === null ? (
        <p className="quiet">{words.fitWaits}</p>
      ) : (
        <Found query={preview} lines={6}>
          {({ fit, shown }) => (
            <>
              {!isChecked && <p className="quiet">{checking}</p>}
              <FitPanel fit={fit} onTake={(alternative) => onChange(withAlternative(form, alternative))} />
              {shown && first && <ShownHours hours={shown.hours} endpoint={first} />}
            </>
          )}
        </Found>
      )}
    </section>
  );
}

/** An hour in which the booking is meant to play: the first of its hours, else noon. */
function hourToShow(form: BookingForm): number {
  const [first] = splitDayparts(form.dayparts).hours;
  return first ? Number(first.from.slice(0, 2)) : 12;
}
