import { maximum, minimum, read, unreachable, wrap } from '../../base/index.js';
import type { Fixed, Rounding } from '../../format/index.js';

/** ⌊(x + bias) · multiplier / 2^shift⌉ by the rounding mode, then the nearest number that `to` has. */
export function requantiseReference(
  x: Fixed,
  bias: Fixed,
  multiplier: Fixed,
  shift: number,
  to: Fixed,
  mode: Rounding,
) {
  return (inputs: readonly (readonly bigint[])[]): bigint[][] => {
    const words = inputs.map((port) => port[0]!);
    const [a, b, m] = [x, bias, multiplier].map((format, i) => read(words[i]!, format.width, format.signed));
    const quotient = divideRounded((a! + b!) * m!, 1n << BigInt(shift), mode);
    const [least, most] = [minimum(to.width, to.signed), maximum(to.width, to.signed)];
    const kept = quotient < least ? least : quotient > most ? most : quotient;
    return [[wrap(kept, to.width)]];
  };
}

/** numerator / denominator, rounded; by division with remainder, as in the definitions of the modes. */
function divideRounded(numerator: bigint, denominator: bigint, mode: Rounding): bigint {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const sign = numerator < 0n ? -1n : 1n;
  const whole = magnitude / denominator;
  const rest = magnitude % denominator;
  if (rest === 0n) return sign * whole;
  const away = sign * (whole + 1n);
  const toward = sign * whole;
  switch (mode) {
    case 'toward_zero':
      return toward;
    case 'down':
      return sign < 0n ? away : toward;
    case 'up':
      return sign < 0n ? toward : away;
    case 'nearest_away':
      return 2n * rest >= denominator ? away : toward;
    case 'nearest_even':
      if (2n * rest === denominator) return whole % 2n === 0n ? toward : away;
      return 2n * rest > denominator ? away : toward;
    default:
      return unreachable(mode);
  }
}
