/** So many rows are read at once: to take them apart and to put them into objects holds the event loop some milliseconds. */
const SLICE_ROWS = 500;

/**
 * All rows of a table, asked for slice by slice in the order of their ids, so that thousands of them hold up no poll and no
 * emergency. `read` gives at most `most` rows above an id, the lowest first; in one transaction of repeatable reads all are
 * of one moment.
 */
export async function inSlices<Row>(
  read: (aboveId: number, most: number) => Promise<readonly Row[]>,
  idOf: (row: Row) => number,
): Promise<Row[]> {
  const all: Row[] = [];
  for (let above = 0; ; ) {
    const slice = await read(above, SLICE_ROWS);
    all.push(...slice);
    const last = slice.at(-1);
    if (last === undefined || slice.length < SLICE_ROWS) return all;
    above = idOf(last);
  }
}
