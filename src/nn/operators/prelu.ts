import { failure, success } from '../../base/index.js';
import { shapeFault } from '../problems.js';
import { broadcastDims } from './broadcast.js';
import { combined } from './elementwise.js';
import type { Operator } from './operator.js';

export const prelu: Operator = {
  about: 'x, or slope · x where negative',
  inputs: [2, 2],
  attributes: {},
  moves: false,
  infer(node, [x, slope]) {
    const fits = broadcastDims(x!.dims, slope!.dims)?.join() === x!.dims.join();
    if (!fits) return failure(shapeFault(node, [x, slope], 'the slopes must repeat to the input'));
    return success([{ type: 'float32', dims: x!.dims }]);
  },
  run: (_node, [x, slope], [shape]) => [combined((a, b) => (a < 0 ? a * b : a), x!, slope!, shape!)],
};
