import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { BookingDraft } from '../../campaigns/booking.ts';
import type { Booking } from '../../campaigns/campaign.ts';
import { answer, api } from '../api.ts';
import { baseOf, type PendingChange, useBookingChanges } from '../booking-changes.ts';
import { type Dates, datesOf, draftOfBooking, stepped } from '../calendar.ts';
import { lastEndpoint, rememberEndpoint, startingEndpoint } from '../calendar-start.ts';
import { SPANS } from '../choices.ts';
import { browserZone, localDateAt } from '../day.ts';
import { endpointQuery, nowQuery, placesQuery, statesQuery } from '../fleet-queries.ts';
import { useFormat } from '../format.ts';
import { EndpointChoice } from '../forms/endpoint-choice.tsx';
import { AirtimeCalendar } from '../parts/airtime-calendar.tsx';
import { AirtimeDay } from '../parts/airtime-day.tsx';
import { ChangeCheck } from '../parts/change-check.tsx';
import { Found, Nothing, SkeletonLines, TroubleNote } from '../parts/waiting.tsx';
import { bookingsQuery, campaignQuery } from '../queries.ts';
import { useMay } from '../session.tsx';
import { bookingWords } from '../words/booking-words.ts';
import { calendarWords } from '../words/calendar-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/bookings/calendar');
/** Of so many that play, the first with a booking is looked for. */
const PLAYING_ASKED = 100;

/** The airtime of an endpoint by day, week or month; bookings are moved by their bars. */
export function CalendarPage() {
  const words = useWords(calendarWords);
  const { back, span: spanOfDates } = useWords(bookingWords);
  const format = useFormat();
  const mayBook = useMay('book');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const endpoint = useQuery({
    ...endpointQuery(String(search.endpoint)),
    enabled: search.endpoint !== undefined,
    refetchInterval: false,
  }).data;
  const today = localDateAt(Date.now(), endpoint?.timeZone ?? browserZone());
  const { span = 'month', date = today } = search;
  const dates = datesOf(span, date);
  const go = (next: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, hour: undefined, at: undefined, ...next }) });
  const { start, fleet } = useStart(search.endpoint === undefined);
  useEffect(() => {
    if (search.endpoint !== undefined) rememberEndpoint(search.endpoint);
    else if (typeof start === 'number')
      void navigate({ search: (before) => ({ ...before, endpoint: start }), replace: true });
  }, [search.endpoint, start, navigate]);
  return (
    <section className="page">
      <p>
        <Link to="/bookings">{back}</Link>
      </p>
      <h1>{words.title}</h1>
      <p className="quiet">{mayBook ? words.lead : words.leadLook}</p>
      <div className="calendar-head panel">
        <EndpointChoice
          label={words.endpoint}
          value={search.endpoint}
          onChoose={(chosen) => go({ endpoint: chosen })}
        />
        <fieldset className="weekdays" aria-label={words.span}>
          {SPANS.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === span}
              onClick={() => go({ span: one, date })}
            >
              {words.spans[one]}
            </button>
          ))}
        </fieldset>
        <span className="acts">
          <Button aria-label={words.earlier} onClick={() => go({ date: stepped(span, date, -1) })}>
            ‹
          </Button>
          <Button onClick={() => go({ date: undefined })}>{words.today}</Button>
          <Button aria-label={words.later} onClick={() => go({ date: stepped(span, date, 1) })}>
            ›
          </Button>
        </span>
        <b className="number">
          {span === 'day'
            ? format.date(date)
            : spanOfDates(format.date(dates[0] ?? date), format.date(dates.at(-1) ?? date))}
        </b>
      </div>
      {search.endpoint === undefined ? (
        start === null ? (
          <Nothing>{words.noEndpoint}</Nothing>
        ) : (
          <Found query={fleet} lines={8}>
            {() => <SkeletonLines lines={8} />}
          </Found>
        )
      ) : (
        <Calendar key={search.endpoint} endpointId={search.endpoint} dates={dates} today={today} />
      )}
    </section>
  );
}

/** The endpoint to open with: undefined while that is not known, null where there is none; and the fleet that it is of. */
function useStart(isWanted: boolean) {
  const fleet = useQuery({ ...placesQuery, enabled: isWanted });
  const states = useQuery({ ...statesQuery, enabled: isWanted });
  const ids = (states.data?.states.playing ?? []).slice(0, PLAYING_ASKED);
  const now = useQuery({ ...nowQuery(ids), enabled: isWanted && ids.length > 0 });
  if (!isWanted || !fleet.data || states.isPending || (ids.length > 0 && now.isPending))
    return { fleet, start: undefined };
  const onAir = now.data?.filter(({ playing }) => playing?.bookingId != null) ?? [];
  const start = startingEndpoint(
    fleet.data.places.map(({ id }) => id),
    lastEndpoint(),
    onAir.map(({ endpointId }) => endpointId),
  );
  return { fleet, start };
}

