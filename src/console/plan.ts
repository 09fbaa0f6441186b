/** A place on the plan. Units: the plan's own, x from the left, y from the top. */
export interface PlanPoint {
  readonly x: number;
  readonly y: number;
}

/** Something that has a place in the world, or not. */
interface Located {
  readonly longitude: number | null;
  readonly latitude: number | null;
}

/** A plan: its size, and a place for everything that has one. */
export interface Plan<T> {
  readonly width: number;
  readonly height: number;
  readonly placed: readonly { readonly item: T; readonly at: PlanPoint }[];
  readonly unplaced: readonly T[];
}

const MARGIN = 40;
const LONGEST_SIDE = 1_000;

/**
 * Lays things out by their coordinates, north up, shrunk by the cosine of the middle latitude, so that lengths in
 * both directions compare (equirectangular projection). The longer side measures 1000.
 */
export function planOf<T extends Located>(items: readonly T[]): Plan<T> {
  const located = items.flatMap((item) =>
    item.longitude === null || item.latitude === null
      ? []
      : [{ item, longitude: item.longitude, latitude: item.latitude }],
  );
  const unplaced = items.filter((item) => item.longitude === null || item.latitude === null);
  if (located.length === 0) return { width: LONGEST_SIDE, height: LONGEST_SIDE / 2, placed: [], unplaced };
  const range = (values: readonly number[]) => {
    const [least, most] = values.reduce(
      ([a, b], value) => [Math.min(a, value), Math.max(b, value)] as const,
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const,
    );
    return { least, most, size: most - least };
  };
  const north = range(located.map(({ latitude }) => latitude));
  const shrink = Math.cos((((north.least + north.most) / 2) * Math.PI) / 180);
  const east = range(located.map(({ longitude }) => longitude * shrink));
  const scale = (LONGEST_SIDE - 2 * MARGIN) / (Math.max(east.size, north.size) || 1);
  const width = Math.max(200, east.size * scale + 2 * MARGIN);
  const height = Math.max(200, north.size * scale + 2 * MARGIN);
  const [left, top] = [(width - east.size * scale) / 2, (height - north.size * scale) / 2];
  return {
    ...{ width, height },
    placed: located.map(({ item, longitude, latitude }) => ({
      item,
      at: {
        x: left + (longitude * shrink - east.least) * scale,
        y: top + (north.most - latitude) * scale,
      },
    })),
    unplaced,
  };
}

/** The smallest convex outline of points, clockwise on the plan (Andrew's monotone chain). */
export function outlineOf(points: readonly PlanPoint[]): PlanPoint[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  if (sorted.length < 3) return sorted;
  const half = (row: readonly PlanPoint[]): PlanPoint[] => {
    const chain: PlanPoint[] = [];
    for (const point of row) {
      while (chain.length >= 2 && turn(chain[chain.length - 2], chain[chain.length - 1], point) <= 0)
        chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half([...sorted].reverse())];
}

function turn(a: PlanPoint | undefined, b: PlanPoint | undefined, c: PlanPoint): number {
  if (!a || !b) return 1;
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/** The middle of points; 0, 0 without any. */
export function middleOf(points: readonly PlanPoint[]): PlanPoint {
  const n = Math.max(1, points.length);
  return {
    x: points.reduce((sum, { x }) => sum + x, 0) / n,
    y: points.reduce((sum, { y }) => sum + y, 0) / n,
  };
}

/** The mark of each kind around 0, 0, as an SVG path after its start. Kinds differ by shape: not everybody tells colours apart. */
const MARKS = {
  screen: { x: -9, y: -7, path: 'h18v14h-18z' },
  loudspeaker: { x: -9, y: 8, path: 'l9 -17l9 17z' },
  tv: { x: -8, y: 0, path: 'a8 8 0 1 0 16 0a8 8 0 1 0 -16 0z' },
} as const;

/** The marks of many things as one SVG path; `unit`: how many units of the plan one unit of a mark is. */
export function marksPath(
  marks: readonly { readonly kind: keyof typeof MARKS; readonly at: PlanPoint }[],
  unit: number,
): string {
  return marks
    .map(({ kind, at }) => {
      const { x, y, path } = MARKS[kind];
      return `M${(at.x / unit + x).toFixed(1)} ${(at.y / unit + y).toFixed(1)}${path}`;
    })
    .join('');
}

/** What lies nearest to a point, at most `reach` away; undefined where nothing does. */
export function nearest<P extends { readonly at: PlanPoint }>(
  placed: readonly P[],
  { x, y }: PlanPoint,
  reach: number,
): P | undefined {
  let [best, least] = [undefined as P | undefined, reach * reach];
  for (const one of placed) {
    const distance = (one.at.x - x) ** 2 + (one.at.y - y) ** 2;
    if (distance <= least) [best, least] = [one, distance];
  }
  return best;
}
