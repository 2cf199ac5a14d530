import { loadKernels } from './load.js';
import { blocksInOrder, listsInOrder, productInOrder, transposedInOrder } from './plain.js';

export type Floats = Float32Array | Float64Array;

/** A matrix in a space: where it begins in its array, and its strides in elements. */
export interface Matrix {
  readonly data: Floats;
  readonly at: number;
  /** from one row to the next */
  readonly row: number;
}

/** A block of rows and columns, or several of them. */
export interface Block extends Matrix {
  /** along a row */
  readonly step: number;
  /** from one block to the next */
  readonly plane: number;
}

/**
 * Where numbers of a training live, and the kernels that work on them. Kernels take only arrays that `floats` of the
 * same space gave. The same operations give the same bits in every space of float32.
 */
export interface Space {
  /** zeros that last as long as the space */
  floats(length: number): Floats;
  /** as `floats` */
  indices(length: number): Uint32Array;
  /** C (m × n) = [C +] A (m × depth) · B (depth × n); `stepA` is A's stride along the depth, 1 if left out */
  product(
    m: number,
    n: number,
    depth: number,
    a: Matrix,
    b: Matrix,
    c: Matrix,
    add?: boolean,
    stepA?: number,
  ): void;
  /** C (m × n) = [C +] A (m × depth) · Bᵀ, B of n rows */
  transposed(m: number, n: number, depth: number, a: Matrix, b: Matrix, c: Matrix, add?: boolean): void;
  /** to = from */
  copyBlock(to: Block, from: Block, size: BlockSize): void;
  /** to = to + from · factor */
  addBlock(to: Block, from: Block, size: BlockSize, factor: number): void;
  /** to = from · factor + offset */
  mapBlock(to: Block, from: Block, size: BlockSize, factor: number, offset: number): void;
  /** Σ a · b */
  dotBlock(a: Block, b: Block, size: BlockSize): number;
  /** to = max(0, from) */
  relu(to: Floats, from: Floats): void;
  /** to = slope where y > 0, else 0 */
  reluSlope(to: Floats, y: Floats, slope: Floats): void;
  /**
   * The largest of each of `count` windows of size × size side by side, the first at x, to y, and at which index of
   * x's array it stands, to `from`; of equal ones the first
   */
  maxRow(y: Matrix, from: Indices, x: Block, size: number, count: number): void;
}

export interface BlockSize {
  readonly width: number;
  readonly height: number;
  /** how many blocks */
  readonly planes: number;
}

/** Indices in a space, as many as there are in an array that they belong to. */
export interface Indices {
  readonly data: Uint32Array;
  readonly at: number;
}

/** float32 in WebAssembly, four numbers at a time. */
export function fastSpace(): Space {
  const { memory, kernels } = loadKernels();
  let next = 0;
  const reserve = (length: number): number => {
    const at = next;
    next += 16 * Math.ceil(length / 4);
    const missing = next - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    return at;
  };
  return {
    floats(length) {
      const at = reserve(length);
      return new Float32Array(memory.buffer, at, length);
    },
    indices(length) {
      const at = reserve(length);
      return new Uint32Array(memory.buffer, at, length);
    },
    product: (m, n, depth, a, b, c, add = false, stepA = 1) =>
      kernels.product(
        m,
        n,
        depth,
        address(a),
        4 * a.row,
        4 * stepA,
        address(b),
        4 * b.row,
        address(c),
        4 * c.row,
        add ? 1 : 0,
      ),
    transposed: (m, n, depth, a, b, c, add = false) =>
      kernels.transposed(
        m,
        n,
        depth,
        address(a),
        4 * a.row,
        address(b),
        4 * b.row,
        address(c),
        4 * c.row,
        add ? 1 : 0,
      ),
    copyBlock: (to, from, size) => kernels.copyBlock(...blockNumbers(to, from, size)),
    addBlock: (to, from, size, factor) => kernels.addBlock(...blockNumbers(to, from, size), factor),
    mapBlock: (to, from, size, factor, offset) =>
      kernels.mapBlock(...blockNumbers(to, from, size), factor, offset),
    dotBlock: (a, b, size) => kernels.dotBlock(...blockNumbers(a, b, size)),
    relu: (to, from) => kernels.relu(to.byteOffset, from.byteOffset, to.length),
    reluSlope: (to, y, slope) => kernels.reluSlope(to.byteOffset, y.byteOffset, slope.byteOffset, to.length),
    maxRow: (y, from, x, size, count) =>
      kernels.maxRow(
        address(y),
        address(from),
        address(x),
        4 * x.row,
        4 * x.step,
        size,
        count,
        x.data.byteOffset,
      ),
  };
}

function address({ data, at }: Matrix | Indices): number {
  return data.byteOffset + 4 * at;
}

/** What kernels on blocks take first. */
function blockNumbers(to: Block, from: Block, { width, height, planes }: BlockSize): number[] {
  return [
    ...[address(to), 4 * to.step, 4 * to.row, 4 * to.plane],
    ...[address(from), 4 * from.step, 4 * from.row, 4 * from.plane],
    ...[width, height, planes],
  ];
}

/** Plain loops: float64, or float32 with the roundings of the fast space. */
export function plainSpace(precision: 32 | 64): Space {
  const round = precision === 32 ? Math.fround : (x: number): number => x;
  return {
    floats: (length) => (precision === 32 ? new Float32Array(length) : new Float64Array(length)),
    product: productInOrder(round),
    transposed: transposedInOrder(round),
    indices: (length) => new Uint32Array(length),
    ...blocksInOrder(round),
    ...listsInOrder,
  };
}
