import { failure, success } from '../../base/index.js';
import { listAttribute, numberAttribute, type Node } from '../network.js';
import { shapeFault } from '../problems.js';
import { asIntegers, type Tensor } from '../tensor.js';
import { int, ints } from './attributes.js';
import { axisOf } from './axis.js';
import type { Operator, Value } from './operator.js';
import { stepsOf, strided } from './strided.js';

export const split: Operator = {
  about: 'parts along `axis`, of the sizes `split` or of equal size, the last one less',
  inputs: [1, 2],
  outputs: [1, 2 ** 16],
  attributes: { axis: int, split: ints, num_outputs: int },
  moves: true,
  infer(node, [x, given]) {
    const axis = axisOf(numberAttribute(node, 'axis', 0), x!.dims.length);
    if (axis === undefined) return failure(shapeFault(node, [x], 'there is no such `axis`'));
    const sizes = sizesOf(node, x!.dims[axis]!, given);
    const total = sizes?.reduce((sum, size) => sum + size, 0);
    if (!sizes || sizes.length !== node.outputs.length || total !== x!.dims[axis]) {
      return failure(
        shapeFault(node, [x, given], 'constant sizes must make up the dimension, one per output'),
      );
    }
    return success(sizes.map((size) => ({ type: x!.type, dims: x!.dims.with(axis, size) })));
  },
  run(node, [x], shapes) {
    const axis = axisOf(numberAttribute(node, 'axis', 0), x!.dims.length)!;
    const steps = stepsOf(x!.dims);
    let first = 0;
    return shapes.map(({ dims }) => {
      const part = strided<Tensor>(x!, dims, steps, first * steps[axis]!);
      first += dims[axis]!;
      return part;
    });
  },
};

function sizesOf(node: Node, size: number, given: Value | undefined): readonly number[] | undefined {
  const stated = given ? given.constant && asIntegers(given.constant) : listAttribute(node, 'split');
  if (given || stated) return stated?.every((one) => one >= 0) ? stated : undefined;
  const count = numberAttribute(node, 'num_outputs', node.outputs.length);
  if (count !== node.outputs.length) return undefined;
  const each = Math.ceil(size / count);
  return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(each, size - i * each)));
}
