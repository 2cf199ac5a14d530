import { success } from '../../base/index.js';
import { tensorOf, elements } from '../tensor.js';
import { float, int } from './attributes.js';
import type { Operator } from './operator.js';

export const dropout: Operator = {
  about: 'its first input: nothing is dropped where a network is only run',
  inputs: [1, 3],
  outputs: [1, 2],
  attributes: { ratio: float, seed: int, is_test: int },
  moves: true,
  infer: (node, [x]) =>
    success(node.outputs.map((_, i) => ({ type: i === 0 ? x!.type : 'bool', dims: x!.dims }))),
  run: (_node, [x], shapes) =>
    shapes.map(({ dims }, i) =>
      i === 0 ? x! : tensorOf('bool', dims, new Uint8Array(elements(dims)).fill(1)),
    ),
};
