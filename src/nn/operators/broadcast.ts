import type { Dims } from '../tensor.js';

/** The dimensions of arrays combined element by element, as NumPy has it; undefined if they do not fit. */
export function broadcastDims(...all: readonly Dims[]): Dims | undefined {
  const rank = Math.max(0, ...all.map(({ length }) => length));
  const dims: number[] = [];
  for (let i = 0; i < rank; i++) {
    const sizes = all.map((one) => one[one.length - rank + i] ?? 1).filter((size) => size !== 1);
    if (sizes.some((size) => size !== sizes[0])) return undefined;
    dims.push(sizes[0] ?? 1);
  }
  return dims;
}
