import type { Selection } from '../campaigns/booking.ts';
import { selects } from '../campaigns/selection.ts';
import type { Place as Endpoint } from './fleet.ts';
import type { PlanPoint } from './plan.ts';

/** Whether what is picked on the plan joins the choice or leaves it. */
export type PickMode = 'add' | 'away';

type Place = Pick<Endpoint, 'id' | 'areaId' | 'kind' | 'tags'>;

/** The corners of a box between two points. */
export function boxBetween(a: PlanPoint, b: PlanPoint): PlanPoint[] {
  return [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }];
}

/** Whether a point lies inside a closed path (even-odd rule). */
export function isInside(path: readonly PlanPoint[], { x, y }: PlanPoint): boolean {
  let inside = false;
  path.forEach((a, at) => {
    const b = path[(at + 1) % path.length] ?? a;
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  });
  return inside;
}

/** Whether nothing is chosen yet, which means all. */
export function isOpen(selection: Selection): boolean {
  return Object.keys(selection).length === 0;
}

/** The choice after endpoints were picked one by one: what was chosen by conditions becomes a list of endpoints. */
export function picked(
  selection: Selection,
  endpoints: readonly Place[],
  ids: readonly number[],
  mode: PickMode,
): Selection {
  const isAll = isOpen(selection) && mode === 'add';
  const now = isAll ? [] : endpoints.filter((one) => selects(selection, one)).map(({ id }) => id);
  const next = new Set(now);
  for (const id of ids) {
    if (mode === 'add') next.add(id);
    else next.delete(id);
  }
  return next.size === 0 ? {} : { endpointIds: [...next].sort((a, b) => a - b) };
}

/** The choice after one endpoint was clicked. */
export function toggled(selection: Selection, endpoints: readonly Place[], one: Place): Selection {
  const isIn = !isOpen(selection) && selects(selection, one);
  return picked(selection, endpoints, [one.id], isIn ? 'away' : 'add');
}

/** The choice after an area was clicked: areas stay areas, so that endpoints to come belong to them too. */
export function toggledArea(selection: Selection, endpoints: readonly Place[], areaId: number): Selection {
  if (selection.endpointIds === undefined) {
    const has = selection.areaIds ?? [];
    const areaIds = has.includes(areaId) ? has.filter((id) => id !== areaId) : [...has, areaId];
    const { areaIds: _, ...others } = selection;
    return areaIds.length === 0 ? others : { ...others, areaIds };
  }
  const inArea = endpoints.filter((one) => one.areaId === areaId);
  const isIn = inArea.every((one) => selects(selection, one));
  return picked(
    selection,
    endpoints,
    inArea.map(({ id }) => id),
    isIn ? 'away' : 'add',
  );
}
