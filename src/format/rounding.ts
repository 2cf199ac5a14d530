import { unreachable } from '../base/index.js';

/** How a number between two representable ones is replaced by one of them. */
export type Rounding = 'nearest_even' | 'nearest_away' | 'toward_zero' | 'down' | 'up';

export const roundings: readonly Rounding[] = ['nearest_even', 'nearest_away', 'toward_zero', 'down', 'up'];

/**
 * `value / 2^drop` rounded to an integer: to the nearest, ties to the even one or away from zero; toward zero;
 * down to negative, up to positive infinity. `drop` ≥ 0.
 */
export function roundShift(value: bigint, drop: number, mode: Rounding): bigint {
  if (drop === 0) return value;
  const unit = 1n << BigInt(drop);
  const floor = value >> BigInt(drop);
  const rest = value - floor * unit;
  return rest > 0n && roundsUp(floor, rest, unit, mode) ? floor + 1n : floor;
}

function roundsUp(floor: bigint, rest: bigint, unit: bigint, mode: Rounding): boolean {
  const twice = 2n * rest;
  switch (mode) {
    case 'nearest_even':
      return twice > unit || (twice === unit && (floor & 1n) === 1n);
    case 'nearest_away':
      return twice > unit || (twice === unit && floor >= 0n);
    case 'toward_zero':
      return floor < 0n;
    case 'down':
      return false;
    case 'up':
      return true;
    default:
      return unreachable(mode);
  }
}

/** The number of [least, most] nearest to `value`. */
export function clamp(value: bigint, least: bigint, most: bigint): bigint {
  if (value < least) return least;
  return value > most ? most : value;
}

/** The modes of `Rounding`, and `stochastic`: away from zero with the probability of the fraction that is lost. */
export type CodeRounding = Rounding | 'stochastic';

export const codeRoundings: readonly CodeRounding[] = [...roundings, 'stochastic'];

/**
 * Whether a magnitude between two neighbours is replaced by the greater one.
 *
 * @param odd whether the lesser neighbour is an odd multiple of their distance
 * @param half the sign of what is lost minus half of their distance
 */
export function roundsAway(mode: Rounding, negative: boolean, odd: boolean, half: number): boolean {
  switch (mode) {
    case 'nearest_even':
      return half > 0 || (half === 0 && odd);
    case 'nearest_away':
      return half >= 0;
    case 'toward_zero':
      return false;
    case 'down':
      return negative;
    case 'up':
      return !negative;
    default:
      return unreachable(mode);
  }
}
