import { success } from '../../base/index.js';
import { numberAttribute, textAttribute, type Node } from '../network.js';
import { float, only, type AttributeRules } from './attributes.js';
import { arithmeticTypes, combinedShape, mapped, wrongType } from './elementwise.js';
import { erf } from './erf.js';
import type { Operator } from './operator.js';

type Function = (x: number) => number;

export const relu = numeric('max(0, x)', (x) => (x < 0 ? 0 : x));
export const abs = numeric('|x|', Math.abs);
export const neg = numeric('−x', (x) => -x);
export const sign = numeric('−1, 0 or 1', Math.sign);
export const sqrt = real('√x', Math.sqrt);
export const exp = real('e to the power of x', Math.exp);
export const log = real('natural logarithm', Math.log);
export const sin = real('sine', Math.sin);
export const cos = real('cosine', Math.cos);
export const floor = real('the greatest integer ≤ x', Math.floor);
export const ceil = real('the least integer ≥ x', Math.ceil);
export const round = real('the nearest integer, ties to even', nearestEven);
export const reciprocal = real('1 / x', (x) => 1 / x);
export const sigmoid = real('1 / (1 + e^−x)', logistic);
export const tanh = real('hyperbolic tangent', Math.tanh);
export const erfOperator = real('error function', erf);
export const softplus = real('ln(1 + e^x)', plus);
export const softsign = real('x / (1 + |x|)', (x) => x / (1 + Math.abs(x)));
export const mish = real('x · tanh(ln(1 + e^x))', (x) => x * Math.tanh(plus(x)));
export const hardSwish = real('x · min(1, max(0, x / 6 + 1/2))', (x) => x * clamped(x / 6 + 0.5));

export const leakyRelu = parametric('x, or alpha · x where negative', { alpha: float }, (node) => {
  const alpha = numberAttribute(node, 'alpha', Math.fround(0.01));
  return (x) => (x < 0 ? alpha * x : x);
});

export const elu = parametric('x, or alpha · (e^x − 1) where negative', { alpha: float }, (node) => {
  const alpha = numberAttribute(node, 'alpha', 1);
  return (x) => (x < 0 ? alpha * Math.expm1(x) : x);
});

export const hardSigmoid = parametric(
  'min(1, max(0, alpha · x + beta))',
  { alpha: float, beta: float },
  (node) => {
    const [alpha, beta] = [
      numberAttribute(node, 'alpha', Math.fround(0.2)),
      numberAttribute(node, 'beta', 0.5),
    ];
    return (x) => clamped(alpha * x + beta);
  },
);

export const gelu = parametric(
  'x · Φ(x), Φ by the error function or, if `approximate` is "tanh", by the hyperbolic tangent',
  { approximate: only('none', 'tanh') },
  (node) => (textAttribute(node, 'approximate', 'none') === 'tanh' ? geluByTanh : geluByErf),
);

export function nearestEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  if (rest !== 0.5) return rest < 0.5 ? low : low + 1;
  return low % 2 === 0 ? low : low + 1;
}

/** 0 … 1; NaN stays. */
function clamped(x: number): number {
  return Math.min(1, Math.max(0, x));
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** ln(1 + e^x) without overflow. */
function plus(x: number): number {
  return Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
}

function geluByErf(x: number): number {
  return 0.5 * x * (1 + erf(x * Math.SQRT1_2));
}

function geluByTanh(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

function real(about: string, f: Function): Operator {
  return parametric(about, {}, () => f);
}

function parametric(about: string, attributes: AttributeRules, make: (node: Node) => Function): Operator {
  return {
    about,
    inputs: [1, 1],
    attributes,
    moves: false,
    infer: (_node, [x]) => success([{ type: 'float32', dims: x!.dims }]),
    run: (node, [x], [shape]) => [mapped(make(node), x!, shape!)],
  };
}

/** A function of integers as well. */
function numeric(about: string, f: Function): Operator {
  return {
    ...real(about, f),
    checksTypes: true,
    infer: (node, values) =>
      wrongType(node, values, arithmeticTypes) ?? combinedShape(node, values, values[0]!.type),
  };
}
