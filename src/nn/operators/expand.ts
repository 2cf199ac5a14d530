import { failure, success } from '../../base/index.js';
import { shapeFault } from '../problems.js';
import { asIntegers, type Tensor } from '../tensor.js';
import { broadcastDims } from './broadcast.js';
import type { Operator } from './operator.js';
import { repeated, stepsOf, strided } from './strided.js';

export const expand: Operator = {
  about: 'repeated to the dimensions of the second input',
  inputs: [2, 2],
  attributes: {},
  moves: true,
  infer(node, [x, shape]) {
    const wanted = shape!.constant && asIntegers(shape!.constant);
    const dims = wanted?.every((size) => size >= 0) ? broadcastDims(x!.dims, wanted) : undefined;
    if (!dims) return failure(shapeFault(node, [x, shape], 'the constant dimensions must agree or be 1'));
    return success([{ type: x!.type, dims }]);
  },
  run: (_node, [x], [shape]) => [repeated<Tensor>(x!, shape!.dims)],
};

export const tile: Operator = {
  about: 'each dimension so many times as the second input says',
  inputs: [2, 2],
  attributes: {},
  moves: true,
  infer(node, [x, repeats]) {
    const times = repeats!.constant && asIntegers(repeats!.constant);
    const fits = times?.length === x!.dims.length && times.every((count) => count >= 0);
    if (!fits) return failure(shapeFault(node, [x, repeats], 'needs a constant number for each dimension'));
    return success([{ type: x!.type, dims: x!.dims.map((size, axis) => size * times[axis]!) }]);
  },
  run(_node, [x, repeats], [shape]) {
    const times = asIntegers(repeats!)!;
    const steps = stepsOf(x!.dims);
    const dims = x!.dims.flatMap((size, axis) => [times[axis]!, size]);
    const tiled = strided<Tensor>(
      x!,
      dims,
      x!.dims.flatMap((_, axis) => [0, steps[axis]!]),
    );
    return [{ ...tiled, dims: shape!.dims }];
  },
};
