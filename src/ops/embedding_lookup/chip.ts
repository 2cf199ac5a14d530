import { wrap } from '../../base/index.js';
import type { Draft, Id } from '../../ir/index.js';
import { indexWidth, type LookupShape } from './shape.js';
import { connectState } from './words.js';

/** The rows of the tables on the chip, by the number of the read. */
export interface ChipRows {
  readonly rows: ReadonlyMap<number, Id>;
  /** Whether they are those of the item in the slot that is gathered. */
  readonly complete: Id;
}

/**
 * Tables in memories of the chip, each with a port of its own. The row numbers of items under way wait by their slot.
 *
 * @param put whether those of an item come in, for `putSlot`
 * @param waiting whether there is an item in the slot that is gathered
 */
export function chipTables(
  draft: Draft,
  shape: LookupShape,
  indices: ReadonlyMap<number, Id>,
  at: { readonly put: Id; readonly putSlot: Id; readonly slot: Id; readonly waiting: Id; readonly take: Id },
): ChipRows {
  const rows = new Map<number, Id>();
  let from = 0;
  shape.reads.forEach(({ port, rows: count, columns }, k) => {
    if (port !== 'chip') return;
    const width = indexWidth(count);
    const own = { name: `request_${k}`, width, depth: shape.depth, synchronous: false, contents: [] };
    const requests = draft.memory(own);
    draft.write(requests, at.putSlot, indices.get(k)!, at.put);
    const table = draft.memory({
      name: `table_${k}`,
      width: columns * shape.element.width,
      depth: count,
      synchronous: true,
      contents: tableWords(shape, from, count, columns),
    });
    rows.set(k, draft.read(table, draft.read(requests, at.slot)));
    from += count * columns;
  });
  const complete = draft.reg(1, 'chip_complete');
  connectState(draft, complete, draft.binary('and', at.waiting, draft.not(at.take)));
  return { rows, complete };
}

/** The rows of a table as words, the first column in the low bits. */
function tableWords(
  { contents, element: { width } }: LookupShape,
  from: number,
  rows: number,
  columns: number,
): bigint[] {
  return Array.from({ length: rows }, (_, row) => {
    const own = contents.slice(from + row * columns, from + (row + 1) * columns);
    return own.reduceRight((word, element) => (word << BigInt(width)) | wrap(BigInt(element), width), 0n);
  });
}
