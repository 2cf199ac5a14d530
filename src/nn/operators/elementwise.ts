import { failure, success } from '../../base/index.js';
import type { Node } from '../network.js';
import { shapeFault, typeFault } from '../problems.js';
import { numbersOf, tensorOf, type Dims, type ElementType, type Tensor } from '../tensor.js';
import { broadcastDims } from './broadcast.js';
import type { Operator, Shape, Value } from './operator.js';
import { repeated } from './strided.js';

/** Element types that are computed with. */
export const arithmeticTypes: readonly ElementType[] = ['float32', 'int32', 'int64'];

/** The dimensions of operands combined element by element, with the element type of the result. */
export function combinedShape(
  node: Node,
  values: readonly (Value | undefined)[],
  type: ElementType,
): ReturnType<Operator['infer']> {
  const dims = broadcastDims(...values.map((one) => one!.dims));
  return dims
    ? success([{ type, dims }])
    : failure(shapeFault(node, values, 'dimensions must agree or be 1'));
}

/** The first operand whose element type is another than it must be, as a fault. */
export function wrongType(
  node: Node,
  values: readonly (Value | undefined)[],
  types: readonly ElementType[],
): ReturnType<Operator['infer']> | undefined {
  const wrong = values.findIndex((one) => one && !types.includes(one.type));
  return wrong < 0 ? undefined : failure(typeFault(node, wrong, values[wrong]!.type, types));
}

/** f(a, b) for each pair, smaller operands repeated; computed in doubles and stored once. */
export function combined(f: (a: number, b: number) => number, a: Tensor, b: Tensor, to: Shape): Tensor {
  const { type, dims } = to;
  const left = numbersOf(repeated(a, dims));
  const right = numbersOf(b.data.length === 1 ? b : repeated(b, dims));
  const single = b.data.length === 1 ? right[0]! : undefined;
  const out = outputNumbers(type, left.length);
  for (let i = 0; i < left.length; i++) out[i] = f(left[i]!, single ?? right[i]!);
  return stored(type, dims, out);
}

/** f(x) for each element; computed in doubles and stored once. */
export function mapped(f: (x: number) => number, x: Tensor, to: Shape): Tensor {
  const from = numbersOf(x);
  const out = outputNumbers(to.type, from.length);
  for (let i = 0; i < from.length; i++) out[i] = f(from[i]!);
  return stored(to.type, to.dims, out);
}

function outputNumbers(type: ElementType, length: number): Float32Array | Float64Array {
  return type === 'float32' ? new Float32Array(length) : new Float64Array(length);
}

function stored(type: ElementType, dims: Dims, numbers: Float32Array | Float64Array): Tensor {
  return numbers instanceof Float32Array
    ? { type: 'float32', dims, data: numbers }
    : tensorOf(type, dims, numbers);
}
