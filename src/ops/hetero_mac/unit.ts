import { maximum, signedWidth } from '../../base/index.js';
import { int, type Fixed } from '../../format/index.js';
import { activationRange, type Activation } from '../hetero_dot/weights.js';

/** What a time-multiplexed unit is: both where its weights are constant and where they are loaded. */
export interface HeteroUnit {
  /** Weights and activations that meet in a cycle. */
  readonly lanes: number;
  readonly planes: number;
  readonly activation: Activation;
  /** A factor for each plane; empty for a sum of its own for each plane. */
  readonly scale: readonly number[];
  /** The format of the sums. */
  readonly sum: Fixed;
}

/** How many bits a plane's number has in a word of the program. */
export function planeBits(planes: number): number {
  return Math.max(1, signedWidth(BigInt(planes - 1)) - 1);
}

/** The narrowest format of sums of `words` inner products of `lanes` activations with ±1, times a factor each. */
export function sumOfWords(
  lanes: number,
  words: number,
  activation: Activation,
  scale: readonly number[],
): Fixed {
  const [least, most] = activationRange(activation);
  const magnitude = BigInt(lanes) * BigInt(words) * (-least > most ? -least : most);
  const factor = scale.length === 0 ? 1 : Math.max(...scale.map(Math.abs));
  return int(signedWidth(magnitude * BigInt(factor)));
}

/** The sum of the weights of an activation's bits: the number of a word of ones. */
export function sumOfBits({ format }: Activation): bigint {
  return format.signed ? -1n : maximum(format.width, false);
}
