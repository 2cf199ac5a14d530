import { success } from '../../base/index.js';
import type { Operator } from './operator.js';

export const identity: Operator = {
  about: 'its input',
  inputs: [1, 1],
  attributes: {},
  moves: true,
  infer: (_node, [x]) => success([{ type: x!.type, dims: x!.dims }]),
  run: (_node, [x]) => [x!],
};
