import { read, unreachable } from '../../base/index.js';
import type { Fixed, Rounding } from '../../format/index.js';

/** What two vectors and their scales are made of. */
export interface VectorShape {
  readonly a: Fixed;
  readonly b: Fixed;
  readonly aScale: Fixed;
  readonly bScale: Fixed;
  /** The top bits of the scales' product that are kept; 0 for all. */
  readonly kept: number;
  readonly mode: Rounding;
}

/** Σ aₖ·bₖ · ⌊a_scale · b_scale / 2^d⌉, where d bits of the product of the scales are not kept. */
export function scaledProduct(
  { a, b, aScale, bScale, kept, mode }: VectorShape,
  inputs: readonly (readonly bigint[])[],
): bigint {
  const [left, right, [x], [y]] = inputs as [bigint[], bigint[], [bigint], [bigint]];
  const products = left.map((word, k) => read(word, a.width, a.signed) * read(right[k]!, b.width, b.signed));
  const sum = products.reduce((total, product) => total + product, 0n);
  const unit = kept === 0 ? 1n : 2n ** BigInt(aScale.width + bScale.width - kept);
  return sum * divided(x * y, unit, mode);
}

/** n / d, neither of them negative, rounded to an integer: by what is left of the division. */
function divided(n: bigint, d: bigint, mode: Rounding): bigint {
  const [whole, rest] = [n / d, n % d];
  if (rest === 0n) return whole;
  switch (mode) {
    case 'down':
    case 'toward_zero':
      return whole;
    case 'up':
      return whole + 1n;
    case 'nearest_away':
      return rest * 2n < d ? whole : whole + 1n;
    case 'nearest_even':
      if (rest * 2n === d) return whole + (whole % 2n);
      return rest * 2n < d ? whole : whole + 1n;
    default:
      return unreachable(mode);
  }
}
