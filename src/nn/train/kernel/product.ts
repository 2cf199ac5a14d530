import type { Body, Local, WasmFunction } from './encode.js';
import { accumulate, advance, advanceBy, copy, lanes } from './steps.js';

const heights = [4, 2, 1] as const;
const widths = [8, 4, 1] as const;

/** Addresses and strides in bytes, sizes in elements, as the locals that hold them. */
interface Matrices {
  readonly depth: Local;
  readonly a: Local;
  readonly rowA: Local;
  readonly stepA: Local;
  readonly b: Local;
  readonly rowB: Local;
  readonly c: Local;
  readonly rowC: Local;
  readonly add: Local;
}

/** Locals that tiles share, one use behind the other. */
interface Registers {
  readonly sums: Readonly<Record<'f32' | 'v128', readonly Local[]>>;
  readonly operands: Readonly<Record<'f32' | 'v128', readonly Local[]>>;
  readonly factor: Readonly<Record<'f32' | 'v128', Local>>;
  readonly left: Local;
  readonly fromA: readonly Local[];
  readonly fromB: Local;
  readonly toC: Local;
}

/**
 * C (m × n) = [C +] A·B; parameters m, n, depth, A, its row stride, its step along the depth, B, its row stride, C,
 * its row stride, whether to add. Every element of C is a sum of float32 products in the order of the depth, begun
 * with C or 0 and rounded after each step, so tiles decide about speed and not about results.
 */
export const product: WasmFunction = {
  name: 'product',
  parameters: Array<'i32'>(11).fill('i32'),
  write(f) {
    const [m, n, depth, a, rowA, stepA, b, rowB, c, rowC, add] = Array.from(
      { length: 11 },
      (_, i) => i,
    ) as unknown as [Local, Local, Local, Local, Local, Local, Local, Local, Local, Local, Local];
    const [columns, fromB, toC] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const matrices = { depth, a, rowA, stepA, b: fromB, rowB, c: toC, rowC, add };
    const registers = registersOf(f);
    for (const height of heights) {
      f.whileAtLeast(m, height, () => {
        copy(f, n, columns);
        copy(f, b, fromB);
        copy(f, c, toC);
        for (const width of widths) {
          f.whileAtLeast(columns, width, () => {
            writeTile(f, matrices, registers, height, width);
            advance(f, fromB, 4 * width);
            advance(f, toC, 4 * width);
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
    sums: { f32: locals('f32', 4), v128: locals('v128', 8) },
    operands: { f32: locals('f32', 1), v128: locals('v128', 2) },
    factor: { f32: f.local('f32'), v128: f.local('v128') },
    left: f.local('i32'),
    fromA: locals('i32', 4),
    fromB: f.local('i32'),
    toC: f.local('i32'),
  };
}

/** `height` rows of `width` columns of C, whose sums stay in registers along the whole depth. */
function writeTile(f: Body, m: Matrices, r: Registers, height: number, width: number): void {
  const type = width === 1 ? 'f32' : 'v128';
  const across = Math.max(1, width / 4);
  const sums = Array.from({ length: height }, (_, i) => r.sums[type].slice(i * across, (i + 1) * across));
  f.get(m.add);
  f.when(
    () => overRows(f, m, r, sums, (sum, offset) => load(f, r.toC, lanes[type].load, offset, sum)),
    () => sums.flat().forEach((sum) => (f.zero(type), f.set(sum))),
  );
  copy(f, m.depth, r.left);
  copy(f, m.b, r.fromB);
  copy(f, m.a, r.fromA[0]!);
  for (let i = 1; i < height; i++) {
    copy(f, r.fromA[i - 1]!, r.fromA[i]!);
    advanceBy(f, r.fromA[i]!, m.rowA);
  }
  f.whileAtLeast(r.left, 1, () => {
    const operands = r.operands[type].slice(0, across);
    operands.forEach((operand, j) => load(f, r.fromB, lanes[type].load, 16 * j, operand));
    sums.forEach((row, i) => {
      load(f, r.fromA[i]!, lanes[type].spread, 0, r.factor[type]);
      row.forEach((sum, j) =>
        accumulate(
          f,
          type,
          sum,
          () => f.get(r.factor[type]),
          () => f.get(operands[j]!),
        ),
      );
      advanceBy(f, r.fromA[i]!, m.stepA);
    });
    advanceBy(f, r.fromB, m.rowB);
    advance(f, r.left, -1);
  });
  overRows(f, m, r, sums, (sum, offset) => {
    f.get(r.toC);
    f.get(sum);
    f.move(lanes[type].store, offset);
  });
}

/** Does `each` for all sums of a tile, with `toC` at the row and an offset in it. */
function overRows(
  f: Body,
  m: Matrices,
  r: Registers,
  sums: readonly (readonly Local[])[],
  each: (sum: Local, offset: number) => void,
): void {
  copy(f, m.c, r.toC);
  sums.forEach((row, i) => {
    if (i > 0) advanceBy(f, r.toC, m.rowC);
    row.forEach((sum, j) => each(sum, 16 * j));
  });
}

function load(
  f: Body,
  from: Local,
  how: 'f32.load' | 'v128.load' | 'v128.load32_splat',
  offset: number,
  to: Local,
): void {
  f.get(from);
  f.move(how, offset);
  f.set(to);
}
