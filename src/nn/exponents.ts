import type { Random } from '../base/index.js';
import type { Affine } from './affine.js';
import { roundHalfEven } from './codes.js';

/** How far apart the exponents of products lie that a beat adds up, operands rounded to FP16. */
export interface ExponentStudy {
  /** inner products and beats that were looked at */
  readonly products: number;
  readonly beats: number;
  /** products that are not zero, by how far their exponent is below the greatest of their beat: 0 … 58 */
  readonly differences: readonly number[];
  /**
   * Mean cycles that a multi-cycle unit takes to align a beat, by the width of its adder tree: floor(s / (width − 9)) + 1,
   * s the greatest difference up to 28 (Abdel-Aziz et al., MLSys 2021).
   */
  readonly cycles: readonly { readonly tree: number; readonly mean: number }[];
}

const trees = [12, 14, 16, 20, 24, 28];

/** Differences beyond this one are left out by software. */
const precision = 28;

/** Draws inner products of a layer on real numbers, and looks at the exponents in each beat of `lanes` products. */
export function exponentDifferences(
  affine: Affine,
  input: Float32Array,
  right: Float32Array | undefined,
  images: number,
  lanes: number,
  count: number,
  source: Random,
): ExponentStudy {
  const differences = Array.from({ length: 59 }, () => 0);
  const cycles = trees.map(() => 0);
  let beats = 0;
  for (let i = 0; i < count; i++) {
    const exponents = productExponents(affine, input, right, images, source);
    for (let from = 0; from < exponents.length; from += lanes) {
      const beat = exponents.slice(from, from + lanes).filter((e) => e > -Infinity);
      const top = Math.max(...beat);
      let most = 0;
      for (const exponent of beat) {
        differences[top - exponent]!++;
        if (top - exponent <= precision) most = Math.max(most, top - exponent);
      }
      trees.forEach((tree, t) => (cycles[t]! += Math.floor(most / (tree - 9)) + 1));
      beats++;
    }
  }
  const mean = (t: number): number => (beats > 0 ? cycles[t]! / beats : 0);
  return { products: count, beats, differences, cycles: trees.map((tree, t) => ({ tree, mean: mean(t) })) };
}

/** The exponents of the products of an inner product drawn at random; −∞ for those that are zero. */
function productExponents(
  { geometry: g, depth, weights }: Affine,
  input: Float32Array,
  right: Float32Array | undefined,
  images: number,
  source: Random,
): number[] {
  const [image, group] = [source.below(images), source.below(g.groups)];
  const [position, column] = [source.below(g.positions), source.below(g.columns)];
  const base = (image * input.length) / images + group * g.groupStep;
  const other = right ? (image * right.length) / images + group * g.right!.groupStep : 0;
  return Array.from({ length: depth }, (_, k) => {
    const from = g.reads[position * depth + k]!;
    const x = from < 0 ? 0 : input[base + from]!;
    const w = right
      ? right[other + g.right!.reads[column * depth + k]!]!
      : weights[(group * g.columns + column) * depth + k]!;
    return halfExponent(x) + halfExponent(w);
  });
}

/** The exponent of a number rounded to FP16: −14 for subnormal ones, −∞ for zero. */
export function halfExponent(x: number): number {
  if (x === 0) return -Infinity;
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(x))));
  const significand = roundHalfEven(Math.abs(x) / 2 ** (exponent - 10));
  if (significand === 0) return -Infinity;
  return Math.min(15, significand === 2048 ? exponent + 1 : exponent);
}
