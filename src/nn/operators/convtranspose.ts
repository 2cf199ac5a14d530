import { failure, success } from '../../base/index.js';
import { productTransposed, transpose } from '../matrix.js';
import { listAttribute, numberAttribute, type Node } from '../network.js';
import { shapeFault } from '../problems.js';
import { floatTensor, type Dims } from '../tensor.js';
import { int, ints } from './attributes.js';
import { floats } from './floats.js';
import type { Operator } from './operator.js';
import { pair, windowAttributes, windowSteps, type Pair } from './window.js';

export const convTranspose: Operator = {
  about: 'transposed convolution over 1 or 2 dimensions: each input pixel adds its weighted kernel',
  inputs: [2, 3],
  attributes: { ...windowAttributes, group: int, output_padding: ints, output_shape: ints },
  moves: false,
  infer(node, [x, w, b]) {
    const spread = spreadOf(node, x!.dims, w!.dims);
    if (typeof spread === 'string') return failure(shapeFault(node, [x, w, b], spread));
    const outputs = w!.dims[1]! * numberAttribute(node, 'group', 1);
    if (b && b.dims.join() !== `${outputs}`) {
      return failure(shapeFault(node, [x, w, b], `the bias must be [${outputs}]`));
    }
    const spatial = spread.output.slice(4 - x!.dims.length);
    return success([{ type: 'float32', dims: [x!.dims[0]!, outputs, ...spatial] }]);
  },
  run(node, [x, w, b], [shape]) {
    const spread = spreadOf(node, x!.dims, w!.dims) as Spread;
    const groups = numberAttribute(node, 'group', 1);
    const inputs = x!.dims[1]! / groups;
    const outputs = w!.dims[1]!;
    const [pixels, positions] = [spread.input[0] * spread.input[1], spread.output[0] * spread.output[1]];
    const kernel = spread.kernel[0] * spread.kernel[1];
    const bias = b ? floats(b) : new Float32Array(outputs * groups);
    const out = new Float32Array(x!.dims[0]! * groups * outputs * positions);
    for (let at = 0; at < x!.dims[0]! * groups; at++) {
      const group = at % groups;
      const from = floats(x).subarray(at * inputs * pixels, (at + 1) * inputs * pixels);
      const size = inputs * outputs * kernel;
      const weights = floats(w).subarray(group * size, (group + 1) * size);
      const scaled = new Float64Array(pixels * outputs * kernel);
      productTransposed(
        transpose(from, inputs, pixels),
        transpose(weights, inputs, outputs * kernel),
        pixels,
        outputs * kernel,
        inputs,
        scaled,
      );
      for (let channel = 0; channel < outputs; channel++) {
        const sums = new Float64Array(positions).fill(bias[group * outputs + channel]!);
        addKernels(scaled, channel, outputs, spread, sums);
        out.set(sums, (at * outputs + channel) * positions);
      }
    }
    return [floatTensor(shape!.dims, out)];
  },
};

/** Where input pixels go: each kernel starts at `strides` times the pixel's place, less what is cut in front. */
interface Spread {
  readonly input: Pair;
  readonly output: Pair;
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly begin: Pair;
}

function spreadOf(node: Node, x: Dims, w: Dims): Spread | string {
  if (x.length < 3 || w.length !== x.length) return 'images and weights must have the same 3 or 4 dimensions';
  const rank = x.length - 2;
  const steps = windowSteps(node, rank);
  if (typeof steps === 'string') return steps;
  const groups = numberAttribute(node, 'group', 1);
  if (!Number.isSafeInteger(groups) || groups < 1 || x[1] !== w[0] || w[0]! % groups !== 0) {
    return 'weights must begin with the number of channels, a multiple of `group`';
  }
  const [spatial, kernel] = [x.slice(2), w.slice(2)];
  if (kernel.some((size) => size < 1)) return 'the kernel must have sizes from 1';
  const extra = listAttribute(node, 'output_padding') ?? spatial.map(() => 0);
  const wanted = listAttribute(node, 'output_shape');
  if (extra.length !== rank || (wanted && wanted.length !== rank)) return `${rank} output sizes are needed`;
  const axes = spatial.map((size, axis) => {
    const [stride, reach] = [steps.strides[axis]!, steps.dilations[axis]! * (kernel[axis]! - 1) + 1];
    const full = stride * (size - 1) + extra[axis]! + reach;
    const output = wanted?.[axis] ?? (steps.autoPad.startsWith('SAME') ? size * stride : undefined);
    if (output === undefined) {
      const [begin, end] = steps.pads ? [steps.pads[axis]!, steps.pads[axis + rank]!] : [0, 0];
      return { output: full - begin - end, begin };
    }
    const cut = Math.max(0, full - output);
    return { output, begin: steps.autoPad === 'SAME_UPPER' ? Math.floor(cut / 2) : Math.ceil(cut / 2) };
  });
  if (axes.some(({ output }) => !(output >= 1))) return 'nothing is left of the output';
  return {
    input: pair(spatial, 1),
    output: pair(
      axes.map(({ output }) => output),
      1,
    ),
    kernel: pair(kernel, 1),
    strides: pair(steps.strides, 1),
    dilations: pair(steps.dilations, 1),
    begin: pair(
      axes.map(({ begin }) => begin),
      0,
    ),
  };
}

/** Adds the kernels of one output channel, which stand in `scaled` as pixels × channels × kernel. */
function addKernels(
  scaled: Float64Array,
  channel: number,
  channels: number,
  { input, output, kernel, strides, dilations, begin }: Spread,
  sums: Float64Array,
): void {
  const size = kernel[0] * kernel[1];
  for (let pixel = 0; pixel < input[0] * input[1]; pixel++) {
    const top = Math.floor(pixel / input[1]) * strides[0] - begin[0];
    const left = (pixel % input[1]) * strides[1] - begin[1];
    const from = (pixel * channels + channel) * size;
    for (let y = 0; y < kernel[0]; y++) {
      const line = top + y * dilations[0];
      if (line < 0 || line >= output[0]) continue;
      for (let x = 0; x < kernel[1]; x++) {
        const column = left + x * dilations[1];
        if (column < 0 || column >= output[1]) continue;
        sums[line * output[1] + column]! += scaled[from + y * kernel[1] + x]!;
      }
    }
  }
}
