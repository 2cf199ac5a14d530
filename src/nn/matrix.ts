/** Numbers of a matrix, row-major. */
export type Numbers = Float32Array | Float64Array;

/**
 * out[r][c] = Σ over i of a[r][i]·b[c][i]: the product of A (rows × depth) with the transpose of B
 * (columns × depth), all row-major. Sums are taken in doubles in the order of i and rounded once where `out` is a
 * Float32Array; so integers come out exact while no sum exceeds 2^53.
 */
export function productTransposed(
  a: Numbers,
  b: Numbers,
  rows: number,
  columns: number,
  depth: number,
  out: Numbers,
): void {
  // Each number is used many times, so converting it once is cheaper; and one kind of array keeps the loops fast.
  const [left, right] = [doubles(a), doubles(b)];
  const fullColumns = columns - (columns % 4);
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    for (let column = 0; column < fullColumns; column += 4) {
      tile(left, right, row, column, depth);
      for (let i = 0; i < 4; i++) store(out, (row + i) * columns + column, 4 * i);
    }
  }
  for (; row < rows; row++) {
    for (let column = 0; column < fullColumns; column += 4) {
      strip(left, right, row, column, depth);
      store(out, row * columns + column, 0);
    }
  }
  for (let column = fullColumns; column < columns; column++) {
    for (row = 0; row < rows; row++) out[row * columns + column] = dot(left, right, row, column, depth);
  }
}

function doubles(numbers: Numbers): Float64Array {
  return numbers instanceof Float64Array ? numbers : new Float64Array(numbers);
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

function dot(a: Float64Array, b: Float64Array, row: number, column: number, depth: number): number {
  const [a0, b0] = [row * depth, column * depth];
  let sum = 0;
  for (let i = 0; i < depth; i++) sum += a[a0 + i]! * b[b0 + i]!;
  return sum;
}

/** What `tile` and `strip` found. */
const sums = new Float64Array(16);

function store(out: Numbers, at: number, from: number): void {
  out[at] = sums[from]!;
  out[at + 1] = sums[from + 1]!;
  out[at + 2] = sums[from + 2]!;
  out[at + 3] = sums[from + 3]!;
}

/** One row by four columns. */
function strip(a: Float64Array, b: Float64Array, row: number, column: number, depth: number): void {
  const a0 = row * depth;
  const b0 = column * depth;
  const b1 = b0 + depth;
  const b2 = b1 + depth;
  const b3 = b2 + depth;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0; i < depth; i++) {
    const x = a[a0 + i]!;
    s0 += x * b[b0 + i]!;
    s1 += x * b[b1 + i]!;
    s2 += x * b[b2 + i]!;
    s3 += x * b[b3 + i]!;
  }
  sums[0] = s0;
  sums[1] = s1;
  sums[2] = s2;
  sums[3] = s3;
}

/** Sixteen sums at once: each number loaded serves four products, which is what makes it fast. */
function tile(a: Float64Array, b: Float64Array, row: number, column: number, depth: number): void {
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
  sums[0] = s00;
  sums[1] = s01;
  sums[2] = s02;
  sums[3] = s03;
  sums[4] = s10;
  sums[5] = s11;
  sums[6] = s12;
  sums[7] = s13;
  sums[8] = s20;
  sums[9] = s21;
  sums[10] = s22;
  sums[11] = s23;
  sums[12] = s30;
  sums[13] = s31;
  sums[14] = s32;
  sums[15] = s33;
}
