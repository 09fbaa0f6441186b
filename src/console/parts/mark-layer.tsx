import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { areaBetween, areaMoved, type MarkedArea } from '../review-mark.ts';
import { markWords } from '../words/mark-words.ts';
import { useWords } from '../words/use-words.ts';

/** Smaller than this share of a side is a click, not an area. */
const LEAST = 0.01;
const STEP = 0.02;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

/** The frame of an area over the picture. */
export function MarkFrame({ area }: { area: MarkedArea }) {
  const percent = (share: number) => `${share * 100}%`;
  return (
    <span
      className="mark-frame"
      style={{
        left: percent(area.left),
        top: percent(area.top),
        width: percent(area.width),
        height: percent(area.height),
      }}
    />
  );
}

/** Lies over the picture while an area is chosen, by dragging or with the keys. */
export function MarkLayer({
  area,
  onPick,
  onEnd,
}: {
  area: MarkedArea | undefined;
  onPick: (area: MarkedArea) => void;
  onEnd: () => void;
}) {
  const words = useWords(markWords);
  const layer = useRef<HTMLButtonElement>(null);
  const [start, setStart] = useState<{ x: number; y: number } | null>(null);
  const [drawn, setDrawn] = useState<MarkedArea>(area ?? { left: 0.4, top: 0.4, width: 0.2, height: 0.2 });
  useEffect(() => {
    const before = document.activeElement;
    layer.current?.focus();
    // Whoever came by a button goes on from there.
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  function at(event: PointerEvent<HTMLButtonElement>): { x: number; y: number } {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  }
  function onKeyDown(event: KeyboardEvent): void {
    const step = ARROWS[event.key];
    if (step) setDrawn(areaMoved(drawn, step[0], step[1], event.shiftKey));
    else if (event.key === 'Enter' || event.key === ' ') {
      onPick(drawn);
      onEnd();
    } else if (event.key === 'Escape') onEnd();
    else return;
    event.preventDefault();
  }
  return (
    <button
      ref={layer}
      type="button"
      className="mark-layer"
      aria-label={words.pickArea}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setStart(at(event));
      }}
      onPointerMove={(event) => start && setDrawn(areaBetween(start, at(event)))}
      onPointerUp={(event) => {
        if (start === null) return;
        const picked = areaBetween(start, at(event));
        setStart(null);
        if (picked.width < LEAST || picked.height < LEAST) return;
        onPick(picked);
        onEnd();
      }}
    >
      <MarkFrame area={drawn} />
    </button>
  );
}
