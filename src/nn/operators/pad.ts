import { failure, success } from '../../base/index.js';
import { listAttribute, numberAttribute, textAttribute, type Node } from '../network.js';
import { shapeFault } from '../problems.js';
import { asIntegers, numbersOf, tensorOf, zeros, type Dims, type Tensor } from '../tensor.js';
import { float, ints, only } from './attributes.js';
import { axesOf } from './axis.js';
import type { Operator, Value } from './operator.js';
import { picked } from './picked.js';

export const pad: Operator = {
  about:
    'more, or less, at the ends of dimensions: a constant, or the elements mirrored, repeated or from the other end',
  inputs: [1, 4],
  attributes: {
    mode: only('constant', 'reflect', 'edge', 'wrap'),
    pads: ints,
    value: float,
  },
  moves: false,
  checksTypes: true,
  infer(node, [x, amounts, value, axes]) {
    const ends = endsOf(node, x!.dims, amounts, axes);
    if (typeof ends === 'string') return failure(shapeFault(node, [x, amounts, value, axes], ends));
    const dims = x!.dims.map((size, axis) => size + ends.begin[axis]! + ends.end[axis]!);
    if (dims.some((size) => size < 0)) return failure(shapeFault(node, [x], 'more is cut than there is'));
    const mode = textAttribute(node, 'mode', 'constant');
    const empty = x!.dims.some((size, axis) => size === 0 && dims[axis]! > 0);
    const far = x!.dims.some((size, axis) => Math.max(ends.begin[axis]!, ends.end[axis]!) >= size);
    if ((mode !== 'constant' && empty) || (mode === 'reflect' && far)) {
      return failure(shapeFault(node, [x], `there are not enough elements for mode ${mode}`));
    }
    return success([{ type: x!.type, dims }]);
  },
  run(node, [x, amounts, value, axes], [shape]) {
    const { begin } = endsOf(node, x!.dims, asValue(amounts), asValue(axes)) as Ends;
    const mode = textAttribute(node, 'mode', 'constant');
    const fill = value ? numbersOf(value)[0]! : numberAttribute(node, 'value', 0);
    const padding = tensorOf(x!.type, [], [fill]).data[0]!;
    const sources = shape!.dims.map((size, axis) =>
      Int32Array.from({ length: size }, (_, i) => source(mode, i - begin[axis]!, x!.dims[axis]!)),
    );
    const out = zeros(shape!.type, shape!.dims) as Tensor;
    picked(x!, sources, out, padding as number);
    return [out];
  },
};

interface Ends {
  readonly begin: readonly number[];
  readonly end: readonly number[];
}

const asValue = (one: Tensor | undefined): Value | undefined =>
  one && { type: one.type, dims: one.dims, constant: one };

function endsOf(
  node: Node,
  dims: Dims,
  amounts: Value | undefined,
  stated: Value | undefined,
): Ends | string {
  const pads = amounts ? amounts.constant && asIntegers(amounts.constant) : listAttribute(node, 'pads');
  const axes = stated ? stated.constant && asIntegers(stated.constant) : dims.map((_, axis) => axis);
  if (!pads || !axes) return 'the amounts must be constant integers';
  const counted = axesOf(axes, dims.length);
  if (!counted || pads.length !== 2 * counted.length) return 'needs two amounts for each axis';
  if (!pads.every((one) => Math.abs(one) < 2 ** 31)) return 'the amounts are too large';
  const of = (offset: number): number[] =>
    dims.map((_, axis) => (counted.includes(axis) ? pads[counted.indexOf(axis) + offset]! : 0));
  return { begin: of(0), end: of(counted.length) };
}

/** Which element stands at a place that may be outside 0 … size − 1; −1 for the constant. */
function source(mode: string, at: number, size: number): number {
  if (at >= 0 && at < size) return at;
  switch (mode) {
    case 'edge':
      return at < 0 ? 0 : size - 1;
    case 'wrap':
      return ((at % size) + size) % size;
    case 'reflect':
      return at < 0 ? -at : 2 * (size - 1) - at;
    default:
      return -1;
  }
}
