import { Button } from 'antd';
import { type PointerEvent, useMemo, useRef, useState } from 'react';
import type { Selection } from '../../campaigns/booking.ts';
import { selects } from '../../campaigns/selection.ts';
import type { Place } from '../fleet.ts';
import { useFormat } from '../format.ts';
import { nearest, type PlanPoint, planOf } from '../plan.ts';
import { areasOf } from '../plan-areas.ts';
import { boxBetween, isInside, isOpen, type PickMode, picked, toggled, toggledArea } from '../plan-choice.ts';
import { markScale, useDrawingScale } from '../use-drawing-scale.ts';
import { usePlanView } from '../use-plan-view.ts';
import { choiceWords } from '../words/choice-words.ts';
import { todayWords } from '../words/today-words.ts';
import { useWords } from '../words/use-words.ts';
import { AreaNames, AreaPlane, pathOf } from './area-names.tsx';
import { PlanDots } from './plan-dots.tsx';

/** A pointer that went less far has clicked. In pixels: a plan that is moved goes with the pointer. */
const CLICK = 4;
/** So near a click must come to an endpoint; a fingertip is no needle. Unit: pixels. */
const REACH = 14;

const TOOLS = ['look', 'box', 'lasso'] as const;

/** With a finger one first scrolls past; who wants to draw says so. */
function firstTool(): (typeof TOOLS)[number] {
  return window.matchMedia('(pointer: coarse)').matches ? 'look' : 'box';
}

/**
 * Chooses endpoints on the plan: by click, by area, by a box or a loop drawn around them, at any closeness. The lists
 * are its equal.
 */
export function EndpointMap({
  endpoints,
  value,
  onChange,
}: {
  endpoints: readonly Place[];
  value: Selection;
  onChange: (selection: Selection) => void;
}) {
  const words = useWords(choiceWords);
  const today = useWords(todayWords);
  const format = useFormat();
  const [tool, setTool] = useState(firstTool);
  const [mode, setMode] = useState<PickMode>('add');
  const [path, setPath] = useState<readonly PlanPoint[]>([]);
  const svg = useRef<SVGSVGElement>(null);
  /** Where the pointer went down on the screen, and how far from there it was at most. */
  const went = useRef({ x: 0, y: 0, far: 0 });
  const plan = useMemo(() => planOf(endpoints), [endpoints]);
  const look = usePlanView(svg, plan);
  const { view, pointOf } = look;
  const scale = useDrawingScale(svg);
  const pixel = scale.pixelOf(view);
  /** A length on the plan that looks the same however close it is. */
  const unit = markScale(scale) * pixel;
  const margin = 17 * unit + 4;
  const areas = useMemo(() => areasOf(plan.placed), [plan]);
  const meant = useMemo(
    () => new Set(endpoints.filter((one) => selects(value, one)).map(({ id }) => id)),
    [endpoints, value],
  );
  function onUp(event: PointerEvent): void {
    const [start] = path;
    setPath([]);
    if (look.onFinger(event) || !start) return;
    const end = pointOf(event);
    const drawn = tool === 'box' ? boxBetween(start, end) : path;
    if (went.current.far >= CLICK) {
      if (tool === 'look') return;
      const ids = plan.placed.filter(({ at }) => isInside(drawn, at)).map(({ item }) => item.id);
      if (ids.length > 0) onChange(picked(value, endpoints, ids, mode));
      return;
    }
    const near = nearest(plan.placed, end, REACH * pixel);
    const area = areas.find(({ outline }) => isInside(outline, end));
    if (near) onChange(toggled(value, endpoints, near.item));
    else if (area) onChange(toggledArea(value, endpoints, area.id));
  }
  return (
    <figure className="plan choice-plan">
      <figcaption>
        <b>{words.map}</b>
        <span className="quiet">
          {words.meant(format.number(isOpen(value) ? endpoints.length : meant.size))}
        </span>
        <span className="fill" />
        <fieldset className="weekdays" aria-label={words.tool}>
          {TOOLS.map((one) => (
            <button key={one} type="button" aria-pressed={tool === one} onClick={() => setTool(one)}>
              {words.tools[one]}
            </button>
          ))}
        </fieldset>
        <fieldset className="weekdays" aria-label={words.mode}>
          {(['add', 'away'] as const).map((one) => (
            <button key={one} type="button" aria-pressed={mode === one} onClick={() => setMode(one)}>
              {words.modes[one]}
            </button>
          ))}
        </fieldset>
        <Button size="small" aria-label={today.zoomIn} onClick={look.closer}>
          +
        </Button>
        <Button size="small" aria-label={today.zoomOut} disabled={!look.isNear} onClick={look.further}>
          −
        </Button>
        <Button size="small" disabled={!look.isNear} onClick={look.showAll}>
          {today.zoomAll}
        </Button>
      </figcaption>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form controls */}
      <svg
        ref={svg}
        viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`}
        role="group"
        aria-label={words.map}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move what is looked at
        tabIndex={0}
        data-tool={tool}
        onKeyDown={look.onKey}
        onPointerDown={(event) => {
          if (look.onFinger(event)) return setPath([]);
          if (event.button !== 0) return;
          // A finger that looks is the page's, which scrolls by it.
          if (tool !== 'look' || event.pointerType === 'mouse')
            event.currentTarget.setPointerCapture(event.pointerId);
          went.current = { x: event.clientX, y: event.clientY, far: 0 };
          setPath([pointOf(event)]);
        }}
        onPointerMove={(event) => {
          if (look.onFinger(event) || path.length === 0) return;
          const at = pointOf(event);
          const { x, y, far } = went.current;
          went.current.far = Math.max(far, Math.hypot(event.clientX - x, event.clientY - y));
          if (tool === 'look' && event.pointerType === 'mouse') look.drag(event);
          setPath(tool === 'lasso' ? [...path, at] : [...path.slice(0, 1), at]);
        }}
        onPointerUp={onUp}
        onPointerCancel={(event) => {
          look.onFinger(event);
          setPath([]);
        }}
      >
        {areas.map((area) => (
          // biome-ignore lint/a11y/useSemanticElements: a button cannot stand in a drawing
          <g
            key={area.id}
            className="area"
            role="button"
            tabIndex={0}
            aria-pressed={value.areaIds?.includes(area.id) ?? false}
            aria-label={area.name}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' && event.key !== ' ') return;
              event.preventDefault();
              onChange(toggledArea(value, endpoints, area.id));
            }}
          >
            <AreaPlane area={area} margin={margin} />
          </g>
        ))}
        <PlanDots placed={plan.placed} unit={unit} stateOf={() => 'playing'} meant={meant} />
        <AreaNames areas={areas} placed={plan.placed} plan={plan} pixel={pixel} margin={margin} />
        {path.length > 1 && tool !== 'look' && (
          <polygon
            className="drawn"
            strokeWidth={2 * unit}
            points={pathOf(tool === 'box' && path[0] && path[1] ? boxBetween(path[0], path[1]) : path)}
          />
        )}
      </svg>
      <p className="quiet">{words.mapLead}</p>
      {value.endpointIds && <p className="quiet">{words.fixed}</p>}
      {plan.unplaced.length > 0 && (
        <p className="quiet">{words.unplaced(format.number(plan.unplaced.length))}</p>
      )}
    </figure>
  );
}
