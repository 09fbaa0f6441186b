import type { PlanPoint } from './plan.ts';

/** The part of a plan that is looked at, in units of the plan; in the plan's own proportions. */
export interface PlanView {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** So many times closer than the whole plan, at most. */
const CLOSEST = 32;
/** Around what is looked at, so much is seen as well. */
const ROOM = 60;

/** The whole plan. */
export function wholeOf({ width, height }: Size): PlanView {
  return { x: 0, y: 0, width, height };
}

/** The view that holds all of some points, with room around them; the whole plan where there are none. */
export function around(plan: Size, points: readonly PlanPoint[]): PlanView {
  if (points.length === 0) return wholeOf(plan);
  const range = (values: readonly number[]) => [Math.min(...values), Math.max(...values)] as const;
  const [left, right] = range(points.map(({ x }) => x));
  const [top, bottom] = range(points.map(({ y }) => y));
  const wanted = Math.max(right - left + 2 * ROOM, ((bottom - top + 2 * ROOM) * plan.width) / plan.height);
  const width = Math.min(plan.width, wanted);
  const height = (width * plan.height) / plan.width;
  return within(plan, { x: (left + right - width) / 2, y: (top + bottom - height) / 2, width, height });
}

/** The view with a point in its middle, unless the point can be seen already. */
export function showing(view: PlanView, plan: Size, at: PlanPoint): PlanView {
  const middle = middleOf(view);
  const isSeen = Math.abs(at.x - middle.x) <= view.width / 2 && Math.abs(at.y - middle.y) <= view.height / 2;
  return isSeen ? view : panned(view, plan, { x: at.x - middle.x, y: at.y - middle.y });
}

/** Whether nothing of the plan lies outside the view. */
export function isWhole(view: PlanView, plan: Size): boolean {
  return view.width >= plan.width;
}

/** The view so many times closer (below 1: further), the point `at` staying where it is; never past the plan's edge. */
export function zoomed(view: PlanView, plan: Size, factor: number, at: PlanPoint = middleOf(view)): PlanView {
  const width = Math.min(plan.width, Math.max(plan.width / CLOSEST, view.width / factor));
  const ratio = width / view.width;
  return within(plan, {
    x: at.x - (at.x - view.x) * ratio,
    y: at.y - (at.y - view.y) * ratio,
    width,
    height: (width * plan.height) / plan.width,
  });
}

/** The view moved by a distance, as far as the plan goes. */
export function panned(view: PlanView, plan: Size, by: PlanPoint): PlanView {
  return within(plan, { ...view, x: view.x + by.x, y: view.y + by.y });
}

/** Where a place on the screen lies in the plan, which is drawn as large as fits in the middle of `frame`. */
export function pointIn(
  view: PlanView,
  plan: Size,
  frame: Size & { readonly left: number; readonly top: number },
  { x, y }: PlanPoint,
): PlanPoint {
  const scale = Math.min(frame.width / plan.width, frame.height / plan.height) * (plan.width / view.width);
  return {
    x: view.x + view.width / 2 + (x - frame.left - frame.width / 2) / scale,
    y: view.y + view.height / 2 + (y - frame.top - frame.height / 2) / scale,
  };
}

/** Two fingers on the plan. */
type Fingers = readonly [PlanPoint, PlanPoint];

/**
 * The view after two fingers went from one pair of places to another: what lay between them stays between them.
 * Both pairs in units of the plan, by the view before.
 */
export function pinched(view: PlanView, plan: Size, from: Fingers, to: Fingers): PlanView {
  const [start, end] = [between(from), between(to)];
  const moved = panned(view, plan, { x: start.x - end.x, y: start.y - end.y });
  return zoomed(moved, plan, distanceOf(to) / Math.max(1e-6, distanceOf(from)), start);
}

function within(plan: Size, view: PlanView): PlanView {
  return {
    ...view,
    x: Math.max(0, Math.min(plan.width - view.width, view.x)),
    y: Math.max(0, Math.min(plan.height - view.height, view.y)),
  };
}

function middleOf({ x, y, width, height }: PlanView): PlanPoint {
  return { x: x + width / 2, y: y + height / 2 };
}

function between([a, b]: Fingers): PlanPoint {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function distanceOf([a, b]: Fingers): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
