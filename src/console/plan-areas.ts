import { middleOf, outlineOf, type PlanPoint } from './plan.ts';
import { isInside } from './plan-choice.ts';
import type { PlanView } from './plan-view.ts';

/** An area as its endpoints show it on the plan. */
export interface PlanArea {
  readonly id: number;
  readonly name: string;
  readonly outline: readonly PlanPoint[];
  readonly middle: PlanPoint;
}

/** The name of an area where it can be read. `at`: its middle; `tie`: where a line leads from it into its area. */
export interface AreaLabel {
  readonly id: number;
  readonly name: string;
  readonly at: PlanPoint;
  readonly tie: PlanPoint | null;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly halfWidth: number;
  readonly halfHeight: number;
}

/** Costs of a place for a name, in heights of its letters. */
const COSTS = { mark: 1.5, foreign: 3, across: 4 } as const;
/** A name further from its area than that, in heights of its letters, is tied to it by a line. */
const TIED_FROM = 1.2;
/** No name stands further from its area than that, in heights of its letters; what finds no place is left out. */
const FURTHEST = 5;
const DIRECTIONS = 16;
/** Of more marks, the first are minded: thousands would take the browser long. */
const MOST_MARKS = 400;

/** The areas of what is placed, as outlines around their endpoints. */
export function areasOf(
  placed: readonly {
    readonly item: { readonly areaId: number; readonly area: string };
    readonly at: PlanPoint;
  }[],
): PlanArea[] {
  const points = new Map<number, { name: string; all: PlanPoint[] }>();
  for (const { item, at } of placed) {
    const area = points.get(item.areaId) ?? { name: item.area, all: [] };
    area.all.push(at);
    points.set(item.areaId, area);
  }
  return [...points].map(([id, { name, all }]) => ({
    id,
    name,
    outline: outlineOf(all),
    middle: middleOf(all),
  }));
}

/**
 * Finds a place for the name of every area within `bounds`: above it where that is free, else around it, over no other
 * name and over as few marks as can be. Greedy, those in the thick of it first; the same input gives the same places.
 * `letter`: height of the letters; `margin`: how far an area is drawn beyond its outline. Units: those of the plan.
 */
export function labelsOf(
  areas: readonly PlanArea[],
  marks: readonly PlanPoint[],
  { bounds, letter, margin }: { bounds: PlanView; letter: number; margin: number },
): AreaLabel[] {
  const minded = marks.slice(0, MOST_MARKS);
  const heart = middleOf(areas.map(({ middle }) => middle));
  const fromHeart = areas.toSorted(
    (a, b) => distance(a.middle, heart) - distance(b.middle, heart) || a.id - b.id,
  );
  const taken: Box[] = [];
  const ties: (readonly [PlanPoint, PlanPoint])[] = [];
  return fromHeart.flatMap(({ id, name, outline, middle }) => {
    // A little wider than its letters: two names side by side would read as one.
    const half = { width: (widthOf(name) * letter) / 2 + letter * 0.3, height: letter * 0.6 };
    let best: { cost: number; box: Box; gap: number } | null = null;
    for (const { x, y, gap } of placesAround(outline, half, letter, margin)) {
      const box = { x, y, halfWidth: half.width, halfHeight: half.height };
      if (best && gap >= best.cost) break;
      if (!isWithin(box, bounds) || taken.some((other) => meet(box, other))) continue;
      const wide = { ...box, halfWidth: half.width + letter / 4, halfHeight: half.height + letter / 4 };
      const cost =
        gap +
        COSTS.mark * minded.filter((mark) => covers(wide, mark)).length +
        COSTS.foreign * areas.filter((other) => other.id !== id && isInside(other.outline, { x, y })).length +
        COSTS.across * ties.filter(([from, to]) => crosses(from, to, box)).length +
        (gap > TIED_FROM
          ? COSTS.across * taken.filter((other) => crosses({ x, y }, middle, other)).length
          : 0);
      if (!best || cost < best.cost) best = { cost, box, gap };
    }
    if (!best) return [];
    const at = { x: best.box.x, y: best.box.y };
    const tie = best.gap > TIED_FROM ? middle : null;
    taken.push(best.box);
    if (tie) ties.push([at, tie]);
    return [{ id, name, at, tie }];
  });
}

/** Places around an outline, the nearest first; `gap` to it in heights of letters. Above comes before below and beside. */
function* placesAround(
  outline: readonly PlanPoint[],
  half: { width: number; height: number },
  letter: number,
  margin: number,
): Generator<PlanPoint & { gap: number }> {
  const [xs, ys] = [outline.map(({ x }) => x), outline.map(({ y }) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const centre = { x: (left + right) / 2, y: (top + bottom) / 2 };
  for (let gap = 0; gap <= FURTHEST; gap += 0.75) {
    const away = gap * letter + margin;
    for (let turn = 0; turn < DIRECTIONS; turn += 1) {
      // From above, alternating to both sides.
      const side = (turn % 2 === 0 ? 1 : -1) * Math.ceil(turn / 2);
      const angle = (side / DIRECTIONS) * 2 * Math.PI;
      yield {
        x: centre.x + Math.sin(angle) * ((right - left) / 2 + away + half.width),
        y: centre.y - Math.cos(angle) * ((bottom - top) / 2 + away + half.height),
        gap: gap + Math.abs(side) / DIRECTIONS,
      };
    }
  }
}

/** How wide a name is, in heights of its letters: Chinese ones are square, Latin ones about half as wide. */
function widthOf(name: string): number {
  return [...name].reduce((sum, one) => sum + (/[\u2E80-\uFFEF]/.test(one) ? 1 : 0.56), 0);
}

function isWithin(box: Box, bounds: PlanView): boolean {
  return (
    box.x - box.halfWidth >= bounds.x &&
    box.x + box.halfWidth <= bounds.x + bounds.width &&
    box.y - box.halfHeight >= bounds.y &&
    box.y + box.halfHeight <= bounds.y + bounds.height
  );
}

function covers(box: Box, { x, y }: PlanPoint): boolean {
  return Math.abs(x - box.x) <= box.halfWidth && Math.abs(y - box.y) <= box.halfHeight;
}

function meet(a: Box, b: Box): boolean {
  return Math.abs(a.x - b.x) < a.halfWidth + b.halfWidth && Math.abs(a.y - b.y) < a.halfHeight + b.halfHeight;
}

/** Whether a line between two points runs over a box, as far as a dozen points of it tell. */
function crosses(from: PlanPoint, to: PlanPoint, box: Box): boolean {
  return Array.from({ length: 12 }, (_, step) => step / 11).some((share) =>
    covers(box, { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }),
  );
}

function distance(a: PlanPoint, b: PlanPoint): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
