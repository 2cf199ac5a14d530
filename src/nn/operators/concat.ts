import { failure, success } from '../../base/index.js';
import { numberAttribute, type Node } from '../network.js';
import { shapeFault, typeFault } from '../problems.js';
import { elements, zeros, type Tensor } from '../tensor.js';
import { int } from './attributes.js';
import { axisOf } from './axis.js';
import type { Operator, Value } from './operator.js';

export const concat: Operator = {
  about: 'the inputs one behind the other along `axis`',
  inputs: [1, 2 ** 16],
  attributes: { axis: int },
  moves: false,
  checksTypes: true,
  infer(node, inputs) {
    const { type, dims } = inputs[0]!;
    const wrong = inputs.findIndex((one) => one!.type !== type);
    if (wrong >= 0) return failure(typeFault(node, wrong, inputs[wrong]!.type, [type]));
    const axis = axisAlong(node, inputs);
    if (axis === undefined) {
      return failure(shapeFault(node, inputs, 'all dimensions but that of `axis` must agree'));
    }
    const size = inputs.reduce((sum, one) => sum + one!.dims[axis]!, 0);
    return success([{ type, dims: dims.with(axis, size) }]);
  },
  run(node, inputs, [shape]) {
    const { type, dims } = shape!;
    const axis = axisAlong(node, inputs)!;
    const out = zeros(type, dims) as Tensor;
    const row = elements(dims.slice(axis));
    let place = 0;
    for (const one of inputs) {
      const own = elements(one!.dims.slice(axis));
      const from = one!.data as Float32Array;
      for (let at = 0, to = place; at < from.length; at += own, to += row) {
        (out.data as Float32Array).set(from.subarray(at, at + own), to);
      }
      place += own;
    }
    return [out];
  },
};

function axisAlong(node: Node, inputs: readonly (Pick<Value, 'dims'> | undefined)[]): number | undefined {
  const { dims } = inputs[0]!;
  const axis = axisOf(numberAttribute(node, 'axis', 1), dims.length);
  if (axis === undefined) return undefined;
  const others = (one: readonly number[]): string => one.with(axis, 0).join();
  const fits = inputs.every((one) => one!.dims.length === dims.length && others(one!.dims) === others(dims));
  return fits ? axis : undefined;
}
