import type { Rate } from '../../campaigns/booking.ts';
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
  function put(text: string): void {
    const n = Math.max(1, Math.min(most, Math.round(Number(text)) || 1));
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
          <input
            type="number"
            min={1}
            max={most}
            value={value}
            onChange={({ target }) => put(target.value)}
          />
        </label>
      )}
      {tier !== null && (
        <label className="field">
          <span>{words.tier}</span>
          <input
            type="number"
            min={0}
            max={9}
            value={tier}
            title={words.tierHint}
            onChange={({ target }) =>
              onTier?.(Math.max(0, Math.min(9, Math.round(Number(target.value)) || 0)))
            }
          />
        </label>
      )}
    </div>
  );
}
