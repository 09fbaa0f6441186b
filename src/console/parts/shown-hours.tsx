import type { Endpoint } from '../../endpoints/endpoint.ts';
import { useTitles } from '../asset-titles.ts';
import { useFormat } from '../format.ts';
import { bookingWords } from '../words/booking-words.ts';
import { useWords } from '../words/use-words.ts';
import { HourStrip } from './hour-strip.tsx';

interface ShownHour {
  readonly from: string;
  readonly after: readonly {
    readonly startsAt: string;
    readonly durationMs: number;
    readonly assetId: number;
    readonly bookingId: number | null;
    readonly isThis: boolean;
  }[];
  readonly added: number;
  readonly moved: number;
}

/** What an hour of an endpoint would become by a booking that is not saved yet. */
export function ShownHours({ hours, endpoint }: { hours: readonly ShownHour[]; endpoint: Endpoint }) {
  const words = useWords(bookingWords);
  const format = useFormat();
  const [hour] = hours;
  const titleOf = useTitles(hour?.after.map(({ assetId }) => assetId) ?? []);
  if (!hour || hour.after.length === 0) return null;
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
        spots={hour.after.map((spot) => ({ ...spot, isMarked: spot.isThis }))}
        label={words.shown(endpoint.name)}
        nameOf={({ assetId }) => titleOf(assetId)}
      />
    </section>
  );
}
