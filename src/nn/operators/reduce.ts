import { failure, success } from '../../base/index.js';
import { flagAttribute, listAttribute, numberAttribute, type Node } from '../network.js';
import { shapeFault } from '../problems.js';
import { asIntegers, elements, numbersOf, tensorOf, type Tensor } from '../tensor.js';
import { int, ints } from './attributes.js';
import { axesOf, axisOf } from './axis.js';
import { arithmeticTypes, wrongType } from './elementwise.js';
import type { Operator, Value } from './operator.js';
import { stepsOf, strided } from './strided.js';

/** One number from those of a group. */
type Reduction = (numbers: ArrayLike<number>, from: number, to: number) => number;

export const reduceMean = reduction(
  'mean',
  (x, from, to) => fold(x, from, to, 0, (a, b) => a + b) / (to - from),
);
export const reduceSum = reduction('sum', (x, from, to) => fold(x, from, to, 0, (a, b) => a + b));
export const reduceProd = reduction('product', (x, from, to) => fold(x, from, to, 1, (a, b) => a * b));
export const reduceMax = reduction('greatest', (x, from, to) =>
  fold(x, from, to, -Infinity, (a, b) => Math.max(a, b)),
);
export const reduceMin = reduction('least', (x, from, to) =>
  fold(x, from, to, Infinity, (a, b) => Math.min(a, b)),
);
export const reduceSumSquare = reduction('sum of squares', squares);
export const reduceL1 = reduction('sum of magnitudes', (x, from, to) =>
  fold(x, from, to, 0, (a, b) => a + Math.abs(b)),
);
export const reduceL2 = reduction('root of the sum of squares', (x, from, to) =>
  Math.sqrt(squares(x, from, to)),
);

export const argMax: Operator = {
  about: 'where along `axis` the greatest element is, the first of equals',
  inputs: [1, 1],
  attributes: { axis: int, keepdims: int, select_last_index: int },
  moves: false,
  infer(node, [x]) {
    const axis = axisOf(numberAttribute(node, 'axis', 0), x!.dims.length);
    if (axis === undefined || x!.dims[axis] === 0) {
      return failure(shapeFault(node, [x], 'there is no such `axis`, or nothing along it'));
    }
    return success([{ type: 'int64', dims: without(x!, [axis], flagAttribute(node, 'keepdims', true)) }]);
  },
  run(node, [x], [shape]) {
    const axis = axisOf(numberAttribute(node, 'axis', 0), x!.dims.length)!;
    const last = flagAttribute(node, 'select_last_index');
    const { numbers, size } = grouped(x!, [axis]);
    const places = Array.from({ length: numbers.length / size }, (_, group) => {
      let best = group * size;
      for (let i = best + 1; i < (group + 1) * size; i++) {
        if (numbers[i]! > numbers[best]! || (last && numbers[i] === numbers[best])) best = i;
      }
      return best - group * size;
    });
    return [tensorOf('int64', shape!.dims, places)];
  },
};

function reduction(about: string, reduce: Reduction): Operator {
  return {
    about: `the ${about} over \`axes\`, an attribute or an input; over all if there are none`,
    inputs: [1, 2],
    attributes: { axes: ints, keepdims: int, noop_with_empty_axes: int },
    moves: false,
    checksTypes: true,
    infer(node, [x, given]) {
      const fault = wrongType(node, [x], arithmeticTypes);
      if (fault) return fault;
      const axes = reducedAxes(node, x!, given);
      if (typeof axes === 'string') return failure(shapeFault(node, [x, given], axes));
      return success([{ type: x!.type, dims: without(x!, axes, flagAttribute(node, 'keepdims', true)) }]);
    },
    run(node, [x, given], [shape]) {
      const value = given && { type: given.type, dims: given.dims, constant: given };
      const { numbers, size } = grouped(x!, reducedAxes(node, x!, value) as number[]);
      const out = new Float64Array(elements(shape!.dims));
      for (let i = 0; i < out.length; i++) out[i] = reduce(numbers, i * size, (i + 1) * size);
      return [tensorOf(x!.type, shape!.dims, out)];
    },
  };
}

function reducedAxes(node: Node, x: Value, given: Value | undefined): number[] | string {
  const input = given?.constant && asIntegers(given.constant);
  if (given && !input) return 'the axes must be constant integers';
  const stated = input ?? listAttribute(node, 'axes') ?? [];
  if (stated.length === 0) return flagAttribute(node, 'noop_with_empty_axes') ? [] : x.dims.map((_, i) => i);
  return (
    axesOf(stated, x.dims.length) ?? `axes must be different, from ${-x.dims.length} to ${x.dims.length - 1}`
  );
}

function without({ dims }: Value, axes: readonly number[], keep: boolean): number[] {
  return dims.flatMap((size, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [size]));
}

/** The elements with those of the axes brought together, `size` for each group. */
function grouped(x: Tensor, axes: readonly number[]): { numbers: ArrayLike<number>; size: number } {
  const kept = x.dims.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...kept, ...[...axes].sort((a, b) => a - b)];
  const size = elements(axes.map((axis) => x.dims[axis]!));
  if (order.every((axis, i) => axis === i)) return { numbers: numbersOf(x), size };
  const steps = stepsOf(x.dims);
  const moved = strided(
    x,
    order.map((axis) => x.dims[axis]!),
    order.map((axis) => steps[axis]!),
  );
  return { numbers: numbersOf(moved), size };
}

function fold(
  x: ArrayLike<number>,
  from: number,
  to: number,
  start: number,
  combine: (a: number, b: number) => number,
): number {
  let result = start;
  for (let i = from; i < to; i++) result = combine(result, x[i]!);
  return result;
}

function squares(x: ArrayLike<number>, from: number, to: number): number {
  return fold(x, from, to, 0, (a, b) => a + b * b);
}
