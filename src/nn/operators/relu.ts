import { success } from '../../base/index.js';
import { floatTensor } from '../tensor.js';
import { floats } from './floats.js';
import type { Operator } from './operator.js';

export const relu: Operator = {
  about: 'max(0, x)',
  inputs: [1, 1],
  moves: false,
  infer: (_node, [x]) => success([{ type: 'float32', dims: x!.dims }]),
  run: (_node, [x]) => [
    floatTensor(
      x!.dims,
      floats(x).map((value) => (value < 0 ? 0 : value)),
    ),
  ],
};
