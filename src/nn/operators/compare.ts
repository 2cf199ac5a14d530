import { zeros, type Tensor } from '../tensor.js';
import { combined, combinedShape, mapped, wrongType } from './elementwise.js';
import type { Operator } from './operator.js';
import { repeated } from './strided.js';

type Holds = (a: number, b: number) => boolean;

export const equal = comparison('a = b', (a, b) => a === b);
export const less = comparison('a < b', (a, b) => a < b);
export const lessOrEqual = comparison('a ≤ b', (a, b) => a <= b);
export const greater = comparison('a > b', (a, b) => a > b);
export const greaterOrEqual = comparison('a ≥ b', (a, b) => a >= b);
export const and = comparison('a and b', (a, b) => a !== 0 && b !== 0);
export const or = comparison('a or b', (a, b) => a !== 0 || b !== 0);

export const not: Operator = {
  about: 'not x, element by element',
  inputs: [1, 1],
  attributes: {},
  moves: false,
  checksTypes: true,
  infer: (node, values) => wrongType(node, values, ['bool']) ?? combinedShape(node, values, 'bool'),
  run: (_node, [x], [shape]) => [mapped((one) => (one === 0 ? 1 : 0), x!, shape!)],
};

export const where: Operator = {
  about: 'the element of the second input where the first holds, elsewhere of the third',
  inputs: [3, 3],
  attributes: {},
  moves: false,
  checksTypes: true,
  infer: (node, values) =>
    wrongType(node, values.slice(0, 1), ['bool']) ??
    wrongType(node, [undefined, ...values.slice(1)], [values[1]!.type]) ??
    combinedShape(node, values, values[1]!.type),
  run(_node, [condition, x, y], [shape]) {
    const { type, dims } = shape!;
    const [holds, yes, no] = [condition!, x!, y!].map((one) => repeated(one, dims).data as Float32Array);
    const out = zeros(type, dims) as Tensor;
    const data = out.data as Float32Array;
    for (let i = 0; i < data.length; i++) data[i] = holds![i] ? yes![i]! : no![i]!;
    return [out];
  },
};

function comparison(about: string, holds: Holds): Operator {
  return {
    about: `whether ${about}, element by element`,
    inputs: [2, 2],
    attributes: {},
    moves: false,
    checksTypes: true,
    infer: (node, values) =>
      wrongType(node, values, [values[0]!.type]) ?? combinedShape(node, values, 'bool'),
    run: (_node, [a, b], [shape]) => [combined((x, y) => (holds(x, y) ? 1 : 0), a!, b!, shape!)],
  };
}
