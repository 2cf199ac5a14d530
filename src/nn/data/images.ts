import { random } from '../../base/index.js';
import { elements, floatTensor, type Dims, type TensorOf } from '../tensor.js';

export type Split = 'train' | 'test';

/** Labelled images of one size, as they are stored: a byte per channel and pixel. */
export interface Images {
  readonly count: number;
  /** channels, height, width */
  readonly shape: readonly [number, number, number];
  readonly classes: number;
  /** count × channels × height × width, row-major, 0 … 255 */
  readonly pixels: Uint8Array;
  /** the class of each image */
  readonly labels: Uint8Array;
}

/** Labelled inputs of one size: images, or rows of numbers. */
export interface Labelled {
  readonly count: number;
  readonly shape: Dims;
  readonly classes: number;
  /** count × shape, row-major */
  readonly pixels: Uint8Array | Float32Array;
  readonly labels: Uint8Array;
}

/** How bytes become the numbers that a network was trained on: byte · scale + shift. */
export interface Normalisation {
  readonly scale: number;
  readonly shift: number;
}

/** Normalisations by name. */
export const normalisations = {
  /** 0 … 1 */
  unit: { scale: 1 / 255, shift: 0 },
  /** −1 … 1 */
  symmetric: { scale: 2 / 255, shift: -1 },
  /** mean 0 and deviation 1 over the training images of MNIST, as PyTorch's example has them */
  mnist: { scale: 1 / (255 * 0.3081), shift: -0.1307 / 0.3081 },
  /** 0 … 255 */
  bytes: { scale: 1, shift: 0 },
} as const satisfies Record<string, Normalisation>;

export type NormalisationName = keyof typeof normalisations;

/** Images `from` up to but not including `to` as a tensor [to − from, channels, height, width]. */
export function imageTensor(
  images: Labelled,
  normalisation: Normalisation,
  from = 0,
  to = images.count,
): TensorOf<'float32'> {
  const size = elements(images.shape);
  const { scale, shift } = normalisation;
  const data = new Float32Array((to - from) * size);
  for (let i = 0; i < data.length; i++) data[i] = images.pixels[from * size + i]! * scale + shift;
  return floatTensor([to - from, ...images.shape], data);
}

/** The images at `positions`, in that order. */
export function selectImages<T extends Labelled>(images: T, positions: readonly number[]): T {
  const size = elements(images.shape);
  const { length } = positions;
  const pixels =
    images.pixels instanceof Uint8Array ? new Uint8Array(length * size) : new Float32Array(length * size);
  positions.forEach((at, i) => pixels.set(images.pixels.subarray(at * size, (at + 1) * size), i * size));
  const labels = Uint8Array.from(positions, (at) => images.labels[at]!);
  return { ...images, count: length, pixels, labels };
}

/** The positions `first`, `first` + 1, …, `count` of them. */
export function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** `count` different positions below `of`, in rising order, drawn evenly by the seed; all if `count` ≥ `of`. */
export function choose(count: number, of: number, seed: number): number[] {
  const source = random(seed);
  const positions = range(0, of);
  const wanted = Math.min(count, of);
  for (let i = 0; i < wanted; i++) {
    const j = i + source.below(of - i);
    [positions[i], positions[j]] = [positions[j]!, positions[i]!];
  }
  return positions.slice(0, wanted).sort((a, b) => a - b);
}
