import { elements, type Dims } from '../tensor.js';

/** The dimensions of two arrays combined element by element, as NumPy has it; undefined if they do not fit. */
export function broadcastDims(a: Dims, b: Dims): Dims | undefined {
  const rank = Math.max(a.length, b.length);
  const dims: number[] = [];
  for (let i = 0; i < rank; i++) {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return undefined;
    dims.push(x === 1 ? y : x);
  }
  return dims;
}

/** The elements of an array repeated to `to`, which its dimensions must be broadcast to. */
export function broadcast(data: Float32Array, dims: Dims, to: Dims): Float32Array {
  if (data.length === elements(to)) return data;
  const out = new Float32Array(elements(to));
  const steps = strides(dims, to.length);
  const index = to.map(() => 0);
  let at = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = data[at]!;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      at += steps[axis]!;
      if (++index[axis]! < to[axis]!) break;
      at -= steps[axis]! * to[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}

/** How far apart neighbours along each axis are, 0 for a repeated axis, for an array of `rank` dimensions. */
function strides(dims: Dims, rank: number): number[] {
  const steps = Array.from({ length: rank }, () => 0);
  let step = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    if (dims[axis] !== 1) steps[rank - dims.length + axis] = step;
    step *= dims[axis]!;
  }
  return steps;
}
