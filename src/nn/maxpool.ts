import type { Codes } from './codes.js';
import { windowGeometry } from './geometry.js';
import { listAttribute, type Node } from './network.js';
import { windowOf } from './operators/window.js';
import type { Dims } from './tensor.js';

/** MaxPool over values in planes. The order of codes is that of the numbers, and padding is never the greatest. */
export function maxPlanes<T extends Codes | Float32Array>(
  node: Node,
  planes: T,
  dims: Dims,
): { readonly planes: T; readonly dims: Dims } | undefined {
  const window =
    dims.length === 4 && windowOf(node, dims.slice(2), listAttribute(node, 'kernel_shape') ?? []);
  if (!window || typeof window === 'string') return undefined;
  const g = windowGeometry(window, { groups: 1, inputs: 1, outputs: 1, rank: 2 });
  const [images, channels] = [dims[0]!, dims[1]!];
  const pixels = window.input[0] * window.input[1];
  const out = new (planes.constructor as new (length: number) => T)(channels * g.positions * images);
  for (let channel = 0; channel < channels; channel++) {
    for (let p = 0; p < g.positions; p++) {
      const to = (channel * g.positions + p) * images;
      const taps = g.reads.subarray(p * g.depth, (p + 1) * g.depth).filter((tap) => tap >= 0);
      taps.forEach((tap, i) => {
        const from = (channel * pixels + tap) * images;
        if (i === 0) out.set(planes.subarray(from, from + images), to);
        else keepGreater(out, to, planes, from, images);
      });
    }
  }
  return { planes: out, dims: [images, channels, ...window.output] };
}

function keepGreater(
  to: Codes | Float32Array,
  at: number,
  from: Codes | Float32Array,
  start: number,
  count: number,
): void {
  for (let n = 0; n < count; n++) {
    const code = from[start + n]!;
    if (code > to[at + n]!) to[at + n] = code;
  }
}
