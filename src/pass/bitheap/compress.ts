import type { HeapCells } from './cells.js';
import { reduceColumn, topColumn, type Bit, type Cell } from './column.js';

/** A heap brought down to two rows: the cells in the order of evaluation, and what is left in each column. */
export interface Tree {
  readonly cells: readonly Cell[];
  /** At most two in a column: bits of sign +, and constant ones. */
  readonly rows: readonly (readonly (Bit | 'one')[])[];
}

/**
 * Adds up bits: Σ sign · bit · 2^column + constant, modulo 2^columns, as two rows. The columns are done one after another
 * from the lowest; in each the bits that are there first are added first (Stelling, Martel, Oklobdzija and Ravi, 1998), so
 * that no bit waits for a later one longer than it must. Constants that inversions bring are carried along exactly.
 *
 * @param constant modulo 2^columns
 * @param single how many of the lowest columns are to be brought down to one bit, so that the final adder starts above
 */
export function compress(
  columns: readonly (readonly Bit[])[],
  constant: bigint,
  cells: HeapCells,
  single = 0,
): Tree {
  const heap = columns.map((bits) => [...bits]);
  const made: Cell[] = [];
  let carried = 0;
  const rows = heap.map((bits, column): (Bit | 'one')[] => {
    const given = carried + Number((constant >> BigInt(column)) & 1n);
    const isTop = column === heap.length - 1;
    const done = isTop
      ? topColumn(bits, given, column, cells)
      : reduced(bits, given, column, cells, column < single);
    for (const cell of done.made) made.push(cell);
    for (const carry of done.carries) heap[column + 1]!.push(carry);
    const one = done.constant % 2 !== 0;
    carried = (done.constant - (one ? 1 : 0)) / 2;
    return one ? [...done.left, 'one'] : [...done.left];
  });
  return { cells: made, rows };
}

/** A column with a place left for the constant's one, if there is one: with two bits and a one it takes the one in. */
function reduced(bits: readonly Bit[], constant: number, column: number, cells: HeapCells, single: boolean) {
  const plain = reduceColumn(bits, constant, column, cells, false, single);
  if (plain.constant % 2 === 0 || plain.left.length < 2) return plain;
  return reduceColumn(bits, constant, column, cells, true, single);
}
