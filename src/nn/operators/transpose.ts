import { failure, success } from '../../base/index.js';
import { listAttribute, type Node } from '../network.js';
import { shapeFault } from '../problems.js';
import type { Dims } from '../tensor.js';
import { ints } from './attributes.js';
import { axesOf } from './axis.js';
import type { Operator } from './operator.js';
import { stepsOf, strided } from './strided.js';

export const transpose: Operator = {
  about: 'the dimensions in the order `perm`, reversed if there is none',
  inputs: [1, 1],
  attributes: { perm: ints },
  moves: true,
  infer(node, [x]) {
    const order = orderOf(node, x!.dims);
    if (!order) return failure(shapeFault(node, [x], '`perm` must name every dimension once'));
    return success([{ type: x!.type, dims: order.map((axis) => x!.dims[axis]!) }]);
  },
  run(node, [x], [shape]) {
    const steps = stepsOf(x!.dims);
    const order = orderOf(node, x!.dims)!;
    return [
      strided(
        x!,
        shape!.dims,
        order.map((axis) => steps[axis]!),
      ),
    ];
  },
};

function orderOf(node: Node, dims: Dims): readonly number[] | undefined {
  const stated = listAttribute(node, 'perm') ?? dims.map((_, i) => dims.length - 1 - i);
  return stated.length === dims.length ? axesOf(stated, dims.length) : undefined;
}
