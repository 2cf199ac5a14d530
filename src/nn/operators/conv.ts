import { failure, success } from '../../base/index.js';
import { productTransposed } from '../matrix.js';
import { listAttribute, numberAttribute, type Node } from '../network.js';
import { shapeFault } from '../problems.js';
import { floatTensor, type Dims } from '../tensor.js';
import { int } from './attributes.js';
import { floats } from './floats.js';
import type { Operator } from './operator.js';
import { fillPatches } from './patches.js';
import { windowAttributes, windowOf, type Window } from './window.js';

export const conv: Operator = {
  about: 'convolution over 1 or 2 dimensions, with groups, strides, dilations and padding',
  inputs: [2, 3],
  attributes: { ...windowAttributes, group: int },
  moves: false,
  infer(node, [x, w, b]) {
    const window = convWindow(node, x!.dims, w!.dims);
    if (typeof window === 'string') return failure(shapeFault(node, [x, w, b], window));
    const outputs = w!.dims[0]!;
    if (b && b.dims.join() !== `${outputs}`) {
      return failure(shapeFault(node, [x, w, b], `the bias must be [${outputs}]`));
    }
    const spatial = window.output.slice(4 - x!.dims.length);
    return success([{ type: 'float32', dims: [x!.dims[0]!, outputs, ...spatial] }]);
  },
  run(node, [x, w, b], [shape]) {
    const window = convWindow(node, x!.dims, w!.dims) as Window;
    const sizes = {
      images: x!.dims[0]!,
      groups: numberAttribute(node, 'group', 1),
      inputs: w!.dims[1]!,
      outputs: w!.dims[0]! / numberAttribute(node, 'group', 1),
    };
    const bias = b ? floats(b) : new Float32Array(w!.dims[0]!);
    return [floatTensor(shape!.dims, convolve(floats(x), floats(w), bias, sizes, window))];
  },
};

/** Images, groups, and channels of one group. */
interface Sizes {
  readonly images: number;
  readonly groups: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** The window of a convolution, or what is wrong with the shapes of images and weights. */
export function convWindow(node: Node, x: Dims, w: Dims): Window | string {
  if (x.length < 3 || w.length !== x.length) return 'images and weights must have the same 3 or 4 dimensions';
  const groups = numberAttribute(node, 'group', 1);
  const sound = Number.isSafeInteger(groups) && groups >= 1 && w[0]! % groups === 0;
  if (!sound || x[1] !== w[1]! * groups) {
    return 'channels must be `group` times those of a filter, and filters a multiple of `group`';
  }
  const stated = listAttribute(node, 'kernel_shape');
  if (stated && stated.join() !== w.slice(2).join()) return '`kernel_shape` must be that of the weights';
  return windowOf(node, x.slice(2), w.slice(2));
}

/** Numbers of patches that are laid out together: few enough for the cache of a core. */
const blockElements = 2 ** 15;

/** Groups of few filters are summed directly, others as products of matrices with the bias as one more weight. */
function convolve(
  x: Float32Array,
  w: Float32Array,
  bias: Float32Array,
  sizes: Sizes,
  window: Window,
): Float32Array {
  const { images, groups, inputs, outputs } = sizes;
  const [pixels, positions] = [window.input[0] * window.input[1], window.output[0] * window.output[1]];
  const depth = inputs * window.kernel[0] * window.kernel[1];
  const out = new Float32Array(images * groups * outputs * positions);
  const group = outputs < 3 ? directGroup : productGroup;
  const weights = Array.from({ length: groups }, (_, g) =>
    withBias(w.subarray(g * outputs * depth), bias.subarray(g * outputs), outputs, depth),
  );
  for (let image = 0; image < images; image++) {
    weights.forEach((own, g) => {
      const at = image * groups + g;
      const from = x.subarray(at * inputs * pixels, (at + 1) * inputs * pixels);
      const to = out.subarray(at * outputs * positions, (at + 1) * outputs * positions);
      group(from, own, inputs, outputs, window, to);
    });
  }
  return out;
}

/** outputs × (depth + 1): the bias behind the weights of each filter. */
function withBias(w: Float32Array, bias: Float32Array, outputs: number, depth: number): Float64Array {
  const rows = new Float64Array(outputs * (depth + 1));
  for (let row = 0; row < outputs; row++) {
    rows.set(w.subarray(row * depth, (row + 1) * depth), row * (depth + 1));
    rows[row * (depth + 1) + depth] = bias[row]!;
  }
  return rows;
}

function productGroup(
  from: Float32Array,
  weights: Float64Array,
  inputs: number,
  outputs: number,
  window: Window,
  to: Float32Array,
): void {
  const depth = weights.length / outputs;
  const [height, width] = window.output;
  const block = Math.min(height, Math.max(1, Math.floor(blockElements / (depth * width))));
  const patches = new Float64Array(block * width * depth).fill(1);
  const sums = new Float32Array(outputs * block * width);
  for (let first = 0; first < height; first += block) {
    const rows = Math.min(block, height - first);
    const count = rows * width;
    fillPatches(from, inputs, window, first, rows, depth, patches);
    productTransposed(weights, patches, outputs, count, depth, sums);
    for (let row = 0; row < outputs; row++) {
      to.set(sums.subarray(row * count, (row + 1) * count), (row * height + first) * width);
    }
  }
}

/** Adds the image shifted by each place of the kernel, times its weight. */
function directGroup(
  from: Float32Array,
  weights: Float64Array,
  inputs: number,
  outputs: number,
  window: Window,
  to: Float32Array,
): void {
  const [height, width] = window.input;
  const depth = weights.length / outputs;
  const positions = window.output[0] * window.output[1];
  const sums = new Float64Array(positions);
  for (let row = 0; row < outputs; row++) {
    sums.fill(weights[row * depth + depth - 1]!);
    let at = row * depth;
    for (let channel = 0; channel < inputs; channel++) {
      const plane = from.subarray(channel * height * width, (channel + 1) * height * width);
      for (let y = 0; y < window.kernel[0]; y++) {
        for (let x = 0; x < window.kernel[1]; x++) addShifted(plane, weights[at++]!, y, x, window, sums);
      }
    }
    to.set(sums, row * positions);
  }
}

function addShifted(
  plane: Float32Array,
  weight: number,
  y: number,
  x: number,
  window: Window,
  sums: Float64Array,
): void {
  const { input, output, strides, dilations, begin } = window;
  const [top, left] = [y * dilations[0] - begin[0], x * dilations[1] - begin[1]];
  const step = strides[1];
  const first = Math.max(0, Math.ceil(-left / step));
  const end = Math.min(output[1], Math.floor((input[1] - 1 - left) / step) + 1);
  for (let row = 0; row < output[0]; row++) {
    const line = row * strides[0] + top;
    if (line < 0 || line >= input[0]) continue;
    const from = line * input[1] + left;
    const to = row * output[1];
    for (let i = first; i < end; i++) sums[to + i]! += weight * plane[from + i * step]!;
  }
}
