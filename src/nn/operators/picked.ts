import type { Tensor } from '../tensor.js';
import { stepsOf } from './strided.js';

/**
 * Fills `out` with elements of `x`: along each axis, element i is the one that `sources[axis][i]` names, or `padding`
 * where that is −1.
 */
export function picked(x: Tensor, sources: readonly Int32Array[], out: Tensor, padding = 0): void {
  const steps = stepsOf(x.dims);
  const [from, to] = [x.data as Float32Array, out.data as Float32Array];
  const last = sources.length - 1;
  const row = sources[last] ?? Int32Array.of(0);
  const index = sources.map(() => 0);
  for (let o = 0; o < to.length; o += row.length) {
    let at = 0;
    for (let axis = 0; axis < last; axis++) {
      const place = sources[axis]![index[axis]!]!;
      at = place < 0 || at < 0 ? -1 : at + place * steps[axis]!;
    }
    for (let i = 0; i < row.length; i++) to[o + i] = at < 0 || row[i]! < 0 ? padding : from[at + row[i]!]!;
    for (let axis = last - 1; axis >= 0; axis--) {
      if (++index[axis]! < sources[axis]!.length) break;
      index[axis] = 0;
    }
  }
}
