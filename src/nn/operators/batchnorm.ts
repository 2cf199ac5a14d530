import { failure, success } from '../../base/index.js';
import { numberAttribute, type Node } from '../network.js';
import { shapeFault } from '../problems.js';
import { elements, floatTensor } from '../tensor.js';
import { float, int, only } from './attributes.js';
import { floats } from './floats.js';
import type { Operator } from './operator.js';

export const batchNormalization: Operator = {
  about: '(x − mean) / √(variance + epsilon) · scale + bias for each channel, as learnt',
  inputs: [5, 5],
  attributes: { epsilon: float, momentum: float, training_mode: only(0), spatial: int },
  moves: false,
  infer(node, inputs) {
    const [x, ...learnt] = inputs;
    const channels = x!.dims[1] ?? 1;
    if (x!.dims.length < 2 || learnt.some((one) => one!.dims.join() !== `${channels}`)) {
      return failure(shapeFault(node, inputs, 'needs [images, channels, …] and one number for each channel'));
    }
    return success([{ type: 'float32', dims: x!.dims }]);
  },
  run(node, [x, ...learnt], [shape]) {
    const { factors, offsets } = batchNormFactors(
      node,
      learnt.map((one) => floats(one)),
    );
    const [from, out] = [floats(x), new Float32Array(elements(shape!.dims))];
    const [channels, size] = [x!.dims[1]!, elements(x!.dims.slice(2))];
    for (let at = 0, plane = 0; at < out.length; plane++) {
      const [factor, offset] = [factors[plane % channels]!, offsets[plane % channels]!];
      for (const end = at + size; at < end; at++) out[at] = from[at]! * factor + offset;
    }
    return [floatTensor(shape!.dims, out)];
  },
};

/**
 * A batch normalisation as x · factor + offset for each channel.
 *
 * @param learnt scale, bias, mean, variance
 */
export function batchNormFactors(
  node: Node,
  learnt: readonly Float32Array[],
): { readonly factors: Float64Array; readonly offsets: Float64Array } {
  const [scale, bias, mean, variance] = learnt;
  const epsilon = numberAttribute(node, 'epsilon', Math.fround(1e-5));
  const factors = Float64Array.from(scale!, (one, c) => one / Math.sqrt(variance![c]! + epsilon));
  return { factors, offsets: factors.map((factor, c) => bias![c]! - mean![c]! * factor) };
}
