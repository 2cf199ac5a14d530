import { failure, success } from '../../base/index.js';
import { shapeFault } from '../problems.js';
import { floatTensor } from '../tensor.js';
import { broadcast, broadcastDims } from './broadcast.js';
import { floats } from './floats.js';
import type { Operator } from './operator.js';

export const add: Operator = {
  about: 'element by element, smaller operands repeated',
  inputs: [2, 2],
  moves: false,
  infer(node, [a, b]) {
    const dims = broadcastDims(a!.dims, b!.dims);
    if (!dims) return failure(shapeFault(node, [a, b], 'dimensions must agree or be 1'));
    return success([{ type: 'float32', dims }]);
  },
  run(_node, [a, b], [shape]) {
    const { dims } = shape!;
    const right = broadcast(floats(b), b!.dims, dims);
    return [
      floatTensor(
        dims,
        broadcast(floats(a), a!.dims, dims).map((x, i) => x + right[i]!),
      ),
    ];
  },
};
