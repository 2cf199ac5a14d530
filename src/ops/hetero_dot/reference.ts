import { ones, read, wrap } from '../../base/index.js';
import type { Fixed } from '../../format/index.js';

/** What the definition goes by: the lists, the number of outputs, how activations are read. */
export interface HeteroDefinition {
  readonly outputs: number;
  readonly bits: readonly number[];
  readonly signs: readonly number[];
  readonly a: Fixed;
  readonly bipolar: boolean;
}

type Step = (inputs: readonly (readonly bigint[])[]) => bigint[][];

/** P[o][b] = Σ over the weights i of output o with more than b bits of s_{i,b} · a_i. */
export function planesReference(of: HeteroDefinition, to: Fixed): Step {
  return ([words]) => [planeSums(of, words!).flatMap((planes) => planes.map((sum) => wrap(sum, to.width)))];
}

/** y[o] = Σ_b μ_b · P[o][b]; `scale` has a factor for each plane, or one for each plane of each output. */
export function scaledReference(of: HeteroDefinition, scale: readonly number[], to: Fixed): Step {
  return ([words]) => [
    planeSums(of, words!).map((planes, output) => {
      const from = scale.length === planes.length ? 0 : output * planes.length;
      const sum = planes.reduce((total, plane, b) => total + BigInt(scale[from + b]!) * plane, 0n);
      return wrap(sum, to.width);
    }),
  ];
}

function planeSums(of: HeteroDefinition, words: readonly bigint[]): bigint[][] {
  const { bits, signs, outputs } = of;
  const lanes = bits.length / outputs;
  const sums = Array.from({ length: outputs }, () => Array<bigint>(Math.max(...bits)).fill(0n));
  bits.forEach((own, i) => {
    const a = numberOf(of, words[i % lanes]!);
    for (let b = 0; b < own; b++)
      sums[Math.floor(i / lanes)]![b]! += Math.floor(signs[i]! / 2 ** b) % 2 === 1 ? a : -a;
  });
  return sums;
}

/** An activation's number: as its format reads it, or Σ ±2^j over its bits where they mean −1 and +1. */
export function numberOf({ a, bipolar }: Pick<HeteroDefinition, 'a' | 'bipolar'>, word: bigint): bigint {
  return bipolar ? word - (ones(a.width) ^ word) : read(word, a.width, a.signed);
}
