import { type KeyboardEvent, useRef, useState } from 'react';
import { useFormat } from '../format.ts';

/** A spot of an hour. */
export interface StripSpot {
  readonly startsAt: string;
  readonly durationMs: number;
  readonly assetId: number;
  readonly bookingId: number | null;
  /** Drawn so that it stands out. */
  readonly isMarked?: boolean;
}

const ROW_MS = 600_000;
const ROWS = 6;

/** The colour of a booking: one of eight, the same everywhere; filler is grey. */
export function bookingTone(bookingId: number | null): string {
  return bookingId === null ? 'filler' : String(bookingId % 8);
}

/**
 * An hour's loop as six strips of ten minutes. One stop for the tab key; arrows go from spot to spot, and Enter or
 * a click chooses one.
 */
export function HourStrip({
  from,
  zone,
  spots,
  nameOf,
  label,
  chosen,
  onSpot,
}: {
  from: string;
  zone: string;
  spots: readonly StripSpot[];
  nameOf: (spot: StripSpot) => string;
  label: string;
  chosen?: string | undefined;
  onSpot?: (spot: StripSpot) => void;
}) {
  const format = useFormat();
  const [focused, setFocused] = useState(0);
  const buttons = useRef(new Map<number, HTMLButtonElement>());
  const start = Date.parse(from);
  const kinds = kindsOf(spots, nameOf);
  function onKey(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(spots.length - 1, focused + step));
    setFocused(next);
    buttons.current.get(next)?.focus();
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form controls
    <div className="hour" role="group" aria-label={label} onKeyDown={onKey}>
      {Array.from({ length: ROWS }, (_, row) => {
        const rowStart = start + row * ROW_MS;
        return (
          <div key={rowStart} className="ten-minutes">
            <time dateTime={new Date(rowStart).toISOString()}>{format.clock(rowStart, zone)}</time>
            <div>
              {spots.map((spot, index) => {
                const at = Date.parse(spot.startsAt);
                if (at < rowStart || at >= rowStart + ROW_MS) return null;
                const name = nameOf(spot);
                return (
                  <button
                    key={spot.startsAt}
                    ref={(button) => {
                      if (button) buttons.current.set(index, button);
                      else buttons.current.delete(index);
                    }}
                    type="button"
                    tabIndex={index === Math.min(focused, spots.length - 1) ? 0 : -1}
                    data-tone={bookingTone(spot.bookingId)}
                    data-marked={spot.isMarked ?? false}
                    aria-pressed={spot.startsAt === chosen}
                    aria-label={`${format.time(at, zone)} ${name}`}
                    title={`${format.time(at, zone)} ${name}`}
                    style={{
                      left: `${((at - rowStart) / ROW_MS) * 100}%`,
                      width: `${(Math.min(spot.durationMs, rowStart + ROW_MS - at) / ROW_MS) * 100}%`,
                    }}
                    onFocus={() => setFocused(index)}
                    onClick={() => onSpot?.(spot)}
                  >
                    <span>{name}</span>
                  </button>
                );
              })}
            </div>
          </div>
        );
      })}
      <ul className="hour-legend">
        {kinds.map(({ name, tone, count }) => (
          <li key={`${tone} ${name}`}>
            <i data-tone={tone} aria-hidden="true" />
            {name} <span className="quiet">× {format.number(count)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What the hour is made of, in the order of its first appearance; many spots are too narrow for a name. */
function kindsOf(spots: readonly StripSpot[], nameOf: (spot: StripSpot) => string) {
  const kinds = new Map<string, { name: string; tone: string; count: number }>();
  for (const spot of spots) {
    const [name, tone] = [nameOf(spot), bookingTone(spot.bookingId)];
    const known = kinds.get(`${tone} ${name}`) ?? { name, tone, count: 0 };
    kinds.set(`${tone} ${name}`, { ...known, count: known.count + 1 });
  }
  return [...kinds.values()];
}
