/** A table over slew and load: row after row, one row a slew. */
export interface Grid {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly values: readonly number[];
}

/**
 * Bilinear between the four neighbours; outside the axes the outermost segments go on in a straight line, which is
 * what timing tools do. An axis of one entry is constant.
 */
export function lookUp(
  rows: readonly number[],
  columns: readonly number[],
  values: readonly number[],
  row: number,
  column: number,
): number {
  const r = segment(rows, row);
  const c = segment(columns, column);
  const rowStep = rows.length > 1 ? 1 : 0;
  const columnStep = columns.length > 1 ? 1 : 0;
  const x = rowStep ? (row - rows[r]!) / (rows[r + 1]! - rows[r]!) : 0;
  const y = columnStep ? (column - columns[c]!) / (columns[c + 1]! - columns[c]!) : 0;
  const near = r * columns.length + c;
  const far = near + rowStep * columns.length;
  const low = values[near]! + (values[near + columnStep]! - values[near]!) * y;
  const high = values[far]! + (values[far + columnStep]! - values[far]!) * y;
  return low + (high - low) * x;
}

/** The same table on other axes. */
export function resample(grid: Grid, rows: readonly number[], columns: readonly number[]): number[] {
  return rows.flatMap((row) =>
    columns.map((column) => lookUp(grid.rows, grid.columns, grid.values, row, column)),
  );
}

/** Entry by entry the greatest of several tables of one shape; empty for none. */
export function greatest(tables: readonly (readonly number[])[]): number[] {
  return (tables[0] ?? []).map((_, k) => Math.max(...tables.map((table) => table[k]!)));
}

function segment(axis: readonly number[], at: number): number {
  let k = 0;
  while (k < axis.length - 2 && at >= axis[k + 1]!) k++;
  return k;
}
