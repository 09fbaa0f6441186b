import { Button } from 'antd';
import { type PointerEvent, useEffect, useMemo, useRef } from 'react';
import type { FleetRow } from '../fleet.ts';
import { useFormat } from '../format.ts';
import { nearest, planOf } from '../plan.ts';
import { areasOf } from '../plan-areas.ts';
import { around } from '../plan-view.ts';
import { markScale, useDrawingScale } from '../use-drawing-scale.ts';
import { usePlanView } from '../use-plan-view.ts';
import { todayWords } from '../words/today-words.ts';
import { useWords } from '../words/use-words.ts';
import { AreaNames, AreaPlane } from './area-names.tsx';
import { KindMark } from './kind-mark.tsx';
import { PlanDots } from './plan-dots.tsx';

/** So near a click must come to an endpoint; a fingertip is no needle. Unit: pixels. */
const REACH = 16;
/** A pointer that went further has moved the plan and chooses nothing. Unit: pixels. */
const STILL = 5;

/** The endpoints by their coordinates, areas as outlines: no tiles, nothing from outside. The list is its equal. */
export function FleetPlan({
  rows,
  meant,
  isNarrowed,
  chosen,
  onChoose,
}: {
  rows: readonly FleetRow[];
  meant: readonly FleetRow[];
  /** Whether to look closer at those that are meant, at first. */
  isNarrowed: boolean;
  chosen: number | undefined;
  onChoose: (endpointId: number) => void;
}) {
  const words = useWords(todayWords);
  const format = useFormat();
  const svg = useRef<SVGSVGElement>(null);
  /** Where the pointer went down on the screen; null while it moves the plan. */
  const down = useRef<{ x: number; y: number } | null>(null);
  const plan = useMemo(() => planOf(rows.map(({ endpoint }) => endpoint)), [rows]);
  const areas = useMemo(() => areasOf(plan.placed), [plan]);
  const states = useMemo(() => new Map(rows.map(({ endpoint, state }) => [endpoint.id, state])), [rows]);
  const stateOf = (id: number) => states.get(id) ?? 'unpaired';
  const ids = useMemo(() => new Set(meant.map(({ endpoint }) => endpoint.id)), [meant]);
  const start = useMemo(
    () =>
      around(plan, isNarrowed ? plan.placed.filter(({ item }) => ids.has(item.id)).map(({ at }) => at) : []),
    [plan, ids, isNarrowed],
  );
  const look = usePlanView(svg, plan, { start, wheel: 'page' });
  const { view } = look;
  const scale = useDrawingScale(svg);
  const pixel = scale.pixelOf(view);
  const unit = markScale(scale) * pixel;
  const margin = 17 * unit + 4;
  const at = plan.placed.find(({ item }) => item.id === chosen)?.at;
  const shown = useRef(chosen);
  const { show } = look;
  useEffect(() => {
    // Once for each choice: who then looks elsewhere is left alone.
    if (chosen === shown.current || !at) return;
    shown.current = chosen;
    show(at);
  });

  function onDown(event: PointerEvent): void {
    down.current = look.onFinger(event) || event.button !== 0 ? null : { x: event.clientX, y: event.clientY };
  }
  function onMove(event: PointerEvent): void {
    if (look.onFinger(event)) down.current = null;
    const from = down.current;
    if (event.pointerType !== 'mouse' || event.buttons !== 1 || !look.isNear) return;
    if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) < STILL) return;
    down.current = null;
    event.currentTarget.setPointerCapture(event.pointerId);
    look.drag(event);
  }
  function onUp(event: PointerEvent): void {
    const isClick = !look.onFinger(event) && down.current !== null;
    down.current = null;
    const found = isClick && nearest(plan.placed, look.pointOf(event), REACH * pixel);
    if (found) onChoose(found.item.id);
  }
  return (
    <figure className="plan">
      <figcaption>
        <b>{words.plan}</b>
        <span className="fill" />
        <Button size="small" onClick={look.closer} aria-label={words.zoomIn}>
          +
        </Button>
        <Button size="small" disabled={!look.isNear} onClick={look.further} aria-label={words.zoomOut}>
          −
        </Button>
        <Button size="small" disabled={!look.isNear} onClick={look.showAll}>
          {words.zoomAll}
        </Button>
      </figcaption>
      <svg
        ref={svg}
        viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`}
        role="img"
        aria-label={words.planSummary(format.number(plan.placed.length), format.number(plan.unplaced.length))}
        data-near={look.isNear}
        onPointerDown={onDown}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerCancel={(event) => {
          look.onFinger(event);
          down.current = null;
        }}
      >
        {areas.map((area) => (
          <g key={area.id} className="area">
            <AreaPlane area={area} margin={margin} />
          </g>
        ))}
        <PlanDots
          placed={plan.placed}
          unit={unit}
          stateOf={stateOf}
          noteOf={(id) => words.states[stateOf(id)]}
          meant={meant.length === rows.length ? null : ids}
          chosen={chosen}
        />
        <AreaNames areas={areas} placed={plan.placed} plan={plan} pixel={pixel} margin={margin} />
      </svg>
      <ul className="legend">
        {(['playing', 'closed', 'silent', 'unpaired'] as const).map((state) => (
          <li key={state}>
            <svg viewBox="-12 -12 24 24" aria-hidden="true">
              <g className="dot" data-state={state} data-meant="true">
                <KindMark kind="tv" />
              </g>
            </svg>
            {words.states[state]} {format.number(rows.filter((row) => row.state === state).length)}
          </li>
        ))}
      </ul>
      {plan.unplaced.length > 0 && (
        <p className="quiet">{words.unplaced(format.number(plan.unplaced.length))}</p>
      )}
    </figure>
  );
}
