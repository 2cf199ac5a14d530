import { random } from '../../base/index.js';
import { floatTensor, type TensorOf } from '../tensor.js';

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
  images: Images,
  normalisation: Normalisation,
  from = 0,
  to = images.count,
): TensorOf<'float32'> {
  const size = images.pixels.length / images.count;
  const { scale, shift } = normalisation;
  const data = Float32Array.from(images.pixels.subarray(from * size, to * size), (x) => x * scale + shift);
  return floatTensor([to - from, ...images.shape], data);
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
