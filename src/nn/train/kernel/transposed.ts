import type { Body, Local, WasmFunction } from './encode.js';
import { accumulate, advance, advanceBy, copy, sumOfLanes } from './steps.js';

const heights = [4, 1] as const;
const widths = [2, 1] as const;

interface Rows {
  readonly depth: Local;
  /** first row of A, of B and of C of the tile, and their strides in bytes */
  readonly a: Local;
  readonly rowA: Local;
  readonly b: Local;
  readonly rowB: Local;
  readonly c: Local;
  readonly rowC: Local;
  readonly add: Local;
}

interface Registers {
  readonly vectors: readonly Local[];
  readonly sums: readonly Local[];
  readonly operands: readonly Local[];
  readonly left: Local;
  readonly fromA: readonly Local[];
  readonly fromB: readonly Local[];
  readonly toC: Local;
}

/**
 * C (m × n) = [C +] A·Bᵀ; parameters m, n, depth, A, its row stride, B, its row stride, C, its row stride, whether to
 * add. The rows of A and B are contiguous. An element of C is four float32 sums, of the products at depth 0, 4, 8, …,
 * at 1, 5, 9, … and so on, as (s0 + s1) + (s2 + s3), to which the products that are left over (depth mod 4) are added
 * one by one, and then to C.
 */
export const transposed: WasmFunction = {
  name: 'transposed',
  parameters: Array<'i32'>(10).fill('i32'),
  write(f) {
    const [m, n, depth, a, rowA, b, rowB, c, rowC, add] = Array.from(
      { length: 10 },
      (_, i) => i,
    ) as unknown as [Local, Local, Local, Local, Local, Local, Local, Local, Local, Local];
    const [columns, firstB, firstC] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const rows = { depth, a, rowA, b: firstB, rowB, c: firstC, rowC, add };
    const registers = registersOf(f);
    for (const height of heights) {
      f.whileAtLeast(m, height, () => {
        copy(f, n, columns);
        copy(f, b, firstB);
        copy(f, c, firstC);
        for (const width of widths) {
          f.whileAtLeast(columns, width, () => {
            writeTile(f, rows, registers, height, width);
            advanceBy(f, firstB, rowB, width);
            advance(f, firstC, 4 * width);
            advance(f, columns, -width);
          });
        }
        advanceBy(f, a, rowA, height);
        advanceBy(f, c, rowC, height);
        advance(f, m, -height);
      });
    }
  },
};

function registersOf(f: Body): Registers {
  const locals = (type: 'i32' | 'f32' | 'v128', count: number): Local[] =>
    Array.from({ length: count }, () => f.local(type));
  return {
    vectors: locals('v128', 8),
    sums: locals('f32', 8),
    operands: locals('v128', 2),
    left: f.local('i32'),
    fromA: locals('i32', 4),
    fromB: locals('i32', 2),
    toC: f.local('i32'),
  };
}

function writeTile(f: Body, m: Rows, r: Registers, height: number, width: number): void {
  const pairs = Array.from({ length: height * width }, (_, k) => [Math.floor(k / width), k % width] as const);
  const [fromA, fromB] = [r.fromA.slice(0, height), r.fromB.slice(0, width)];
  rowStarts(f, m.a, m.rowA, fromA);
  rowStarts(f, m.b, m.rowB, fromB);
  pairs.forEach((_, k) => (f.zero('v128'), f.set(r.vectors[k]!)));
  copy(f, m.depth, r.left);
  const step = (by: number): void => {
    for (const local of [...fromA, ...fromB]) advance(f, local, 4 * by);
    advance(f, r.left, -by);
  };
  f.whileAtLeast(r.left, 4, () => {
    fromB.forEach((from, j) => (f.get(from), f.move('v128.load'), f.set(r.operands[j]!)));
    pairs.forEach(([i, j], k) => {
      const ofA = (): void => (f.get(fromA[i]!), f.move('v128.load'));
      accumulate(f, 'v128', r.vectors[k]!, ofA, () => f.get(r.operands[j]!));
    });
    step(4);
  });
  pairs.forEach((_, k) => (sumOfLanes(f, r.vectors[k]!), f.set(r.sums[k]!)));
  f.whileAtLeast(r.left, 1, () => {
    pairs.forEach(([i, j], k) => {
      const ofA = (): void => (f.get(fromA[i]!), f.move('f32.load'));
      accumulate(f, 'f32', r.sums[k]!, ofA, () => (f.get(fromB[j]!), f.move('f32.load')));
    });
    step(1);
  });
  writeSums(f, m, r, height, width);
}

/** Stores the sums of a tile, or adds them to what is there. */
function writeSums(f: Body, m: Rows, r: Registers, height: number, width: number): void {
  copy(f, m.c, r.toC);
  for (let i = 0; i < height; i++) {
    if (i > 0) advanceBy(f, r.toC, m.rowC);
    for (let j = 0; j < width; j++) {
      const sum = r.sums[i * width + j]!;
      f.get(m.add);
      f.when(() => {
        f.get(r.toC);
        f.move('f32.load', 4 * j);
        f.get(sum);
        f.op('f32.add');
        f.set(sum);
      });
      f.get(r.toC);
      f.get(sum);
      f.move('f32.store', 4 * j);
    }
  }
}

/** Sets each local to the start of its row. */
function rowStarts(f: Body, first: Local, stride: Local, locals: readonly Local[]): void {
  locals.forEach((local, i) => {
    copy(f, i === 0 ? first : locals[i - 1]!, local);
    if (i > 0) advanceBy(f, local, stride);
  });
}
