import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { answer, api } from '../api.ts';
import { BookingEditor } from '../forms/booking-editor.tsx';
import { Found } from '../parts/waiting.tsx';
import { bookingWords } from '../words/booking-words.ts';
import { changeWords } from '../words/change-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/bookings/$bookingId');

/** A booking that is not stored yet. */
export function BookingPage() {
  const words = useWords(bookingWords);
  return (
    <Frame>
      <h1>{words.newTitle}</h1>
      <BookingEditor stored={null} />
    </Frame>
  );
}

/** A stored booking, to be changed. */
export function StoredBookingPage() {
  const words = useWords(changeWords);
  const { bookingId } = route.useParams();
  const booking = useQuery({
    queryKey: ['bookings', Number(bookingId)],
    queryFn: () => answer(api.campaigns.bookings[':id'].$get({ param: { id: bookingId } })),
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <Frame>
      <Found query={booking} lines={12}>
        {(stored) => (
          <>
            <h1>{words.editTitle(stored.name)}</h1>
            <BookingEditor key={stored.id} stored={stored} />
          </>
        )}
      </Found>
    </Frame>
  );
}

function Frame({ children }: { children: ReactNode }) {
  const words = useWords(bookingWords);
  return (
    <section className="page">
      <p>
        <Link to="/bookings">{words.back}</Link>
      </p>
      {children}
    </section>
  );
}
