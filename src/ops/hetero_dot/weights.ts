import { maximum, minimum, signedWidth } from '../../base/index.js';
import { int, type Fixed } from '../../format/index.js';

/**
 * Constant weights of a layer by residual binarisation: weight i of output o has bits[o·lanes + i] bits, and plane b of
 * it is +1 if bit b of signs[o·lanes + i] is 1, else −1.
 */
export interface HeteroWeights {
  readonly outputs: number;
  /** Weights of each output. */
  readonly lanes: number;
  /** The most bits that a weight has. */
  readonly planes: number;
  readonly bits: readonly number[];
  readonly signs: readonly number[];
}

/** The weights of those lists, which must agree. */
export function weightsOf(bits: readonly number[], signs: readonly number[], outputs: number): HeteroWeights {
  const planes = bits.reduce((most, each) => Math.max(most, each), 0);
  return { outputs, lanes: bits.length / outputs, planes, bits, signs };
}

/** Plane `plane` of weight `lane` of an output: 1, −1, or 0 where the weight has fewer bits. */
export function signAt(weights: HeteroWeights, output: number, lane: number, plane: number): -1 | 0 | 1 {
  const at = output * weights.lanes + lane;
  if (weights.bits[at]! <= plane) return 0;
  return (weights.signs[at]! >> plane) & 1 ? 1 : -1;
}

/** How the word of an activation is read: as its format says, or its bits as −1 and +1 in their places. */
export interface Activation {
  readonly format: Fixed;
  readonly bipolar: boolean;
}

/** The least and the greatest number that an activation stands for. */
export function activationRange({ format, bipolar }: Activation): readonly [bigint, bigint] {
  const most = maximum(format.width, format.signed);
  return [bipolar ? -most : minimum(format.width, format.signed), most];
}

/** The format of the sums of single planes: the narrowest that holds all of them. */
export function planeType(weights: HeteroWeights, activation: Activation): Fixed {
  const sums = Array.from({ length: weights.outputs * weights.planes }, (_, row) => {
    const [output, plane] = [Math.floor(row / weights.planes), row % weights.planes];
    return Array.from({ length: weights.lanes }, (_, lane) => BigInt(signAt(weights, output, lane, plane)));
  });
  return holding(sums, activation);
}

/** The format of the scaled sums: the narrowest that holds all of them. */
export function scaledType(weights: HeteroWeights, activation: Activation, scale: readonly number[]): Fixed {
  const sums = Array.from({ length: weights.outputs }, (_, output) =>
    Array.from({ length: weights.lanes }, (_, lane) =>
      scaleOf(weights, scale, output).reduce(
        (sum, factor, plane) => sum + BigInt(factor) * BigInt(signAt(weights, output, lane, plane)),
        0n,
      ),
    ),
  );
  return holding(sums, activation);
}

/** The scale factors of an output's planes, of a list with one for each plane, or one for each of every output. */
export function scaleOf(
  { planes }: HeteroWeights,
  scale: readonly number[],
  output: number,
): readonly number[] {
  return scale.length === planes ? scale : scale.slice(output * planes, (output + 1) * planes);
}

/** The narrowest signed format of all inner products of those weights with activations. */
function holding(sums: readonly (readonly bigint[])[], activation: Activation): Fixed {
  const [least, most] = activationRange(activation);
  let width = 1;
  for (const weights of sums) {
    const low = weights.reduce((sum, weight) => sum + weight * (weight < 0n ? most : least), 0n);
    const high = weights.reduce((sum, weight) => sum + weight * (weight < 0n ? least : most), 0n);
    width = Math.max(width, signedWidth(low), signedWidth(high));
  }
  return int(width);
}
