import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import type { Booking } from '../../campaigns/campaign.ts';
import type { Airtime } from '../../schedule/airtime.ts';
import { barOf, type Dates, draggedDates, type Grip, weekdayOf } from '../calendar.ts';
import { useFormat } from '../format.ts';
import { bookingWords } from '../words/booking-words.ts';
import { calendarWords } from '../words/calendar-words.ts';
import { useWords } from '../words/use-words.ts';
import { bookingTone } from './hour-strip.tsx';
import { Wide } from './wide.tsx';

/** The airtime of one local date. */
export type DayAirtime = Airtime & { readonly date: string };

/** What part of the open time bookings have; null where it is closed. */
export function takenShare({ openMs, takers }: Airtime): number | null {
  if (openMs === 0) return null;
  const takenMs = takers.reduce(
    (sum, { bookingId, airtimeMs }) => sum + (bookingId === null ? 0 : airtimeMs),
    0,
  );
  return Math.min(1, takenMs / openMs);
}

/** So wide that the numbers of a day can be read. Pixels. */
export function widthOf(columns: number): number {
  return 190 + 28 * columns;
}

/** Bookings as bars over days; bars and their ends are moved by mouse, finger or keyboard. */
export function AirtimeCalendar({
  days,
  bookings,
  today,
  pending,
  onDates,
  onCheck,
  onCancel,
  onDay,
}: {
  days: readonly DayAirtime[];
  bookings: readonly Booking[];
  today: string;
  /** The booking whose dates are being changed, and to what. */
  pending: (Dates & { readonly id: number }) | null;
  /** Absent: nothing can be moved. */
  onDates?: (booking: Booking, dates: Dates) => void;
  onCheck: () => void;
  onCancel: () => void;
  onDay: (date: string) => void;
}) {
  const words = useWords(calendarWords);
  const { weekdays } = useWords(bookingWords);
  const format = useFormat();
  const dates = days.map(({ date }) => date);
  const columns = { gridTemplateColumns: `repeat(${dates.length}, minmax(0, 1fr))` };
  return (
    <Wide label={words.title}>
      <div className="airtime" style={{ minWidth: widthOf(dates.length) }}>
        <p className="unseen" id="calendar-keys">
          {words.keys}
        </p>
        <div className="airtime-row heads">
          <span className="name quiet">{words.taken}</span>
          <div className="days" style={columns}>
            {days.map((day) => {
              const share = takenShare(day);
              const percent = share === null ? words.closed : format.percent(share);
              const title = words.takenTitle(format.date(day.date), percent, format.length(day.openMs));
              return (
                <button
                  key={day.date}
                  type="button"
                  className="day-head"
                  data-today={day.date === today}
                  data-weekend={weekdayOf(day.date) % 6 === 0}
                  title={title}
                  onClick={() => onDay(day.date)}
                >
                  <span className="unseen">{title}</span>
                  <small aria-hidden="true">{weekdays[(weekdayOf(day.date) + 6) % 7]}</small>
                  <b aria-hidden="true">{Number(day.date.slice(8))}</b>
                  <svg viewBox="0 0 10 20" preserveAspectRatio="none" aria-hidden="true">
                    <rect y={20 - 20 * (share ?? 0)} width="10" height={20 * (share ?? 0)} />
                  </svg>
                </button>
              );
            })}
          </div>
        </div>
        {bookings.map((booking) => (
          <BookingRow
            key={booking.id}
            booking={booking}
            shown={pending?.id === booking.id ? pending : booking}
            isPending={pending?.id === booking.id}
            days={days}
            dates={dates}
            onDates={onDates && ((next) => onDates(booking, next))}
            onCheck={onCheck}
            onCancel={onCancel}
          />
        ))}
      </div>
    </Wide>
  );
}

function BookingRow({
  booking,
  shown,
  isPending,
  days,
  dates,
  onDates,
  onCheck,
  onCancel,
}: {
  booking: Booking;
  shown: Dates;
  isPending: boolean;
  days: readonly DayAirtime[];
  dates: readonly string[];
  onDates: ((dates: Dates) => void) | undefined;
  onCheck: () => void;
  onCancel: () => void;
}) {
  const words = useWords(calendarWords);
  const format = useFormat();
  const track = useRef<HTMLDivElement>(null);
  const held = useRef<{ grip: Grip; x: number; from: Dates; days: number } | null>(null);
  const bar = barOf(shown, dates);
  const columns = { gridTemplateColumns: `repeat(${dates.length}, minmax(0, 1fr))` };
  const label = words.bar(booking.name, format.date(shown.fromDate), format.date(shown.toDate));

  function onDown(event: PointerEvent<HTMLElement>): void {
    if (!onDates || event.button !== 0) return;
    const grip = (event.target as HTMLElement).dataset.grip as Grip | undefined;
    event.currentTarget.setPointerCapture(event.pointerId);
    held.current = { grip: grip ?? 'whole', x: event.clientX, from: shown, days: 0 };
  }
  function onMove(event: PointerEvent): void {
    const hold = held.current;
    if (!hold || !onDates || !track.current) return;
    const width = track.current.getBoundingClientRect().width / dates.length;
    const by = Math.round((event.clientX - hold.x) / width);
    if (by === hold.days) return;
    hold.days = by;
    onDates(draggedDates(hold.from, hold.grip, by));
  }
  function onUp(): void {
    if (held.current && held.current.days !== 0) onCheck();
    held.current = null;
  }
  function onKey(event: KeyboardEvent): void {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (event.key === 'Escape' && isPending) onCancel();
    else if (event.key === 'Enter' && isPending) onCheck();
    else if (by !== 0 && onDates) {
      const grip = event.shiftKey ? 'to' : event.altKey ? 'from' : 'whole';
      onDates(draggedDates(shown, grip, by));
    } else return;
    event.preventDefault();
  }
  return (
    <div className="airtime-row">
      <span className="name" title={booking.name}>
        {booking.name}
      </span>
      <div className="days" style={columns} ref={track}>
        {bar && (
          <button
            type="button"
            className="bar"
            data-tone={bookingTone(booking.id)}
            data-pending={isPending}
            data-before={bar.goesBefore}
            data-after={bar.goesAfter}
            data-fixed={onDates === undefined}
            style={{ gridColumn: `${bar.first + 1} / ${bar.last + 2}` }}
            aria-describedby={onDates && 'calendar-keys'}
            title={label}
            onPointerDown={onDown}
            onPointerMove={onMove}
            onPointerUp={onUp}
            onPointerCancel={() => {
              held.current = null;
            }}
            onKeyDown={onKey}
          >
            <span className="unseen">{label}</span>
            {!bar.goesBefore && onDates && <i data-grip="from" />}
            {days.slice(bar.first, bar.last + 1).map((day) => {
              const taker = isPending
                ? undefined
                : day.takers.find(({ bookingId }) => bookingId === booking.id);
              return (
                <span
                  key={day.date}
                  aria-hidden="true"
                  data-short={(taker?.missing ?? 0) > 0}
                  data-none={!taker}
                >
                  {taker ? String(taker.plays) : isPending ? '' : '·'}
                </span>
              );
            })}
            {!bar.goesAfter && onDates && <i data-grip="to" />}
          </button>
        )}
      </div>
    </div>
  );
}
