import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../api.ts';
import { useTitles } from '../asset-titles.ts';
import { useFormat } from '../format.ts';
import { useWords } from '../words/use-words.ts';
import { whyWords } from '../words/why-words.ts';
import { Thumbnail } from './thumbnail.tsx';
import { Found } from './waiting.tsx';

/** Whether the sentence about a booking has its counts and its next play in it already. */
const tellsCounts = ({ granted, code }: { granted: number | null; code: string }) =>
  granted !== null && code !== 'playing' && code !== 'override';

/** What plays at an endpoint at an instant (ISO 8601; local without an offset; now when absent), and why. */
export function Explanation({
  endpointId,
  at,
  assetId,
  bookingId,
}: {
  endpointId: number;
  at?: string | undefined;
  assetId?: number | undefined;
  /** Tells of this booking alone. */
  bookingId?: number | undefined;
}) {
  const words = useWords(whyWords);
  const format = useFormat();
  const explanation = useQuery({
    queryKey: ['why', endpointId, at ?? 'now', assetId ?? 0, bookingId ?? 0],
    queryFn: () =>
      answer(
        api.explain.endpoints[':id'].explain.$get({
          param: { id: String(endpointId) },
          query: {
            ...(at !== undefined && { at }),
            ...(assetId !== undefined && { assetId: String(assetId) }),
            ...(bookingId !== undefined && { bookingId: String(bookingId) }),
            meantOnly: 'true',
          },
        }),
      ),
  });
  const named = [explanation.data?.plays, explanation.data?.asset].flatMap((one) =>
    one ? [one.assetId] : [],
  );
  const titleOf = useTitles(named);
  return (
    <Found query={explanation} lines={6}>
      {({ plays, chain, bookings, asset, source, unchanged, at: instant, endpoint: { timeZone } }) => {
        const moment = format.dateTime(instant, timeZone);
        return (
          <div className="explanation">
            <section>
              <h2>{plays ? words.plays(moment) : words.nothingPlays(moment)}</h2>
              {plays && (
                <p className="plays">
                  <Thumbnail assetId={plays.assetId} width={96} />
                  <span>
                    <b>{titleOf(plays.assetId, plays.title)}</b>
                    <span className="quiet number">
                      {words.from(
                        format.time(plays.startedAt, timeZone),
                        format.time(plays.endsAt, timeZone),
                      )}
                    </span>
                    <span>{plays.sentence[format.language]}</span>
                  </span>
                </p>
              )}
              {asset && (
                <p className="asked">
                  <b>
                    {words.asked}: {titleOf(asset.assetId, asset.title)}
                  </b>{' '}
                  {asset.sentence[format.language]}
                  {asset.nextPlayAt !== null &&
                    ` · ${words.next(format.dateTime(asset.nextPlayAt, timeZone))}`}
                </p>
              )}
              <p className="quiet">
                {words[source]}
                {unchanged === false && ` · ${words.changed}`}
              </p>
            </section>
            <section>
              <h2>{words.chain}</h2>
              <ol className="chain">
                {chain.map(({ step, passed, sentence }) => (
                  <li key={step} data-passed={passed}>
                    <b>{words.steps[step]}</b> {sentence[format.language]}
                  </li>
                ))}
              </ol>
            </section>
            {bookings.length > 0 && (
              <section>
                <h2>{words.bookings}</h2>
                <ul className="reasons">
                  {bookings.map((booking) => (
                    <li key={booking.bookingId}>
                      <b>{booking.name}</b>{' '}
                      <span className="tag" data-tone={booking.takesPart ? 'good' : undefined}>
                        {booking.takesPart ? words.takesPart : words.leftOut}
                      </span>
                      <p>{booking.sentence[format.language]}</p>
                      {!tellsCounts(booking) && (
                        <p className="quiet">
                          {[
                            booking.granted !== null &&
                              booking.asked !== null &&
                              words.granted(format.number(booking.granted), format.number(booking.asked)),
                            booking.nextPlayAt !== null &&
                              words.next(format.dateTime(booking.nextPlayAt, timeZone)),
                          ]
                            .filter((part) => part !== false)
                            .join(' · ')}
                        </p>
                      )}
                    </li>
                  ))}
                </ul>
              </section>
            )}
          </div>
        );
      }}
    </Found>
  );
}