function Calendar({
  endpointId,
  dates,
  today,
}: {
  endpointId: number;
  dates: readonly string[];
  today: string;
}) {
  const words = useWords(calendarWords);
  const format = useFormat();
  const mayBook = useMay('book');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const bookings = useQuery(bookingsQuery({ endpointId: String(endpointId) }));
  const [from = today, to = from] = [dates[0], dates.at(-1)];
  const airtime = useQuery({
    queryKey: ['airtime', endpointId, from, to],
    queryFn: () =>
      answer(
        api.airtime.endpoints[':id'].airtime.$get({ param: { id: String(endpointId) }, query: { from, to } }),
      ),
  });
  /** What is still waited for, of the two. */
  const waited: UseQueryResult<unknown> = airtime.data ? bookings : airtime;
  const days = airtime.data?.days ?? [];
  const [pending, setPending] = useState<PendingChange | null>(null);
  const campaignId = pending?.booking.campaignId;
  const campaign = useQuery({ ...campaignQuery(campaignId ?? 0), enabled: campaignId !== undefined });
  const changes = useBookingChanges();
  const check = useRef<HTMLHeadingElement>(null);
  const [isCheckWanted, wantCheck] = useState(0);
  useEffect(() => {
    if (isCheckWanted > 0) check.current?.focus();
  }, [isCheckWanted]);
  const said =
    pending &&
    words.moved(pending.booking.name, format.date(pending.draft.fromDate), format.date(pending.draft.toDate));

  function onDates(moved: Booking, next: Dates): void {
    changes.forgetError();
    const own = pending?.booking.id === moved.id && !pending.step ? pending : null;
    // A change goes on from the booking as it was when it began, whatever came in meanwhile.
    const booking = own?.booking ?? moved;
    const isSame = next.fromDate === booking.fromDate && next.toDate === booking.toDate;
    const before = own?.draft ?? draftOfBooking(booking);
    setPending(
      isSame ? null : { booking, draft: { ...before, fromDate: next.fromDate, toDate: next.toDate } },
    );
  }
  async function save(change: PendingChange): Promise<void> {
    try {
      await changes.save(change);
      setPending(null);
      const { undone, redone, saved } = words;
      void message.success(change.step ? { undo: undone, redo: redone }[change.step.act] : saved);
    } catch {
      // What went wrong is shown where the change is.
    }
  }
  /** Looks at an undo or redo as at any change. */
  function look(step: PendingChange['step']): void {
    const booking = bookings.data?.find(({ id }) => id === step?.of.id);
    if (!step) return;
    if (!booking) {
      changes.forget(step.of);
      return;
    }
    changes.forgetError();
    setPending({ booking, draft: step.act === 'undo' ? step.of.before : step.of.after, step });
    wantCheck((n) => n + 1);
  }
  const undo = () => look(changes.undoable);
  const redo = () => look(changes.redoable);
  function drop(): void {
    changes.forgetError();
    setPending(null);
  }
  const inView = (bookings.data ?? []).filter(
    (one) => (one.fromDate <= to && one.toDate >= from) || pending?.booking.id === one.id,
  );
  return (
    <Found query={waited} lines={8}>
      {() => (
        <>
          {mayBook && (
            // biome-ignore lint/a11y/noStaticElementInteractions: the shortcuts belong to the buttons inside
            <div
              className="acts"
              onKeyDown={(event) => {
                if (!(event.ctrlKey || event.metaKey)) return;
                // Shift makes a capital of it.
                const key = event.key.toLowerCase();
                if (key === 'z' && !event.shiftKey) undo();
                if (key === 'y' || (key === 'z' && event.shiftKey)) redo();
              }}
            >
              <Button disabled={!changes.undoable || changes.isSaving} onClick={undo}>
                {words.undo}
              </Button>
              <Button disabled={!changes.redoable || changes.isSaving} onClick={redo}>
                {words.redo}
              </Button>
              <output className="quiet">{said}</output>
            </div>
          )}
          {changes.error && !pending && <TroubleNote error={changes.error} />}
          {inView.length === 0 && (
            <Nothing>
              {words.none} {mayBook && <Link to="/bookings/new">{words.add}</Link>}
            </Nothing>
          )}
          {days[0] && dates.length === 1 ? (
            <AirtimeDay
              endpointId={endpointId}
              date={days[0].date}
              hours={days[0].hours}
              bookings={inView}
              hour={search.hour}
              at={search.at}
              onChoose={(choice) =>
                void navigate({ search: (before) => ({ ...before, at: undefined, ...choice }) })
              }
            />
          ) : (
            <AirtimeCalendar
              days={days}
              bookings={inView}
              today={today}
              pending={pending && { ...pending.draft, id: pending.booking.id }}
              {...(mayBook && { onDates })}
              onCheck={() => wantCheck((n) => n + 1)}
              onCancel={() => setPending(null)}
              onDay={(date) => void navigate({ search: (before) => ({ ...before, span: 'day', date }) })}
            />
          )}
          {pending && (
            <ChangeCheck
              pending={pending}
              base={baseOf(pending)}
              campaign={campaign.data}
              trouble={changes.error}
              isSaving={changes.isSaving}
              headRef={check}
              onTake={({ change: { others: _, ...change } }) =>
                setPending({ ...pending, draft: { ...pending.draft, ...change } as BookingDraft })
              }
              onSave={() => void save(pending)}
              onCancel={drop}
              onTheirs={() => {
                if (pending.step) changes.forget(pending.step.of);
                drop();
                void queries.invalidateQueries({ queryKey: ['bookings'] });
              }}
              onDraft={(booking, draft) => {
                if (pending.step) changes.forget(pending.step.of);
                changes.forgetError();
                setPending({ booking, draft });
              }}
            />
          )}
        </>
      )}
    </Found>
  );
}
