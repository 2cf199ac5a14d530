import { failure, success } from '../../base/index.js';
import { numberAttribute, type Node } from '../network.js';
import { shapeFault, typeFault } from '../problems.js';
import { asIntegers, elements, int64Tensor, numbersOf, tensorOf, withDims, type Dims } from '../tensor.js';
import { int, tensor } from './attributes.js';
import { arithmeticTypes, wrongType } from './elementwise.js';
import type { Operator } from './operator.js';

export const shape: Operator = {
  about: 'the dimensions, or those from `start` to `end`, as integers',
  inputs: [1, 1],
  attributes: { start: int, end: int },
  moves: false,
  checksTypes: true,
  infer: (node, [x]) => success([{ type: 'int64', dims: [stated(node, x!.dims).length] }]),
  fromShapes: (node, [x]) => [int64Tensor(stated(node, x!.dims))],
  run: (node, [x]) => [int64Tensor(stated(node, x!.dims))],
};

export const size: Operator = {
  about: 'the number of elements',
  inputs: [1, 1],
  attributes: {},
  moves: false,
  checksTypes: true,
  infer: () => success([{ type: 'int64', dims: [] }]),
  fromShapes: (_node, [x]) => [withDims(int64Tensor([elements(x!.dims)]), [])],
  run: (_node, [x]) => [withDims(int64Tensor([elements(x!.dims)]), [])],
};

export const constantOfShape: Operator = {
  about: 'the one element `value` (default 0) in the dimensions of the input',
  inputs: [1, 1],
  attributes: { value: tensor },
  moves: false,
  checksTypes: true,
  infer(node, [given]) {
    const dims = given!.constant && asIntegers(given!.constant);
    if (!dims?.every((one) => one >= 0)) {
      return failure(shapeFault(node, [given], 'the dimensions must be constant integers from 0'));
    }
    const value = node.attributes.get('value');
    if (value?.kind === 'tensor' && value.value.data.length !== 1) {
      return failure(shapeFault(node, [given], '`value` must have one element'));
    }
    const type = value?.kind === 'tensor' ? value.value.type : 'float32';
    return success([{ type: /float/.test(type) ? 'float32' : type, dims }]);
  },
  run(node, _inputs, [to]) {
    const value = node.attributes.get('value');
    const fill = value?.kind === 'tensor' ? numbersOf(value.value)[0]! : 0;
    const out = tensorOf(to!.type, [1], [fill]);
    const data = tensorOf(to!.type, to!.dims, []).data as Float32Array;
    return [{ ...out, dims: to!.dims, data: data.fill(out.data[0] as number) } as typeof out];
  },
};

export const range: Operator = {
  about: 'the numbers from the first input to below the second, by the third',
  inputs: [3, 3],
  attributes: {},
  moves: false,
  checksTypes: true,
  infer(node, inputs) {
    const fault = wrongType(node, inputs, arithmeticTypes);
    if (fault) return fault;
    const type = inputs[0]!.type;
    const other = inputs.findIndex((one) => one!.type !== type);
    if (other >= 0) return failure(typeFault(node, other, inputs[other]!.type, [type]));
    const [start, limit, step] = inputs.map((one) => one!.constant && numbersOf(one!.constant)[0]);
    const count = Math.max(0, Math.ceil((limit! - start!) / step!));
    if (!Number.isSafeInteger(count)) {
      return failure(shapeFault(node, inputs, 'start, limit and step must be constant and lead somewhere'));
    }
    return success([{ type, dims: [count] }]);
  },
  run(_node, [start, _limit, step], [to]) {
    const [first, by] = [numbersOf(start!)[0]!, numbersOf(step!)[0]!];
    const numbers = Array.from({ length: to!.dims[0]! }, (_, i) => first + i * by);
    return [tensorOf(to!.type, to!.dims, numbers)];
  },
};

function stated(node: Node, dims: Dims): Dims {
  const whole = (name: string, otherwise: number): number =>
    Math.trunc(numberAttribute(node, name, otherwise));
  return dims.slice(whole('start', 0), whole('end', dims.length));
}
