import type { HeapCells } from './cells.js';
import { reduceColumn, topColumn, type Bit, type Cell, type Start } from './column.js';

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

/**
 * Of an odd number of bits the first two are added by themselves: that is done early, where three at the end would make a
 * late carry. A one of the constant is taken in at the start, if no place is left for it at the end.
 */
const startsOf: Readonly<Record<'odd' | 'even', readonly (readonly Start[])[]>> = {
  odd: [['half'], ['one'], ['two'], []],
  even: [[], ['one', 'half'], ['one', 'two'], ['one']],
};

/** A column with at most two things left, a one among them. */
function reduced(bits: readonly Bit[], constant: number, column: number, cells: HeapCells, single: boolean) {
  const possible = bits.length < 2 ? [[]] : startsOf[bits.length % 2 === 1 ? 'odd' : 'even'];
  for (const starts of possible) {
    if (starts.length > 0 && starts.length >= bits.length) continue;
    const done = reduceColumn(bits, constant, column, cells, starts, single);
    if (done.left.length + Math.abs(done.constant % 2) <= 2) return done;
  }
  throw new Error(`no place for a one in column ${column}`);
}
