import type { ShownDelivery } from '../../dispatch/plan.ts';
import { useFormat } from '../format.ts';
import { dispatchWords } from '../words/dispatch-words.ts';
import { useWords } from '../words/use-words.ts';

/** The colour of how a message fared. */
export const DELIVERY_TONES = { waiting: 'doubt', sent: 'good', givenUp: 'bad' } as const;

/** Messages that went out or were tried, the newest first, with every attempt. */
export function Deliveries({ deliveries }: { deliveries: readonly ShownDelivery[] }) {
  const words = useWords(dispatchWords);
  const format = useFormat();
  return (
    <ul className="deliveries panel">
      {deliveries.map((delivery) => (
        <li key={delivery.id}>
          <details open={delivery.state !== 'sent'}>
            <summary>
              <span className="tag" data-tone={DELIVERY_TONES[delivery.state]}>
                {words.states[delivery.state]}
              </span>{' '}
              <b>{delivery.title}</b> → {delivery.to}{' '}
              <span className="quiet">
                {words.channels[delivery.channel]} · {delivery.plan} ·{' '}
                {words.due(format.dateTime(delivery.dueAt))}
                {delivery.state === 'waiting' &&
                  delivery.nextAt !== null &&
                  ` · ${words.next(format.time(delivery.nextAt))}`}
                {' · '}
                {words.attempts(format.number(delivery.attempts.length))}
              </span>
            </summary>
            <ol>
              {delivery.attempts.map(({ number, at, outcome, detail }) => (
                <li key={number}>
                  {words.attempt(String(number), format.dateTime(at))} ·{' '}
                  <span data-outcome={outcome}>{detail}</span>
                </li>
              ))}
            </ol>
          </details>
        </li>
      ))}
    </ul>
  );
}
