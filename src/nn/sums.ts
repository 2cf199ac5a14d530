import { unbounded, type Bounds } from './bounds.js';
import { windowGeometry } from './geometry.js';
import { flagAttribute, listAttribute, type Node } from './network.js';
import { windowOf } from './operators/window.js';
import type { Dims, Tensor } from './tensor.js';

/**
 * An operator that adds up elements with equal weights, so that it can be done in integers: the addition of two
 * values, or a mean under windows. Element o of the result is factor · Σ of the elements taps[o · count …] of each input.
 */
export interface SumNode extends Bounds {
  readonly name: string;
  readonly kind: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** elements of one image; −1 is padding, which is 0. Undefined: the same element, as in additions */
  readonly taps: Int32Array | undefined;
  /** taps of each element */
  readonly count: number;
  readonly factor: number;
  /** of the result for one image, without the image's own */
  readonly results: Dims;
  /** the operators that it stands for, in order */
  readonly nodes: readonly Node[];
}

/** The node as a sum, if it is one of values that are not constant and whose dimensions are known. */
export function sumOf(
  node: Node,
  constants: ReadonlyMap<string, Tensor>,
  shapes: ReadonlyMap<string, Dims>,
): SumNode | undefined {
  const dims = node.inputs.map((name) => shapes.get(name));
  const [x, y] = dims;
  if (!x || x.length < 2 || node.inputs.some((name) => constants.has(name))) return undefined;
  const base = {
    name: node.name,
    kind: node.op,
    inputs: node.inputs,
    output: node.outputs[0]!,
    nodes: [node],
  };
  const results = x.slice(1);
  const identity = { ...base, ...unbounded, taps: undefined, count: 1, factor: 1, results };
  if (node.op === 'Add') return y && y.join() === x.join() ? identity : undefined;
  const window = meanWindow(node, x);
  if (!window) return undefined;
  const {
    reads,
    depth: count,
    positions,
  } = windowGeometry(window, { groups: 1, inputs: 1, outputs: 1, rank: 2 });
  const pixels = window.input[0] * window.input[1];
  const taps = new Int32Array(x[1]! * reads.length);
  for (let channel = 0; channel < x[1]!; channel++)
    reads.forEach((read, i) => (taps[channel * reads.length + i] = read < 0 ? -1 : channel * pixels + read));
  const sizes = shapes.get(base.output)?.slice(1);
  return sizes && taps.length === x[1]! * positions * count
    ? { ...base, ...unbounded, taps, count, factor: 1 / count, results: sizes }
    : undefined;
}

/** The window of a mean whose divisor is the same everywhere. */
function meanWindow(node: Node, dims: Dims) {
  if (dims.length !== 4) return undefined;
  const [height, width] = [dims[2]!, dims[3]!];
  if (node.op === 'GlobalAveragePool') {
    const one = [1, 1] as const;
    const input = [height, width] as const;
    return {
      input,
      output: one,
      kernel: input,
      strides: one,
      dilations: one,
      begin: [0, 0],
      end: [0, 0],
    } as const;
  }
  if (node.op !== 'AveragePool') return undefined;
  const window = windowOf(node, dims.slice(2), listAttribute(node, 'kernel_shape') ?? []);
  if (typeof window === 'string') return undefined;
  const padded = [...window.begin, ...window.end].some((size) => size > 0);
  const partial = [0, 1].some((axis) => {
    const reach = (window.kernel[axis]! - 1) * window.dilations[axis]! + 1;
    const last = (window.output[axis]! - 1) * window.strides[axis]! + reach;
    return last > window.input[axis]! + window.begin[axis]! + window.end[axis]!;
  });
  return partial || (padded && !flagAttribute(node, 'count_include_pad')) ? undefined : window;
}
