import { useMemo } from 'react';
import type { PlanPoint } from '../plan.ts';
import { labelsOf, type PlanArea } from '../plan-areas.ts';

/** Height of the letters. Unit: pixels. */
const LETTER = 13;

/**
 * The names of areas on the plan, none over another. `pixel`: how many units of the plan are one pixel; `margin`: how
 * far an area is drawn beyond its outline, in units of the plan.
 */
export function AreaNames({
  areas,
  placed,
  plan,
  pixel,
  margin,
}: {
  areas: readonly PlanArea[];
  placed: readonly { readonly at: PlanPoint }[];
  plan: { readonly width: number; readonly height: number };
  pixel: number;
  margin: number;
}) {
  const letter = LETTER * pixel;
  const names = useMemo(
    () =>
      labelsOf(
        areas,
        placed.map(({ at }) => at),
        { bounds: { x: 0, y: 0, width: plan.width, height: plan.height }, letter, margin },
      ),
    [areas, placed, plan.width, plan.height, letter, margin],
  );
  return (
    <g className="area-names">
      {names.map(
        ({ id, at, tie }) =>
          tie && <line key={id} x1={at.x} y1={at.y} x2={tie.x} y2={tie.y} strokeWidth={pixel} />,
      )}
      {names.map(({ id, name, at }) => (
        <text key={id} x={at.x} y={at.y} fontSize={letter}>
          {name}
        </text>
      ))}
    </g>
  );
}

/** An area as a plane around its endpoints. */
export function AreaPlane({ area, margin }: { area: PlanArea; margin: number }) {
  return <polygon points={pathOf(area.outline)} strokeWidth={2 * margin} />;
}

/** A closed path as SVG takes it. */
export function pathOf(points: readonly PlanPoint[]): string {
  return points.map(({ x, y }) => `${x},${y}`).join(' ');
}
