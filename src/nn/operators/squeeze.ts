import { failure, success, type Result } from '../../base/index.js';
import { listAttribute, type Node } from '../network.js';
import { shapeFault } from '../problems.js';
import { asIntegers, withDims, type Dims } from '../tensor.js';
import { ints } from './attributes.js';
import { axesOf } from './axis.js';
import type { Operator, Shape, Value } from './operator.js';

export const squeeze: Operator = {
  about: 'without the dimensions `axes` of size 1; without all such if none are stated',
  ...changing((dims, axes) => {
    const ones = dims.flatMap((size, axis) => (size === 1 ? [axis] : []));
    const counted = axes ? axesOf(axes, dims.length) : ones;
    if (!counted?.every((axis) => dims[axis] === 1)) return undefined;
    return dims.filter((_, axis) => !counted.includes(axis));
  }),
};

export const unsqueeze: Operator = {
  about: 'with dimensions of size 1 put in at `axes`',
  ...changing((dims, axes) => {
    const rank = dims.length + (axes?.length ?? 0);
    const counted = axes && axesOf(axes, rank);
    if (!counted) return undefined;
    const others = dims[Symbol.iterator]();
    return Array.from({ length: rank }, (_, axis) => (counted.includes(axis) ? 1 : others.next().value!));
  }),
};

/** An operator that changes the dimensions by axes, an attribute or, from operator set 13 on, an input. */
function changing(
  change: (dims: Dims, axes: readonly number[] | undefined) => Dims | undefined,
): Omit<Operator, 'about'> {
  return {
    inputs: [1, 2],
    attributes: { axes: ints },
    moves: true,
    infer(node, [x, given]): Result<readonly Shape[]> {
      const axes = statedAxes(node, given);
      if (axes === 'open') return failure(shapeFault(node, [x, given], 'the axes must be constant integers'));
      const dims = change(x!.dims, axes);
      if (!dims) return failure(shapeFault(node, [x], `the axes [${axes?.join(', ') ?? ''}] do not fit`));
      return success([{ type: x!.type, dims }]);
    },
    run: (_node, [x], [shape]) => [withDims(x!, shape!.dims)],
  };
}

function statedAxes(node: Node, given: Value | undefined): readonly number[] | undefined | 'open' {
  if (!given) return listAttribute(node, 'axes');
  return (given.constant && asIntegers(given.constant)) ?? 'open';
}
