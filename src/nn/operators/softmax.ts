import { failure, success } from '../../base/index.js';
import { numberAttribute, type Node } from '../network.js';
import { shapeFault } from '../problems.js';
import { elements, floatTensor, type Dims } from '../tensor.js';
import { int } from './attributes.js';
import { asMatrix, axisOf } from './axis.js';
import { floats } from './floats.js';
import type { Operator } from './operator.js';

export const softmax = normalised('exp(x) / Σ exp(x)', (x, largest, sum) => Math.exp(x - largest) / sum);

export const logSoftmax = normalised('x − ln Σ exp(x)', (x, largest, sum) => x - largest - Math.log(sum));

/** What becomes of an element, given the largest of its group and Σ exp(x − largest). */
type Share = (x: number, largest: number, sum: number) => number;

function normalised(about: string, share: Share): Operator {
  return {
    about: `${about} along \`axis\`; before operator set 13 over all dimensions from \`axis\` on`,
    inputs: [1, 1],
    attributes: { axis: int },
    moves: false,
    infer(node, [x], opset) {
      const rank = x!.dims.length;
      if (groups(node, x!.dims, opset)) return success([{ type: 'float32', dims: x!.dims }]);
      return failure(shapeFault(node, [x], `\`axis\` must be from ${-rank} to ${rank - 1}`));
    },
    run(node, [x], _shapes, opset) {
      const [size, stride] = groups(node, x!.dims, opset)!;
      const data = Float32Array.from(floats(x));
      const block = size * stride;
      for (let from = 0; from < data.length; from += block) {
        for (let i = from; i < from + stride; i++) normalise(data, i, size, stride, share);
      }
      return [floatTensor(x!.dims, data)];
    },
  };
}

/** How many elements are normalised together, and how far apart they are; undefined if there is no such axis. */
function groups(node: Node, dims: Dims, opset: number): [size: number, stride: number] | undefined {
  const axis = axisOf(numberAttribute(node, 'axis', opset < 13 ? 1 : -1), dims.length);
  if (axis === undefined) return undefined;
  return opset < 13 ? [asMatrix(dims, axis)[1], 1] : [dims[axis]!, elements(dims.slice(axis + 1))];
}

function normalise(data: Float32Array, first: number, size: number, stride: number, share: Share): void {
  const end = first + size * stride;
  let largest = -Infinity;
  for (let i = first; i < end; i += stride) largest = Math.max(largest, data[i]!);
  let sum = 0;
  for (let i = first; i < end; i += stride) sum += Math.exp(data[i]! - largest);
  for (let i = first; i < end; i += stride) data[i] = share(data[i]!, largest, sum);
}
