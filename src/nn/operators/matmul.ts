import { failure, success } from '../../base/index.js';
import { productTransposed, transpose } from '../matrix.js';
import { shapeFault } from '../problems.js';
import { elements, floatTensor, type Dims } from '../tensor.js';
import { broadcastDims } from './broadcast.js';
import { floats } from './floats.js';
import type { Operator } from './operator.js';

export const matmul: Operator = {
  about: 'matrix product of the last two dimensions, the others repeated as needed',
  inputs: [2, 2],
  attributes: {},
  moves: false,
  infer(node, [a, b]) {
    const dims = productDims(a!.dims, b!.dims);
    if (!dims) return failure(shapeFault(node, [a, b], 'inner dimensions must agree'));
    return success([{ type: 'float32', dims }]);
  },
  run(_node, [a, b], [shape]) {
    const left = { dims: asRow(a!.dims), data: floats(a) };
    const right = { dims: asColumn(b!.dims), data: floats(b) };
    return [floatTensor(shape!.dims, products(left, right))];
  },
};

interface Matrices {
  readonly dims: Dims;
  readonly data: Float32Array;
}

/** A plain vector stands for one row on the left, and for one column on the right. */
const asRow = (dims: Dims): Dims => (dims.length === 1 ? [1, ...dims] : dims);
const asColumn = (dims: Dims): Dims => (dims.length === 1 ? [...dims, 1] : dims);

function productDims(a: Dims, b: Dims): Dims | undefined {
  if (a.length === 0 || b.length === 0) return undefined;
  const [left, right] = [asRow(a), asColumn(b)];
  const outer = broadcastDims(left.slice(0, -2), right.slice(0, -2));
  if (!outer || left.at(-1) !== right.at(-2)) return undefined;
  return [...outer, ...(a.length > 1 ? [left.at(-2)!] : []), ...(b.length > 1 ? [right.at(-1)!] : [])];
}

function products(a: Matrices, b: Matrices): Float32Array {
  const [rows, depth, columns] = [a.dims.at(-2)!, a.dims.at(-1)!, b.dims.at(-1)!];
  const outer = broadcastDims(a.dims.slice(0, -2), b.dims.slice(0, -2))!;
  // One matrix on the right for all on the left is the same as one tall matrix on the left.
  if (elements(b.dims.slice(0, -2)) === 1) {
    const all = new Float32Array(elements(outer) * rows * columns);
    productTransposed(a.data, transpose(b.data, depth, columns), elements(outer) * rows, columns, depth, all);
    return all;
  }
  const out = new Float32Array(elements(outer) * rows * columns);
  const lefts = matrixPositions(a.dims, outer);
  const rights = matrixPositions(b.dims, outer);
  lefts.forEach((left, i) => {
    const x = a.data.subarray(left * rows * depth, (left + 1) * rows * depth);
    const y = b.data.subarray(rights[i]! * depth * columns, (rights[i]! + 1) * depth * columns);
    const to = out.subarray(i * rows * columns, (i + 1) * rows * columns);
    productTransposed(x, transpose(y, depth, columns), rows, columns, depth, to);
  });
  return out;
}

/** For each matrix of the result, which matrix of an operand it reads. */
function matrixPositions(dims: Dims, outer: Dims): number[] {
  const own = dims.slice(0, -2);
  return Array.from({ length: elements(outer) }, (_, at) => {
    let [rest, position, step] = [at, 0, 1];
    for (let axis = 1; axis <= outer.length; axis++) {
      const size = outer.at(-axis)!;
      const mine = own.at(-axis) ?? 1;
      position += (mine === 1 ? 0 : rest % size) * step;
      step *= mine;
      rest = Math.floor(rest / size);
    }
    return position;
  });
}
