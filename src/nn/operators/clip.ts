import { failure } from '../../base/index.js';
import { numberAttribute, type Node } from '../network.js';
import { shapeFault } from '../problems.js';
import { numbersOf, type Tensor } from '../tensor.js';
import { float } from './attributes.js';
import { arithmeticTypes, combinedShape, mapped, wrongType } from './elementwise.js';
import type { Operator } from './operator.js';

export const clip: Operator = {
  about: 'min(max(x, least), most); the bounds are inputs, before operator set 11 attributes',
  inputs: [1, 3],
  attributes: { min: float, max: float },
  moves: false,
  checksTypes: true,
  infer(node, values) {
    const [x, ...bounds] = values;
    const fault = wrongType(node, [x], arithmeticTypes) ?? wrongType(node, values, [x!.type]);
    if (fault) return fault;
    if (bounds.some((one) => one && one.dims.some((size) => size !== 1))) {
      return failure(shapeFault(node, values, 'bounds must be single numbers'));
    }
    return combinedShape(node, [x], x!.type);
  },
  run(node, [x, least, most], [shape]) {
    const [low, high] = [bound(node, 'min', least) ?? -Infinity, bound(node, 'max', most) ?? Infinity];
    return [mapped((one) => Math.min(high, Math.max(low, one)), x!, shape!)];
  },
};

function bound(node: Node, name: string, input: Tensor | undefined): number | undefined {
  if (input) return numbersOf(input)[0];
  return node.attributes.has(name) ? numberAttribute(node, name, 0) : undefined;
}
