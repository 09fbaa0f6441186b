import { type PointerEvent, useState } from 'react';
import type { Place } from '../fleet.ts';
import { marksPath, nearest, type PlanPoint } from '../plan.ts';
import { KindMark } from './kind-mark.tsx';

/** Of more dots, those that look alike are drawn as one shape: thousands of elements take the browser a second. */
const MOST_ELEMENTS = 400;
/** So near the pointer must come to a dot. Units: those of a mark. */
const REACH = 12;

type Dot = Pick<Place, 'id' | 'code' | 'name' | 'kind'>;
interface PlacedDot {
  readonly item: Dot;
  readonly at: PlanPoint;
}

/** Endpoints on a plan. `unit`: how many units of the plan one unit of a mark is. */
export function PlanDots({
  placed,
  unit = 1,
  className = 'dot',
  stateOf,
  noteOf,
  meant,
  chosen,
}: {
  placed: readonly PlacedDot[];
  unit?: number;
  className?: 'dot' | 'receipt';
  stateOf: (endpointId: number) => string;
  /** What a dot says beside code and name. */
  noteOf?: (endpointId: number) => string;
  /** Null: all of them. */
  meant: ReadonlySet<number> | null;
  chosen?: number | undefined;
}) {
  const [near, setNear] = useState<PlacedDot>();
  const isMeant = (id: number) => meant === null || meant.has(id);
  const single = ({ item, at }: PlacedDot) => (
    <g
      key={item.id}
      className={className}
      data-state={stateOf(item.id)}
      data-meant={isMeant(item.id)}
      data-chosen={item.id === chosen}
      transform={`translate(${at.x} ${at.y}) scale(${unit})`}
    >
      <title>{`${item.code} ${item.name}${noteOf ? `: ${noteOf(item.id)}` : ''}`}</title>
      <KindMark kind={item.kind} />
    </g>
  );
  if (placed.length <= MOST_ELEMENTS) return placed.map(single);

  const looks = new Map<
    string,
    { state: string; isMeant: boolean; marks: { kind: Dot['kind']; at: PlanPoint }[] }
  >();
  for (const { item, at } of placed) {
    const [state, isIn] = [stateOf(item.id), isMeant(item.id)];
    const look = looks.get(`${state} ${isIn}`) ?? { state, isMeant: isIn, marks: [] };
    look.marks.push({ kind: item.kind, at });
    looks.set(`${state} ${isIn}`, look);
  }
  function follow(event: PointerEvent<SVGGElement>): void {
    const matrix = event.currentTarget.getScreenCTM()?.inverse();
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
    const found = nearest(placed, point, REACH * unit);
    if (found !== near) setNear(found);
  }
  return (
    <g onPointerMove={follow} onPointerDown={follow}>
      {[...looks.values()].map((look) => (
        <g
          key={`${look.state} ${look.isMeant}`}
          className={className}
          data-state={look.state}
          data-meant={look.isMeant}
          transform={`scale(${unit})`}
        >
          <path d={marksPath(look.marks, unit)} />
        </g>
      ))}
      {placed.filter(({ item }) => item.id === chosen && item.id !== near?.item.id).map(single)}
      {near && single(near)}
    </g>
  );
}
