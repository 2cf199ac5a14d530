import type { Window } from './window.js';

/**
 * Lays out what the window sees in the `count` rows of output positions from `first` on, one line of `depth` numbers
 * for each position (im2col): channels, then rows and columns of the kernel, 0 for padding. Of a longer line the rest
 * is left as it is.
 */
export function fillPatches(
  from: Float32Array,
  channels: number,
  window: Window,
  first: number,
  count: number,
  depth: number,
  patches: Float64Array,
): void {
  const { input, output, kernel, strides, dilations, begin } = window;
  const width = output[1];
  for (let row = 0; row < count; row++) {
    const top = (first + row) * strides[0] - begin[0];
    let to = row * width * depth;
    for (let channel = 0; channel < channels; channel++) {
      for (let y = 0; y < kernel[0]; y++) {
        const line = top + y * dilations[0];
        const inside = line >= 0 && line < input[0];
        const at = (channel * input[0] + line) * input[1];
        for (let x = 0; x < kernel[1]; x++, to++) {
          const left = x * dilations[1] - begin[1];
          if (inside) fillLine(from, at, left, input[1], strides[1], patches, to, depth, width);
          else for (let i = 0, o = to; i < width; i++, o += depth) patches[o] = 0;
        }
      }
    }
  }
}

/** What one place of the kernel sees along a row of output positions. */
function fillLine(
  from: Float32Array,
  at: number,
  left: number,
  size: number,
  step: number,
  patches: Float64Array,
  to: number,
  depth: number,
  width: number,
): void {
  const begin = Math.min(width, Math.max(0, Math.ceil(-left / step)));
  const end = Math.max(begin, Math.min(width, Math.floor((size - 1 - left) / step) + 1));
  let o = to;
  let i = 0;
  for (; i < begin; i++, o += depth) patches[o] = 0;
  for (let j = at + left + i * step; i < end; i++, o += depth, j += step) patches[o] = from[j]!;
  for (; i < width; i++, o += depth) patches[o] = 0;
}
