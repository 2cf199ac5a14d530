import { rowBytes, type EmbeddingModel } from './tables.js';

/** Neighbouring columns of one of the model's tables. */
export interface Slice {
  readonly table: number;
  readonly first: number;
  readonly columns: number;
}

/**
 * A table as it is stored: a slice, or the Cartesian product of several. A row of a product is the rows of its parts
 * one after the other, for every combination of them; with iA and iB the indices into parts A and B, and eB the rows
 * of B, its index is iA·eB + iB.
 */
export interface Stored {
  readonly parts: readonly Slice[];
  readonly rows: number;
  readonly columns: number;
  /** Rows that an item reads. */
  readonly lookups: number;
  readonly bytes: number;
}

/** A whole table, as it is stored by itself. */
export function whole(model: EmbeddingModel, table: number): Stored {
  const { columns } = model.tables[table]!;
  return combined(model, [{ table, first: 0, columns }]);
}

/** The product of slices; a slice alone is stored as it is. All their tables must have the same number of lookups. */
export function combined(model: EmbeddingModel, parts: readonly Slice[]): Stored {
  const rows = parts.reduce((product, { table }) => product * model.tables[table]!.rows, 1);
  const columns = parts.reduce((sum, part) => sum + part.columns, 0);
  const { lookups } = model.tables[parts[0]!.table]!;
  return { parts, rows, columns, lookups, bytes: rows * rowBytes(columns, model.elementBits) };
}

/** The product of two stored tables. */
export function product(model: EmbeddingModel, a: Stored, b: Stored): Stored {
  return combined(model, [...a.parts, ...b.parts]);
}

/** A stored table cut into pieces of neighbouring columns, as even as they can be; `stored` must be one slice. */
export function split(model: EmbeddingModel, stored: Stored, pieces: number): readonly Stored[] {
  const { table, first, columns } = stored.parts[0]!;
  const from = (piece: number): number => Math.floor((piece * columns) / pieces);
  return Array.from({ length: Math.min(pieces, columns) }, (_, piece) =>
    combined(model, [{ table, first: first + from(piece), columns: from(piece + 1) - from(piece) }]),
  );
}

/** The row of a stored table that holds the given rows of the model's tables. */
export function storedRow(model: EmbeddingModel, { parts }: Stored, indices: readonly number[]): number {
  return parts.reduce((row, { table }) => row * model.tables[table]!.rows + indices[table]!, 0);
}

/** What a row of a stored table holds: for each part the row of its table. The inverse of `storedRow`. */
export function partRows(model: EmbeddingModel, { parts }: Stored, row: number): readonly number[] {
  let rest = row;
  return [...parts]
    .reverse()
    .map(({ table }) => {
      const { rows } = model.tables[table]!;
      const index = rest % rows;
      rest = (rest - index) / rows;
      return index;
    })
    .reverse();
}
