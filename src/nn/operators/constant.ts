import { failure, success } from '../../base/index.js';
import type { Node } from '../network.js';
import { shapeFault } from '../problems.js';
import { asFloat32, floatTensor, int64Tensor, withDims, type Tensor } from '../tensor.js';
import { float, floats, int, ints, tensor } from './attributes.js';
import type { Operator } from './operator.js';

export const constant: Operator = {
  about: 'the tensor or numbers of its attribute',
  inputs: [0, 0],
  attributes: { value: tensor, value_float: float, value_floats: floats, value_int: int, value_ints: ints },
  moves: true,
  infer(node) {
    const value = valueOf(node);
    const known = 'needs one of `value`, `value_float`, `value_floats`, `value_int`, `value_ints`';
    return value ? success([{ type: value.type, dims: value.dims }]) : failure(shapeFault(node, [], known));
  },
  run: (node) => [valueOf(node)!],
};

function valueOf({ attributes }: Node): Tensor | undefined {
  for (const [name, attribute] of attributes) {
    if (name === 'value' && attribute.kind === 'tensor') return asFloat32(attribute.value) ?? attribute.value;
    if (name === 'value_float' && attribute.kind === 'float') {
      return floatTensor([], Float32Array.of(attribute.value));
    }
    if (name === 'value_floats' && attribute.kind === 'floats') {
      return floatTensor([attribute.value.length], Float32Array.from(attribute.value));
    }
    if (name === 'value_int' && attribute.kind === 'int') return withDims(int64Tensor([attribute.value]), []);
    if (name === 'value_ints' && attribute.kind === 'ints') return int64Tensor(attribute.value);
  }
  return undefined;
}
