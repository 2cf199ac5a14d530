import { failure, success } from '../../base/index.js';
import { productTransposed, transpose } from '../matrix.js';
import { flagAttribute, numberAttribute, type Node } from '../network.js';
import { shapeFault } from '../problems.js';
import { floatTensor, type Dims } from '../tensor.js';
import { float, int } from './attributes.js';
import { broadcastDims } from './broadcast.js';
import { floats } from './floats.js';
import type { Operator } from './operator.js';
import { repeated } from './strided.js';

export const gemm: Operator = {
  about: 'alpha · A·B + beta · C, A and B transposed on demand, C repeated as needed',
  inputs: [2, 3],
  attributes: { alpha: float, beta: float, transA: int, transB: int },
  moves: false,
  infer(node, [a, b, c]) {
    const sizes = gemmSizes(node, a!.dims, b!.dims);
    if (!sizes) return failure(shapeFault(node, [a, b], 'inner dimensions of two matrices must agree'));
    const dims = [sizes.rows, sizes.columns];
    const fits = !c || broadcastDims(c.dims, dims)?.join() === dims.join();
    if (!fits) return failure(shapeFault(node, [a, b, c], `C must repeat to [${dims.join(', ')}]`));
    return success([{ type: 'float32', dims }]);
  },
  run(node, [a, b, c], [shape]) {
    const { rows, columns, depth } = gemmSizes(node, a!.dims, b!.dims)!;
    const left = flagAttribute(node, 'transA') ? transpose(floats(a), depth, rows) : floats(a);
    const right = flagAttribute(node, 'transB') ? floats(b) : transpose(floats(b), depth, columns);
    const sums = new Float64Array(rows * columns);
    productTransposed(left, right, rows, columns, depth, sums);
    const [alpha, beta] = [numberAttribute(node, 'alpha', 1), numberAttribute(node, 'beta', 1)];
    const offset = c ? floats(repeated(c, shape!.dims)) : undefined;
    const out = new Float32Array(sums.length);
    for (let i = 0; i < out.length; i++) out[i] = alpha * sums[i]! + (offset ? beta * offset[i]! : 0);
    return [floatTensor(shape!.dims, out)];
  },
};

/** A is rows × depth and B depth × columns after transposition; undefined if they are not such matrices. */
export function gemmSizes(
  node: Node,
  a: Dims,
  b: Dims,
): { readonly rows: number; readonly columns: number; readonly depth: number } | undefined {
  if (a.length !== 2 || b.length !== 2) return undefined;
  const [rows, depth] = flagAttribute(node, 'transA') ? [a[1]!, a[0]!] : [a[0]!, a[1]!];
  const [inner, columns] = flagAttribute(node, 'transB') ? [b[1]!, b[0]!] : [b[0]!, b[1]!];
  return inner === depth ? { rows, columns, depth } : undefined;
}
