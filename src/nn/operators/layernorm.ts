import { failure, success } from '../../base/index.js';
import { numberAttribute } from '../network.js';
import { shapeFault } from '../problems.js';
import { elements, floatTensor, type Dims } from '../tensor.js';
import { float, int, only } from './attributes.js';
import { asMatrix, axisOf } from './axis.js';
import { broadcastDims } from './broadcast.js';
import { floats } from './floats.js';
import type { Operator } from './operator.js';
import { repeated } from './strided.js';

export const layerNormalization: Operator = {
  about: 'mean 0 and variance 1 over the dimensions from `axis` on, then · scale + bias',
  inputs: [2, 3],
  attributes: { axis: int, epsilon: float, stash_type: only(1) },
  moves: false,
  infer(node, inputs) {
    const [x, ...others] = inputs;
    const axis = axisOf(numberAttribute(node, 'axis', -1), x!.dims.length);
    if (axis === undefined) return failure(shapeFault(node, inputs, 'there is no such `axis`'));
    const inner = x!.dims.slice(axis);
    const fits = (dims: Dims): boolean => broadcastDims(dims, inner)?.join() === inner.join();
    if (others.some((one) => one && !fits(one.dims))) {
      return failure(shapeFault(node, inputs, `scale and bias must repeat to [${inner.join(', ')}]`));
    }
    return success([{ type: 'float32', dims: x!.dims }]);
  },
  run(node, [x, scale, bias], [shape]) {
    const axis = axisOf(numberAttribute(node, 'axis', -1), x!.dims.length)!;
    const epsilon = numberAttribute(node, 'epsilon', Math.fround(1e-5));
    const [rows, size] = asMatrix(x!.dims, axis);
    const inner = x!.dims.slice(axis);
    const factors = floats(repeated(scale!, inner));
    const offsets = bias && floats(repeated(bias, inner));
    const out = new Float32Array(rows * size);
    for (let row = 0; row < rows; row++) {
      const from = floats(x).subarray(row * size, (row + 1) * size);
      const { mean, deviation } = moments(from, epsilon);
      for (let i = 0; i < size; i++) {
        out[row * size + i] = ((from[i]! - mean) / deviation) * factors[i]! + (offsets ? offsets[i]! : 0);
      }
    }
    return [floatTensor(shape!.dims, out)];
  },
};

export const instanceNormalization: Operator = {
  about: 'mean 0 and variance 1 over each channel of each image, then · scale + bias',
  inputs: [3, 3],
  attributes: { epsilon: float },
  moves: false,
  infer(node, inputs) {
    const [x, scale, bias] = inputs;
    const channels = `${x!.dims[1] ?? 1}`;
    if (x!.dims.length < 3 || scale!.dims.join() !== channels || bias!.dims.join() !== channels) {
      return failure(
        shapeFault(node, inputs, 'needs [images, channels, sizes] and one number for each channel'),
      );
    }
    return success([{ type: 'float32', dims: x!.dims }]);
  },
  run(node, [x, scale, bias], [shape]) {
    const [channels, size] = [x!.dims[1]!, elements(x!.dims.slice(2))];
    const epsilon = numberAttribute(node, 'epsilon', Math.fround(1e-5));
    const out = new Float32Array(elements(x!.dims));
    for (let plane = 0; plane * size < out.length; plane++) {
      const from = floats(x).subarray(plane * size, (plane + 1) * size);
      const { mean, deviation } = moments(from, epsilon);
      const [factor, offset] = [floats(scale)[plane % channels]!, floats(bias)[plane % channels]!];
      for (let i = 0; i < size; i++) {
        out[plane * size + i] = ((from[i]! - mean) / deviation) * factor + offset;
      }
    }
    return [floatTensor(shape!.dims, out)];
  },
};

function moments(numbers: Float32Array, epsilon: number): { mean: number; deviation: number } {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < numbers.length; i++) sum += numbers[i]!;
  const mean = sum / numbers.length;
  for (let i = 0; i < numbers.length; i++) squares += (numbers[i]! - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / numbers.length + epsilon) };
}
