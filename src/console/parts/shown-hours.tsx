import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Sentence } from '../../campaigns/booking-fit.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import { useTitles } from '../asset-titles.ts';
import { useFormat } from '../format.ts';
import { bookingWords } from '../words/booking-words.ts';
import { useWords } from '../words/use-words.ts';
import { HourStrip } from './hour-strip.tsx';

interface ShownSpot {
  readonly startsAt: string;
  readonly durationMs: number;
  readonly assetId: number;
  /** Null: filler, or the booking that is not saved yet. */
  readonly bookingId: number | null;
  readonly isThis: boolean;
  readonly sentence: Sentence;
}

interface ShownHour {
  readonly from: string;
  readonly after: readonly ShownSpot[];
  readonly added: number;
  readonly moved: number;
  readonly takers: readonly {
    readonly bookingId: number | null;
    readonly isThis: boolean;
    readonly name: string;
    readonly tier: number;
    readonly sentence: Sentence;
  }[];
}

/** What an hour of an endpoint would become by a booking that is not saved yet; every spot says why. */
export function ShownHours({ hours, endpoint }: { hours: readonly ShownHour[]; endpoint: Endpoint }) {
  const words = useWords(bookingWords);
  const format = useFormat();
  const [chosen, choose] = useState<string>();
  const [hour] = hours;
  const titleOf = useTitles(hour?.after.map(({ assetId }) => assetId) ?? []);
  if (!hour || hour.after.length === 0) return null;
  const spot = hour.after.find(({ startsAt }) => startsAt === chosen);
  return (
    <section className="shown">
      <h3>{words.shown(`${endpoint.code} ${endpoint.name}`)}</h3>
      <p className="quiet">
        {format.dateTime(hour.from, endpoint.timeZone)} ·{' '}
        {words.shownChange(format.number(hour.added), format.number(hour.moved))}
      </p>
      <HourStrip
        from={hour.from}
        zone={endpoint.timeZone}
        spots={hour.after.map((one) => ({ ...one, isMarked: one.isThis }))}
        label={words.shown(endpoint.name)}
        chosen={chosen}
        nameOf={({ assetId }) => titleOf(assetId)}
        onSpot={({ startsAt }) => choose(startsAt)}
      />
      {spot ? (
        <WhyHere hour={hour} spot={spot} title={titleOf(spot.assetId)} endpoint={endpoint} />
      ) : (
        <p className="quiet">{words.shownLead}</p>
      )}
    </section>
  );
}

function WhyHere({
  hour,
  spot,
  title,
  endpoint,
}: {
  hour: ShownHour;
  spot: ShownSpot;
  title: string;
  endpoint: Endpoint;
}) {
  const words = useWords(bookingWords);
  const format = useFormat();
  const taker = hour.takers.find(
    ({ bookingId, isThis }) => isThis === spot.isThis && bookingId === spot.bookingId,
  );
  const others = hour.takers.filter((one) => one !== taker);
  return (
    <div className="why-here" aria-live="polite">
      <p>
        <b>{words.whyPlays(format.time(spot.startsAt, endpoint.timeZone), title)}</b>{' '}
        {taker ? (taker.isThis ? words.itself : taker.name) : words.filler}
        {words.colon}
        {spot.sentence[format.language]}
      </p>
      {taker && (
        <p>
          {words.tier} {format.number(taker.tier)} · {taker.sentence[format.language]}
        </p>
      )}
      {others.length > 0 && (
        <details>
          <summary>{words.othersInHour(format.number(others.length))}</summary>
          <ul className="bullets">
            {others.map(({ bookingId, isThis, name, tier, sentence }) => (
              <li key={bookingId ?? 'this'}>
                <b>{isThis ? words.itself : name}</b> {words.tier} {format.number(tier)} ·{' '}
                {sentence[format.language]}
              </li>
            ))}
          </ul>
        </details>
      )}
      <Link to="/why" search={{ endpoint: endpoint.id, at: spot.startsAt }}>
        {words.whyNow}
      </Link>
    </div>
  );
}
