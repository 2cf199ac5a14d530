import type { Window } from './window.js';

/**
 * Lays out what the window sees at `count` output positions from `first` on, one row of `depth` numbers for each
 * (im2col): channels, then rows and columns of the kernel, 0 for padding. Of a longer row the rest is left as it is.
 */
export function fillPatches(
  from: Float32Array,
  channels: number,
  window: Window,
  first: number,
  count: number,
  depth: number,
  patches: Float32Array,
): void {
  const { input, output, kernel, strides, dilations, begin } = window;
  const [height, width] = input;
  for (let i = 0; i < count; i++) {
    const position = first + i;
    const top = Math.floor(position / output[1]) * strides[0] - begin[0];
    const left = (position % output[1]) * strides[1] - begin[1];
    let to = i * depth;
    for (let channel = 0; channel < channels; channel++) {
      for (let y = 0; y < kernel[0]; y++) {
        const line = top + y * dilations[0];
        const inside = line >= 0 && line < height;
        const at = (channel * height + line) * width;
        for (let x = 0; x < kernel[1]; x++) {
          const column = left + x * dilations[1];
          patches[to++] = inside && column >= 0 && column < width ? from[at + column]! : 0;
        }
      }
    }
  }
}
