import type { Rate } from '../../campaigns/booking.ts';
import { WholeNumber } from '../parts/whole-number.tsx';
import { bookingWords } from '../words/booking-words.ts';
import { useWords } from '../words/use-words.ts';

const KINDS = ['perHour', 'everyMinutes', 'share'] as const;

function rateOfKind(kind: (typeof KINDS)[number]): Rate {
  if (kind === 'perHour') return { kind, plays: 6 };
  return kind === 'everyMinutes' ? { kind, minutes: 10 } : { kind, weight: 1 };
}

/** How often: in times an hour, at least every so many minutes, or filling free time. */
export function RateFields({
  rate,
  tier,
  onRate,
  onTier,
}: {
  rate: Rate;
  /** Null: the priority is not asked for. */
  tier: number | null;
  onRate: (rate: Rate) => void;
  onTier?: (tier: number) => void;
}) {
  const words = useWords(bookingWords);
  const [value, unit, most] =
    rate.kind === 'perHour'
      ? ([rate.plays, words.times, 240] as const)
      : rate.kind === 'everyMinutes'
        ? ([rate.minutes, words.minutes, 60] as const)
        : ([rate.kind === 'share' ? rate.weight : 1, words.weight, 10_000] as const);
  function put(n: number): void {
    if (rate.kind === 'perHour') onRate({ kind: 'perHour', plays: n });
    else if (rate.kind === 'everyMinutes') onRate({ kind: 'everyMinutes', minutes: n });
    else onRate({ kind: 'share', weight: n });
  }
  return (
    <div className="side-by-side">
      <label className="field">
        <span>{words.rate}</span>
        <select
          value={rate.kind}
          onChange={({ target }) =>
            onRate(rateOfKind(KINDS.find((kind) => kind === target.value) ?? 'perHour'))
          }
        >
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {words.rateKinds[kind]}
            </option>
          ))}
          {rate.kind === 'target' && <option value="target">{words.rates.target}</option>}
        </select>
      </label>
      {rate.kind !== 'target' && (
        <label className="field">
          <span>{unit}</span>
          <WholeNumber value={value} least={1} most={most} onChange={put} />
        </label>
      )}
      {tier !== null && (
        <label className="field">
          <span>{words.tier}</span>
          <WholeNumber
            value={tier}
            least={0}
            most={9}
            title={words.tierHint}
            onChange={(next) => onTier?.(next)}
          />
        </label>
      )}
    </div>
  );
}
