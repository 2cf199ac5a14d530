import { only } from './attributes.js';
import { arithmeticTypes, combined, combinedShape, wrongType } from './elementwise.js';
import type { Operator } from './operator.js';
import { repeated } from './strided.js';

type Combine = (a: number, b: number) => number;

/** Operators of so many operands as there are. */
const many = 2 ** 16;

export const add = arithmetic('a + b, element by element, smaller operands repeated', (a, b) => a + b);
export const sub = arithmetic('a − b, element by element', (a, b) => a - b);
export const mul = arithmetic('a · b, element by element', (a, b) => a * b);
export const div = arithmetic('a / b, element by element; integers are cut towards zero', (a, b) => a / b);
export const max = arithmetic('the greatest operand, element by element', (a, b) => Math.max(a, b), many);
export const min = arithmetic('the least operand, element by element', (a, b) => Math.min(a, b), many);
export const sum = arithmetic('the sum of the operands, element by element', (a, b) => a + b, many);

export const pow: Operator = {
  ...arithmetic('a to the power of b, element by element', power),
  infer: (node, values) =>
    wrongType(node, values, arithmeticTypes) ?? combinedShape(node, values, values[0]!.type),
};

export const mod: Operator = {
  ...arithmetic('the remainder of a / b with the sign of b', (a, b) => a - b * Math.floor(a / b)),
  attributes: { fmod: only(0) },
};

function power(a: number, b: number): number {
  if (b === 2) return a * a;
  return b === 0.5 ? Math.sqrt(a) : a ** b;
}

function arithmetic(about: string, combine: Combine, most?: number): Operator {
  return {
    about,
    inputs: most === undefined ? [2, 2] : [1, most],
    attributes: {},
    moves: false,
    checksTypes: true,
    infer: (node, values) =>
      wrongType(node, values.slice(0, 1), arithmeticTypes) ??
      wrongType(node, values, [values[0]!.type]) ??
      combinedShape(node, values, values[0]!.type),
    run: (_node, [first, ...others], [shape]) => {
      const start = repeated(first!, shape!.dims);
      return [others.reduce<typeof start>((a, b) => combined(combine, a, b!, shape!), start)];
    },
  };
}
