import type { Random } from './random.js';

/**
 * Ranks from 0 by Zipf's law: rank k is drawn as often as (k + 1)^−exponent says among `count` of them. Inversion of the
 * integral with rejection (Hörmann and Derflinger, 1996).
 *
 * @param exponent above 0
 */
export function zipfian(source: Random, count: number, exponent: number): () => number {
  const integral = (x: number): number =>
    exponent === 1 ? Math.log(x) : (x ** (1 - exponent) - 1) / (1 - exponent);
  const inverse = (y: number): number =>
    exponent === 1 ? Math.exp(y) : (1 + y * (1 - exponent)) ** (1 / (1 - exponent));
  const low = integral(1.5) - 1;
  const high = integral(count + 0.5);
  return () => {
    for (;;) {
      const y = high + source.unit() * (low - high);
      const rank = Math.min(count, Math.max(1, Math.round(inverse(y))));
      if (y >= integral(rank + 0.5) - rank ** -exponent) return rank - 1;
    }
  };
}
