import type { Draft, Id } from '../../ir/index.js';
import { indexWidth, type LookupShape, type Read } from './shape.js';
import { named } from './words.js';

/** An index that no table is left by. */
export interface Checked {
  readonly index: Id;
  /** Whether the one given was beyond the table. */
  readonly outside: Id;
}

/** The index of a slot, or its last row where it is beyond. */
export function checkedIndex(
  draft: Draft,
  { slots, indexBits }: LookupShape,
  slot: number,
  given: Id,
): Checked {
  const { rows } = slots[slot]!;
  const width = indexWidth(rows);
  const fits = width > indexBits ? draft.extend(given, width, false) : draft.slice(given, 0, width);
  if (rows >= 2 ** indexBits) return { index: fits, outside: draft.constant(0n, 1) };
  const last = draft.constant(BigInt(rows - 1), indexBits);
  const outside = named(draft, `outside_${slot}`, draft.compare('lt', last, given, false));
  return { index: draft.mux(outside, draft.constant(BigInt(rows - 1), width), fits), outside };
}

/** The number of the row in a stored table: ((i0 · rows1 + i1) · rows2 + i2) and so on, over the parts. */
export function storedIndex(draft: Draft, { slots }: LookupShape, read: Read, indices: readonly Id[]): Id {
  const width = indexWidth(read.rows);
  return read.parts
    .map(({ slot }) => ({ rows: slots[slot]!.rows, index: indices[slot]! }))
    .reduce<Id | undefined>((row, { rows, index }) => {
      const own = draft.extend(index, Math.max(width, draft.widthOf(index)), false);
      if (row === undefined) return own;
      const product = draft.mul(row, draft.constant(BigInt(rows), width), false);
      return draft.binary('add', draft.slice(product, 0, width), own);
    }, undefined)!;
}
