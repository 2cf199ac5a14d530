import { failure, success } from '../../base/index.js';
import { numberAttribute } from '../network.js';
import { shapeFault } from '../problems.js';
import { withDims } from '../tensor.js';
import { int } from './attributes.js';
import { asMatrix, axisOf } from './axis.js';
import type { Operator } from './operator.js';

export const flatten: Operator = {
  about: 'to a matrix: the dimensions in front of `axis` (default 1), and the others',
  inputs: [1, 1],
  attributes: { axis: int },
  moves: true,
  infer(node, [x]) {
    const rank = x!.dims.length;
    const axis = axisOf(numberAttribute(node, 'axis', 1), rank, rank);
    if (axis === undefined)
      return failure(shapeFault(node, [x], `\`axis\` must be from ${-rank} to ${rank}`));
    return success([{ type: x!.type, dims: asMatrix(x!.dims, axis) }]);
  },
  run: (_node, [x], [shape]) => [withDims(x!, shape!.dims)],
};
