import { useQuery } from '@tanstack/react-query';
import type { Booking } from '../../campaigns/campaign.ts';
import type { Airtime } from '../../schedule/airtime.ts';
import { answer, api } from '../api.ts';
import { useTitles } from '../asset-titles.ts';
import { useFormat } from '../format.ts';
import { calendarWords } from '../words/calendar-words.ts';
import { useWords } from '../words/use-words.ts';
import { takenShare, widthOf } from './airtime-calendar.tsx';
import { Explanation } from './explanation.tsx';
import { bookingTone, HourStrip } from './hour-strip.tsx';
import { Found, Nothing } from './waiting.tsx';
import { Wide } from './wide.tsx';

/** A day of an endpoint by the hour, and the loop of the hour that is chosen with a reason behind every spot. */
export function AirtimeDay({
  endpointId,
  date,
  hours,
  bookings,
  hour,
  at,
  onChoose,
}: {
  endpointId: number;
  date: string;
  hours: readonly (Airtime & { readonly hour: number })[];
  bookings: readonly Booking[];
  /** The place of the chosen hour in the day; two hours of a day may bear the same number. */
  hour: number | undefined;
  at: string | undefined;
  onChoose: (choice: { hour: number; at?: string | undefined }) => void;
}) {
  const words = useWords(calendarWords);
  const format = useFormat();
  const columns = { gridTemplateColumns: `repeat(${hours.length}, minmax(0, 1fr))` };
  const rows: readonly { id: number | null; name: string }[] = [
    ...bookings,
    { id: null, name: words.filler },
  ];
  return (
    <>
      <Wide label={words.title}>
        <div className="airtime" style={{ minWidth: widthOf(hours.length) }}>
          <div className="airtime-row heads">
            <span className="name quiet">{words.taken}</span>
            <div className="days" style={columns}>
              {hours.map((one, place) => {
                const share = takenShare(one);
                const title = words.hourTitle(
                  format.number(one.hour),
                  share === null ? words.closed : format.percent(share),
                );
                return (
                  <button
                    // biome-ignore lint/suspicious/noArrayIndexKey: an hour is known by its place in the day
                    key={place}
                    type="button"
                    className="day-head"
                    aria-pressed={place === hour}
                    title={title}
                    onClick={() => onChoose({ hour: place })}
                  >
                    <span className="unseen">{title}</span>
                    <b aria-hidden="true">{one.hour}</b>
                    <svg viewBox="0 0 10 20" preserveAspectRatio="none" aria-hidden="true">
                      <rect y={20 - 20 * (share ?? 0)} width="10" height={20 * (share ?? 0)} />
                    </svg>
                  </button>
                );
              })}
            </div>
          </div>
          {rows.map(({ id, name }) => (
            <div key={id ?? 'filler'} className="airtime-row">
              <span className="name" title={name}>
                {name}
              </span>
              <div className="days" style={columns}>
                {hours.map((one, place) => {
                  const taker = one.takers.find(({ bookingId }) => bookingId === id);
                  return (
                    <span
                      // biome-ignore lint/suspicious/noArrayIndexKey: an hour is known by its place in the day
                      key={place}
                      className="cell"
                      data-tone={taker && bookingTone(id)}
                      data-short={(taker?.missing ?? 0) > 0}
                      title={
                        taker && taker.missing > 0 ? words.missing(format.number(taker.missing)) : undefined
                      }
                    >
                      {taker && format.number(taker.plays)}
                    </span>
                  );
                })}
              </div>
            </div>
          ))}
        </div>
      </Wide>
      <section className="panel">
        {hour === undefined ? (
          <p className="quiet">{words.chooseHour}</p>
        ) : (
          <Hour endpointId={endpointId} date={date} place={hour} at={at} hours={hours} onChoose={onChoose} />
        )}
      </section>
    </>
  );
}

function Hour({
  endpointId,
  date,
  place,
  at,
  hours,
  onChoose,
}: {
  endpointId: number;
  date: string;
  place: number;
  at: string | undefined;
  hours: readonly { readonly hour: number; readonly openMs: number }[];
  onChoose: (choice: { hour: number; at?: string | undefined }) => void;
}) {
  const words = useWords(calendarWords);
  const format = useFormat();
  const programme = useQuery({
    queryKey: ['programme', endpointId, date],
    queryFn: () =>
      answer(
        api.programme.endpoints[':id'].programme.$get({ param: { id: String(endpointId) }, query: { date } }),
      ),
  });
  const titleOf = useTitles(
    programme.data?.hours.flatMap(({ spots }) => spots.map(({ assetId }) => assetId)) ?? [],
  );
  const number = hours[place]?.hour ?? place;
  const twin = hours.slice(0, place).filter(({ hour }) => hour === number).length;
  return (
    <>
      <h2>{words.hour(format.number(number))}</h2>
      <p className="quiet">{words.hourLead}</p>
      <Found query={programme} lines={6}>
        {({ hours: loops, timeZone }) => {
          const loop = loops.filter(
            ({ from }) => Number(format.clock(from, timeZone).slice(0, 2)) === number,
          )[twin];
          if (!loop) return <Nothing>{words.noHour}</Nothing>;
          return (
            <HourStrip
              from={loop.from}
              zone={timeZone}
              spots={loop.spots}
              label={words.hour(format.number(number))}
              chosen={at}
              nameOf={({ assetId }) => titleOf(assetId)}
              onSpot={({ startsAt }) => onChoose({ hour: place, at: startsAt })}
            />
          );
        }}
      </Found>
      {at !== undefined && <Explanation endpointId={endpointId} at={at} />}
    </>
  );
}
