import { random } from '../../base/index.js';

/** Seeded weights: numbers of bits drawn from `choices`, and signs. */
export function sampleWeights(
  count: number,
  choices: readonly number[],
  seed: number,
): { readonly bits: readonly number[]; readonly signs: readonly number[] } {
  const source = random(seed);
  const bits = Array.from({ length: count }, () => choices[source.below(choices.length)]!);
  return { bits, signs: bits.map((own) => source.below(2 ** own)) };
}
