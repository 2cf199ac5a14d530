import { failure, success } from '../../base/index.js';
import { numberAttribute } from '../network.js';
import { shapeFault } from '../problems.js';
import { asIntegers, elements, withDims, type Dims } from '../tensor.js';
import { int } from './attributes.js';
import type { Operator } from './operator.js';

export const reshape: Operator = {
  about: 'to the constant dimensions of the second input; 0 keeps one, −1 takes the rest',
  inputs: [2, 2],
  attributes: { allowzero: int },
  moves: true,
  infer(node, [x, shape]) {
    const wanted = shape!.constant && asIntegers(shape!.constant);
    if (!wanted) return failure(shapeFault(node, [x, shape], 'the new shape must be constant integers'));
    const keeps = numberAttribute(node, 'allowzero', 0) === 0;
    const kept = wanted.map((size, i) => (size === 0 && keeps ? (x!.dims[i] ?? -2) : size));
    const dims = resolved(kept, x!.dims);
    if (!dims) return failure(shapeFault(node, [x], `elements do not fill [${wanted.join(', ')}]`));
    return success([{ type: x!.type, dims }]);
  },
  run: (_node, [x], [shape]) => [withDims(x!, shape!.dims)],
};

/**
 * The dimensions with −1 replaced. Files often fix the first dimension, that of the images, to 1: where only
 * that hinders, the number of images takes its place.
 */
function resolved(wanted: readonly number[], from: Dims): Dims | undefined {
  const dims = filled(wanted, elements(from));
  if (dims || wanted[0] !== 1 || from.length === 0) return dims;
  return filled([from[0]!, ...wanted.slice(1)], elements(from));
}

function filled(wanted: readonly number[], total: number): Dims | undefined {
  const open = wanted.indexOf(-1);
  const others = elements(wanted.filter((_, i) => i !== open));
  const dims = wanted.map((size, i) => (i === open ? total / others : size));
  return dims.every((size) => Number.isInteger(size) && size >= 0) && elements(dims) === total
    ? dims
    : undefined;
}
