/**
 * out[r][c] = Σ over i of a[r][i]·b[c][i]: the product of A (rows × depth) with the transpose of B
 * (columns × depth), all row-major. Sums are taken in doubles in the order of i and rounded once where `out` is a
 * Float32Array; so integers come out exact while no sum exceeds 2^53.
 */
export function productTransposed(
  a: Float32Array,
  b: Float32Array,
  rows: number,
  columns: number,
  depth: number,
  out: Float32Array | Float64Array,
): void {
  const fullRows = rows - (rows % 4);
  const fullColumns = columns - (columns % 4);
  for (let row = 0; row < fullRows; row += 4) {
    for (let column = 0; column < fullColumns; column += 4) tile(a, b, row, column, columns, depth, out);
  }
  for (let row = 0; row < rows; row++) {
    const from = row < fullRows ? fullColumns : 0;
    for (let column = from; column < columns; column++) {
      out[row * columns + column] = dot(a, b, row * depth, column * depth, depth);
    }
  }
}

/** The transpose of a rows × columns matrix. */
export function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      out[column * rows + row] = matrix[row * columns + column]!;
  }
  return out;
}

function dot(a: Float32Array, b: Float32Array, a0: number, b0: number, depth: number): number {
  let sum = 0;
  for (let i = 0; i < depth; i++) sum += a[a0 + i]! * b[b0 + i]!;
  return sum;
}

/** Sixteen sums at once: each number loaded serves four products, which is what makes it fast. */
function tile(
  a: Float32Array,
  b: Float32Array,
  row: number,
  column: number,
  columns: number,
  depth: number,
  out: Float32Array | Float64Array,
): void {
  const [a0, a1, a2, a3] = [row * depth, (row + 1) * depth, (row + 2) * depth, (row + 3) * depth];
  const [b0, b1, b2, b3] = [column * depth, (column + 1) * depth, (column + 2) * depth, (column + 3) * depth];
  let [s00, s01, s02, s03, s10, s11, s12, s13] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [s20, s21, s22, s23, s30, s31, s32, s33] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < depth; i++) {
    const x0 = a[a0 + i]!;
    const x1 = a[a1 + i]!;
    const x2 = a[a2 + i]!;
    const x3 = a[a3 + i]!;
    const y0 = b[b0 + i]!;
    const y1 = b[b1 + i]!;
    const y2 = b[b2 + i]!;
    const y3 = b[b3 + i]!;
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3;
    s20 += x2 * y0;
    s21 += x2 * y1;
    s22 += x2 * y2;
    s23 += x2 * y3;
    s30 += x3 * y0;
    s31 += x3 * y1;
    s32 += x3 * y2;
    s33 += x3 * y3;
  }
  const o = row * columns + column;
  out.set([s00, s01, s02, s03], o);
  out.set([s10, s11, s12, s13], o + columns);
  out.set([s20, s21, s22, s23], o + 2 * columns);
  out.set([s30, s31, s32, s33], o + 3 * columns);
}
