import { Button } from 'antd';
import { useMemo, useState } from 'react';
import type { FleetRow } from '../fleet.ts';
import { useFormat } from '../format.ts';
import { middleOf, outlineOf, type PlanPoint, planOf } from '../plan.ts';
import { todayWords } from '../words/today-words.ts';
import { useWords } from '../words/use-words.ts';
import { KindMark } from './kind-mark.tsx';
import { PlanDots } from './plan-dots.tsx';

interface View {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

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
  /** Whether to look closer at those that are meant. */
  isNarrowed: boolean;
  chosen: number | undefined;
  onChoose: (endpointId: number) => void;
}) {
  const words = useWords(todayWords);
  const format = useFormat();
  const [zoom, setZoom] = useState(1);
  const plan = useMemo(() => planOf(rows.map(({ endpoint }) => endpoint)), [rows]);
  const states = useMemo(() => new Map(rows.map(({ endpoint, state }) => [endpoint.id, state])), [rows]);
  const stateOf = (id: number) => states.get(id) ?? 'unpaired';
  const ids = useMemo(() => new Set(meant.map(({ endpoint }) => endpoint.id)), [meant]);
  const areas = useMemo(() => {
    const points = new Map<string, PlanPoint[]>();
    for (const { item, at } of plan.placed) {
      const all = points.get(item.area) ?? [];
      all.push(at);
      points.set(item.area, all);
    }
    return [...points].map(([name, all]) => ({
      name,
      outline: outlineOf(all),
      label: { x: middleOf(all).x, y: Math.min(...all.map(({ y }) => y)) },
    }));
  }, [plan]);
  const focus = plan.placed.filter(({ item }) =>
    chosen !== undefined && zoom > 1 ? item.id === chosen : isNarrowed && ids.has(item.id),
  );
  const view = viewOf(
    plan,
    focus.map(({ at }) => at),
    zoom,
  );
  const unit = view.width / 1_000;
  return (
    <figure className="plan">
      <figcaption>
        <b>{words.plan}</b>
        <span className="fill" />
        <Button size="small" onClick={() => setZoom(Math.min(32, zoom * 2))} aria-label={words.zoomIn}>
          +
        </Button>
        <Button
          size="small"
          disabled={zoom === 1}
          onClick={() => setZoom(zoom / 2)}
          aria-label={words.zoomOut}
        >
          −
        </Button>
        <Button size="small" disabled={zoom === 1} onClick={() => setZoom(1)}>
          {words.zoomAll}
        </Button>
      </figcaption>
      <svg
        viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`}
        role="img"
        aria-label={words.planSummary(format.number(plan.placed.length), format.number(plan.unplaced.length))}
      >
        {areas.map(({ name, outline, label }) => (
          <g key={name} className="area">
            <polygon points={outline.map(({ x, y }) => `${x},${y}`).join(' ')} strokeWidth={34 * unit + 8} />
            <text x={label.x} y={label.y - 20 * unit} fontSize={20 * unit}>
              {name}
            </text>
          </g>
        ))}
        <PlanDots
          placed={plan.placed}
          unit={unit}
          stateOf={stateOf}
          noteOf={(id) => words.states[stateOf(id)]}
          meant={meant.length === rows.length ? null : ids}
          chosen={chosen}
          onChoose={onChoose}
        />
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
    </figure>
  );
}

function viewOf(plan: { width: number; height: number }, focus: readonly PlanPoint[], zoom: number): View {
  const whole = { x: 0, y: 0, width: plan.width, height: plan.height };
  if (focus.length === 0 && zoom === 1) return whole;
  const middle = focus.length > 0 ? middleOf(focus) : { x: plan.width / 2, y: plan.height / 2 };
  const spread = Math.max(
    0,
    ...focus.map(({ x, y }) => Math.max(Math.abs(x - middle.x), Math.abs(y - middle.y))),
  );
  const side = focus.length > 1 ? Math.min(plan.width, spread * 2 + 60) : plan.width;
  const width = side / zoom;
  const height = (width * plan.height) / plan.width;
  return { x: middle.x - width / 2, y: middle.y - height / 2, width, height };
}
