/** Plays of one hour of the week. `weekday`: 0 Monday … 6 Sunday, local to each endpoint. */
export interface HeatCell {
  readonly weekday: number;
  readonly hour: number;
  readonly promised: number;
  readonly counted: number;
}

/**
 * The 168 hours of the week, Monday 0:00 first, from rows by hour of the week (`1 08:00`: Mondays at 8); hours
 * without a row are 0.
 */
export function heatOf(
  rows: readonly { readonly key: string; readonly playsPromised: number; readonly playsCounted: number }[],
): HeatCell[] {
  const known = new Map(rows.map((row) => [row.key, row]));
  return Array.from({ length: 168 }, (_, at) => {
    const [weekday, hour] = [Math.floor(at / 24), at % 24];
    const row = known.get(`${weekday + 1} ${String(hour).padStart(2, '0')}:00`);
    return { weekday, hour, promised: row?.playsPromised ?? 0, counted: row?.playsCounted ?? 0 };
  });
}
