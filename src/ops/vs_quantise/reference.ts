import { read, unreachable, wrap } from '../../base/index.js';
import type { Fixed, Rounding } from '../../format/index.js';

export interface QuantiseShape {
  readonly x: Fixed;
  readonly shift: number;
  readonly to: Fixed;
  readonly scale: Fixed;
  /** Whether codes are found by the scale as it is stored. */
  readonly stored: boolean;
  readonly mode: Rounding;
}

/** Codes and scale of a vector, on rational numbers; the definition stands at the operator. */
export function quantiseReference({ x, shift, to, scale, stored, mode }: QuantiseShape) {
  const greatest = 2n ** BigInt(to.signed ? to.width - 1 : to.width) - 1n;
  const greatestScale = 2n ** BigInt(scale.width) - 1n;
  return (inputs: readonly (readonly bigint[])[]): bigint[][] => {
    const [words, [multiplier]] = inputs as [bigint[], [bigint]];
    const numbers = words.map((word) => {
      const value = read(word, x.width, x.signed);
      return to.signed || value > 0n ? value : 0n;
    });
    const most = numbers.map((value) => (value < 0n ? -value : value)).reduce((a, b) => (a > b ? a : b));
    // A number divided by γ is number · multiplier / unit.
    const unit = 2n ** BigInt(shift);
    const found = least(nearest(most * multiplier, greatest * unit, mode), greatestScale);
    const codes = numbers.map((value) => {
      if (stored) return found === 0n ? 0n : nearest(value * multiplier, found * unit, mode);
      return most === 0n ? 0n : nearest(value * greatest, most, mode);
    });
    const kept = codes.map((code) => (code < 0n ? -least(-code, greatest) : least(code, greatest)));
    return [kept.map((code) => wrap(code, to.width)), [found]];
  };
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** n / d as an integer, d > 0: the candidate at the least distance, or the one that the mode takes. */
function nearest(n: bigint, d: bigint, mode: Rounding): bigint {
  let floor = n / d;
  if (floor * d > n) floor -= 1n;
  if (floor * d === n) return floor;
  const ceiling = floor + 1n;
  const [below, above] = [n - floor * d, ceiling * d - n];
  switch (mode) {
    case 'down':
      return floor;
    case 'up':
      return ceiling;
    case 'toward_zero':
      return n < 0n ? ceiling : floor;
    case 'nearest_away':
      if (below === above) return n < 0n ? floor : ceiling;
      return below < above ? floor : ceiling;
    case 'nearest_even':
      if (below === above) return floor % 2n === 0n ? floor : ceiling;
      return below < above ? floor : ceiling;
    default:
      return unreachable(mode);
  }
}
