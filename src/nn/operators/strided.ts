import { elements, zeros, type Dims, type Tensor } from '../tensor.js';

/** How far apart neighbours along each axis are in an array of these dimensions. */
export function stepsOf(dims: Dims): number[] {
  const steps = dims.map(() => 1);
  for (let axis = dims.length - 2; axis >= 0; axis--) steps[axis] = steps[axis + 1]! * dims[axis + 1]!;
  return steps;
}

/** The steps for reading an array as if repeated to `rank` dimensions: 0 along a repeated axis. */
export function repeatedSteps(dims: Dims, rank: number): number[] {
  const own = stepsOf(dims).map((step, axis) => (dims[axis] === 1 ? 0 : step));
  return [...Array.from({ length: rank - dims.length }, () => 0), ...own];
}

/**
 * A tensor of dimensions `dims` whose element at index i is the one of `from` at `start` + Σ i[axis] · steps[axis].
 * Slices, transposes and repetitions are such; nothing is checked.
 */
export function strided<T extends Tensor>(from: T, dims: Dims, steps: readonly number[], start = 0): T {
  const out = zeros(from.type, dims) as T;
  copyStrided(from.data as Float32Array, out.data as Float32Array, dims, steps, start);
  return out;
}

/** Any typed array goes: elements are only moved. */
function copyStrided(
  from: Float32Array,
  to: Float32Array,
  dims: Dims,
  steps: readonly number[],
  start: number,
): void {
  const last = dims.length - 1;
  const length = last < 0 ? 1 : dims[last]!;
  const step = steps[last] ?? 0;
  const index = dims.map(() => 0);
  let at = start;
  for (let o = 0; o < to.length; o += length) {
    for (let i = 0, j = at; i < length; i++, j += step) to[o + i] = from[j]!;
    for (let axis = last - 1; axis >= 0; axis--) {
      at += steps[axis]!;
      if (++index[axis]! < dims[axis]!) break;
      at -= steps[axis]! * dims[axis]!;
      index[axis] = 0;
    }
  }
}

/** A tensor repeated to `dims`, which its dimensions must be broadcast to. */
export function repeated<T extends Tensor>(from: T, dims: Dims): T {
  if (from.data.length === elements(dims)) return { ...from, dims };
  return strided(from, dims, repeatedSteps(from.dims, dims.length));
}
