import { Button } from 'antd';
import { type PointerEvent, useMemo, useRef, useState } from 'react';
import type { Selection } from '../../campaigns/booking.ts';
import { selects } from '../../campaigns/selection.ts';
import type { Place } from '../fleet.ts';
import { useFormat } from '../format.ts';
import { middleOf, nearest, outlineOf, type PlanPoint, planOf } from '../plan.ts';
import { boxBetween, isInside, isOpen, type PickMode, picked, toggled, toggledArea } from '../plan-choice.ts';
import { usePlanView } from '../use-plan-view.ts';
import { choiceWords } from '../words/choice-words.ts';
import { todayWords } from '../words/today-words.ts';
import { useWords } from '../words/use-words.ts';
import { PlanDots } from './plan-dots.tsx';

/** A pointer that went less far has clicked. In pixels: a plan that is moved goes with the pointer. */
const CLICK = 4;

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
  /** A length on the plan that looks the same however close it is. */
  const unit = view.width / plan.width;
  const areas = useMemo(() => {
    const points = new Map<number, { name: string; all: PlanPoint[] }>();
    for (const { item, at } of plan.placed) {
      const area = points.get(item.areaId) ?? { name: item.area, all: [] };
      area.all.push(at);
      points.set(item.areaId, area);
    }
    return [...points].map(([id, { name, all }]) => ({
      id,
      name,
      outline: outlineOf(all),
      label: { x: middleOf(all).x, y: Math.min(...all.map(({ y }) => y)) },
    }));
  }, [plan]);
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
    const near = nearest(plan.placed, end, 12 * unit);
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
        {areas.map(({ id, name, outline, label }) => (
          // biome-ignore lint/a11y/useSemanticElements: a button cannot stand in a drawing
          <g
            key={id}
            className="area"
            role="button"
            tabIndex={0}
            aria-pressed={value.areaIds?.includes(id) ?? false}
            aria-label={name}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' && event.key !== ' ') return;
              event.preventDefault();
              onChange(toggledArea(value, endpoints, id));
            }}
          >
            <polygon points={outline.map(({ x, y }) => `${x},${y}`).join(' ')} strokeWidth={34 * unit + 8} />
            <text x={label.x} y={label.y - 20 * unit} fontSize={20 * unit}>
              {name}
            </text>
          </g>
        ))}
        <PlanDots placed={plan.placed} unit={unit} stateOf={() => 'playing'} meant={meant} />
        {path.length > 1 && tool !== 'look' && (
          <polygon
            className="drawn"
            strokeWidth={2 * unit}
            points={(tool === 'box' && path[0] && path[1] ? boxBetween(path[0], path[1]) : path)
              .map(({ x, y }) => `${x},${y}`)
              .join(' ')}
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
