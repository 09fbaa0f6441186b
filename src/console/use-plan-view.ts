import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { PlanPoint } from './plan.ts';
import { isWhole, type PlanView, panned, pinched, pointIn, showing, wholeOf, zoomed } from './plan-view.ts';

/** One turn of the wheel, one press of a button or key. */
const STEP = 1.5;
/** Where arrow keys go, in sixths of the view. */
const KEYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const NO_FRAME = { left: 0, top: 0, width: 1, height: 1 };

/**
 * What of a plan is looked at: closer and further by wheel, buttons, keys and two fingers, moved by keys, two
 * fingers and, where the page asks for it, one pointer.
 */
export function usePlanView(
  svg: RefObject<SVGSVGElement | null>,
  plan: { width: number; height: number },
  {
    start = wholeOf(plan),
    wheel = 'own',
  }: {
    /** What is seen first; all of the plan unless told. */
    start?: PlanView;
    /** `page`: the wheel scrolls the page, and zooms only with the control key, as two fingers on a touchpad tell it. */
    wheel?: 'own' | 'page';
  } = {},
) {
  const [held, hold] = useState<PlanView | null>(null);
  const view = held ?? start;
  const isNear = !isWhole(view, plan);
  /** By their place on the screen. */
  const fingers = useRef(new Map<number, PlanPoint>());
  const change = (to: (now: PlanView) => PlanView) => hold((now) => to(now ?? start));
  const placeIn = (now: PlanView, at: PlanPoint) =>
    pointIn(now, plan, svg.current?.getBoundingClientRect() ?? NO_FRAME, at);
  const onWheel = useRef<(event: WheelEvent) => void>(null);
  onWheel.current = (event) => {
    // Further away than the whole there is nothing: the page scrolls on.
    if (event.deltaY > 0 && !isNear) return;
    if (wheel === 'page' && !event.ctrlKey) return;
    event.preventDefault();
    const factor = STEP ** -Math.max(-1, Math.min(1, event.deltaY / 100));
    const at = { x: event.clientX, y: event.clientY };
    change((now) => zoomed(now, plan, factor, placeIn(now, at)));
  };

  // React listens to wheel and touch passively, and a passive listener cannot keep the page from scrolling.
  useEffect(() => {
    const drawing = svg.current;
    const onTurn = (event: WheelEvent) => onWheel.current?.(event);
    const onTouch = (event: TouchEvent) => {
      if (event.touches.length > 1) event.preventDefault();
    };
    drawing?.addEventListener('wheel', onTurn, { passive: false });
    drawing?.addEventListener('touchstart', onTouch, { passive: false });
    drawing?.addEventListener('touchmove', onTouch, { passive: false });
    return () => {
      drawing?.removeEventListener('wheel', onTurn);
      drawing?.removeEventListener('touchstart', onTouch);
      drawing?.removeEventListener('touchmove', onTouch);
    };
  }, [svg]);

  return {
    view,
    isNear,
    /** Where a pointer is, in units of the plan. */
    pointOf: ({ clientX, clientY }: { clientX: number; clientY: number }) =>
      placeIn(view, { x: clientX, y: clientY }),
    closer: () => change((now) => zoomed(now, plan, STEP)),
    further: () => change((now) => zoomed(now, plan, 1 / STEP)),
    showAll: () => hold(wholeOf(plan)),
    /** Moves the plan, as far as it must, for a point to be seen. */
    show: (at: PlanPoint) => change((now) => showing(now, plan, at)),
    /** Moves the plan as a pointer went, told by its steps on the screen. */
    drag: ({ movementX, movementY }: { movementX: number; movementY: number }) =>
      change((now) => {
        const [from, to] = [placeIn(now, { x: movementX, y: movementY }), placeIn(now, { x: 0, y: 0 })];
        return panned(now, plan, { x: to.x - from.x, y: to.y - from.y });
      }),
    /** Arrow keys move what is looked at closely, + and − zoom, 0 shows all. */
    onKey(event: KeyboardEvent): void {
      const [right, down] = KEYS[event.key] ?? [];
      if (right !== undefined && down !== undefined && isNear)
        change((now) => panned(now, plan, { x: (right * now.width) / 6, y: (down * now.height) / 6 }));
      else if (event.key === '+' || event.key === '=') change((now) => zoomed(now, plan, STEP));
      else if (event.key === '-') change((now) => zoomed(now, plan, 1 / STEP));
      else if (event.key === '0') hold(wholeOf(plan));
      else return;
      event.preventDefault();
    },
    /** Follows fingers; true where there are two, or were: these zoom and move, and draw nothing. */
    onFinger(event: PointerEvent): boolean {
      if (event.pointerType !== 'touch') return false;
      const known = fingers.current;
      const [a, b] = [...known.values()];
      const isDown = event.type === 'pointerdown';
      if (event.type === 'pointermove' || isDown) {
        if (isDown || known.has(event.pointerId))
          known.set(event.pointerId, { x: event.clientX, y: event.clientY });
      } else known.delete(event.pointerId);
      const [c, d] = [...known.values()];
      if (a && b && c && d)
        change((now) => {
          const at = (point: PlanPoint) => placeIn(now, point);
          return pinched(now, plan, [at(a), at(b)], [at(c), at(d)]);
        });
      return b !== undefined || d !== undefined;
    },
  };
}
