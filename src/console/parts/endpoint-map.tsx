import { type PointerEvent, useMemo, useRef, useState } from 'react';
import type { Selection } from '../../campaigns/booking.ts';
import { selects } from '../../campaigns/selection.ts';
import type { Place } from '../fleet.ts';
import { useFormat } from '../format.ts';
import { middleOf, nearest, outlineOf, type PlanPoint, planOf } from '../plan.ts';
import { boxBetween, isInside, isOpen, type PickMode, picked, toggled, toggledArea } from '../plan-choice.ts';
import { choiceWords } from '../words/choice-words.ts';
import { useWords } from '../words/use-words.ts';
import { PlanDots } from './plan-dots.tsx';

/** A pointer that went less far has clicked. In units of the plan. */
const CLICK = 6;

/** Chooses endpoints on the plan: by click, by area, by a box or a loop drawn around them. The lists are its equal. */
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
  const format = useFormat();
  const [tool, setTool] = useState<'box' | 'lasso'>('box');
  const [mode, setMode] = useState<PickMode>('add');
  const [path, setPath] = useState<readonly PlanPoint[]>([]);
  const svg = useRef<SVGSVGElement>(null);
  const plan = useMemo(() => planOf(endpoints), [endpoints]);
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
      label: { x: middleOf(all).x, y: Math.min(...all.map(({ y }) => y)) - 20 },
    }));
  }, [plan]);
  const meant = useMemo(
    () => new Set(endpoints.filter((one) => selects(value, one)).map(({ id }) => id)),
    [endpoints, value],
  );
  function pointOf(event: PointerEvent): PlanPoint {
    const matrix = svg.current?.getScreenCTM()?.inverse();
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
    return { x, y };
  }
  function onUp(event: PointerEvent): void {
    const [start] = path;
    setPath([]);
    if (!start) return;
    const end = pointOf(event);
    const drawn = tool === 'box' ? boxBetween(start, end) : path;
    const reach = Math.max(...drawn.map(({ x, y }) => Math.abs(x - start.x) + Math.abs(y - start.y)));
    if (reach >= CLICK) {
      const ids = plan.placed.filter(({ at }) => isInside(drawn, at)).map(({ item }) => item.id);
      if (ids.length > 0) onChange(picked(value, endpoints, ids, mode));
      return;
    }
    const near = nearest(plan.placed, end, 12);
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
          {(['box', 'lasso'] as const).map((one) => (
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
      </figcaption>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form controls */}
      <svg
        ref={svg}
        viewBox={`0 0 ${plan.width} ${plan.height}`}
        role="group"
        aria-label={words.map}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setPath([pointOf(event)]);
        }}
        onPointerMove={(event) => {
          if (path.length === 0) return;
          const at = pointOf(event);
          setPath(tool === 'box' ? [...path.slice(0, 1), at] : [...path, at]);
        }}
        onPointerUp={onUp}
        onPointerCancel={() => setPath([])}
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
            <polygon points={outline.map(({ x, y }) => `${x},${y}`).join(' ')} strokeWidth={42} />
            <text x={label.x} y={label.y} fontSize={20}>
              {name}
            </text>
          </g>
        ))}
        <PlanDots placed={plan.placed} stateOf={() => 'playing'} meant={meant} />
        {path.length > 1 && (
          <polygon
            className="drawn"
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
