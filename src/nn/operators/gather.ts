import { failure, success } from '../../base/index.js';
import { numberAttribute } from '../network.js';
import { shapeFault, typeFault } from '../problems.js';
import { asIntegers, elements, zeros, type Tensor } from '../tensor.js';
import { int } from './attributes.js';
import { axisOf } from './axis.js';
import type { Operator } from './operator.js';

export const gather: Operator = {
  about: 'the entries along `axis` that the indices name',
  inputs: [2, 2],
  attributes: { axis: int },
  moves: true,
  infer(node, [x, indices]) {
    const axis = axisOf(numberAttribute(node, 'axis', 0), x!.dims.length);
    if (indices!.type !== 'int32' && indices!.type !== 'int64') {
      return failure(typeFault(node, 1, indices!.type, ['int32', 'int64']));
    }
    if (axis === undefined || x!.dims[axis] === 0) {
      return failure(shapeFault(node, [x, indices], 'there is no such `axis`, or nothing along it'));
    }
    const size = x!.dims[axis]!;
    const known = indices!.constant && asIntegers(indices!.constant);
    if (known?.some((at) => at < -size || at >= size)) {
      return failure(shapeFault(node, [x, indices], `indices must be from ${-size} to ${size - 1}`));
    }
    const dims = [...x!.dims.slice(0, axis), ...indices!.dims, ...x!.dims.slice(axis + 1)];
    return success([{ type: x!.type, dims }]);
  },
  run(node, [x, indices], [shape]) {
    const axis = axisOf(numberAttribute(node, 'axis', 0), x!.dims.length)!;
    const [outer, size] = [elements(x!.dims.slice(0, axis)), x!.dims[axis]!];
    const inner = elements(x!.dims.slice(axis + 1));
    const places = asIntegers(indices!)!.map((at) => (at < 0 ? at + size : at));
    const out = zeros(shape!.type, shape!.dims) as Tensor;
    const from = x!.data as Float32Array;
    const to = out.data as Float32Array;
    let o = 0;
    for (let i = 0; i < outer; i++) {
      for (const place of places) {
        const at = (i * size + place) * inner;
        to.set(from.subarray(at, at + inner), o);
        o += inner;
      }
    }
    return [out];
  },
};
