import type { Pair, Window } from './operators/window.js';
import type { Dims } from './tensor.js';

/**
 * Where the operands of a layer's inner products lie in the value that it reads, and its results in the value that it
 * gives; places are elements of one image. The product of group g, position p and column c reads, as its term k,
 * element reads[p · depth + k] + g · groupStep (padding where `reads` has −1), and becomes element
 * (g · columns + c) · columnStep + p · positionStep.
 */
export interface Geometry {
  readonly groups: number;
  /** terms of an inner product */
  readonly depth: number;
  readonly positions: number;
  /** of each group */
  readonly columns: number;
  readonly reads: Int32Array;
  readonly groupStep: number;
  readonly columnStep: number;
  readonly positionStep: number;
  /** dimensions of the result for one image, without the image's own */
  readonly results: Dims;
  /** For products of two values: where those of the right operand lie, [column][term], and their step of a group. */
  readonly right?: { readonly reads: Int32Array; readonly groupStep: number };
}

/** Rows of `depth` elements times a matrix, the rows being all that stands in front of the last dimension. */
export function rowGeometry(dims: Dims, depth: number, columns: number): Geometry {
  const rows = dims.slice(1, -1);
  const positions = rows.reduce((product, size) => product * size, 1);
  return {
    groups: 1,
    depth,
    positions,
    columns,
    reads: Int32Array.from({ length: positions * depth }, (_, i) => i),
    groupStep: 0,
    columnStep: 1,
    positionStep: columns,
    results: [...rows, columns],
  };
}

/** What a window sees: terms in the order kernel row, kernel column, channel, so that channels lie side by side. */
export function windowGeometry(
  window: Window,
  sizes: {
    readonly groups: number;
    readonly inputs: number;
    readonly outputs: number;
    readonly rank: number;
  },
): Geometry {
  const { groups, inputs, outputs, rank } = sizes;
  const { input, output, kernel } = window;
  const [positions, pixels] = [output[0] * output[1], input[0] * input[1]];
  const depth = kernel[0] * kernel[1] * inputs;
  const reads = new Int32Array(positions * depth);
  let at = 0;
  eachPlace(output, (y, x) =>
    eachPlace(kernel, (ky, kx) => {
      const row = y * window.strides[0] - window.begin[0] + ky * window.dilations[0];
      const column = x * window.strides[1] - window.begin[1] + kx * window.dilations[1];
      const inside = row >= 0 && row < input[0] && column >= 0 && column < input[1];
      for (let channel = 0; channel < inputs; channel++)
        reads[at++] = inside ? channel * pixels + row * input[1] + column : -1;
    }),
  );
  return {
    groups,
    depth,
    positions,
    columns: outputs,
    reads,
    groupStep: inputs * pixels,
    columnStep: positions,
    positionStep: 1,
    results: [groups * outputs, ...output.slice(2 - rank)],
  };
}

function eachPlace([height, width]: Pair, look: (y: number, x: number) => void): void {
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) look(y, x);
}

/** Matrix products of two values of the same images: [outer…, rows, depth] by [outer…, depth, columns]. */
export function pairGeometry(left: Dims, right: Dims): Geometry | undefined {
  const outer = left.slice(1, -2);
  const [rows, depth, columns] = [left.at(-2)!, left.at(-1)!, right.at(-1)!];
  const fits = left.length >= 3 && left.length === right.length && right.at(-2) === depth;
  if (!fits || right.slice(1, -2).join() !== outer.join()) return undefined;
  const groups = outer.reduce((product, size) => product * size, 1);
  return {
    groups,
    depth,
    positions: rows,
    columns,
    reads: Int32Array.from({ length: rows * depth }, (_, i) => i),
    groupStep: rows * depth,
    // Groups are `rows` rows of `columns` numbers: their columns are not side by side as a convolution's are.
    columnStep: 1,
    positionStep: columns,
    results: [...outer, rows, columns],
    right: {
      reads: Int32Array.from(
        { length: columns * depth },
        (_, i) => (i % depth) * columns + Math.floor(i / depth),
      ),
      groupStep: depth * columns,
    },
  };
}

/** The element that the result of a group, column and position becomes. */
export function resultPlace(g: Geometry, group: number, column: number, position: number): number {
  if (g.right) return (group * g.positions + position) * g.columns + column;
  return (group * g.columns + column) * g.columnStep + position * g.positionStep;
}
