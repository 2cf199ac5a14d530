import { maximum, minimum, wrap } from '../base/index.js';
import { decode, numberOf } from './decode.js';
import { greatestCode, leastExponent } from './float.js';
import type { NumberFormat } from './format.js';

/** The greatest finite number of a format, as the nearest float64. */
export function greatestNumber(format: NumberFormat): number {
  const code = format.kind === 'fixed' ? maximum(format.width, format.signed) : greatestCode(format);
  return numberOf(decode(format, code));
}

/** The least finite number of a format, as the nearest float64. */
export function leastNumber(format: NumberFormat): number {
  if (format.kind === 'fixed')
    return numberOf(decode(format, wrap(minimum(format.width, format.signed), format.width)));
  return format.signed ? -greatestNumber(format) : numberOf(decode(format, 0n));
}

/** The least positive number of a format, as the nearest float64. */
export function leastPositive(format: NumberFormat): number {
  if (format.kind === 'fixed') return 2 ** -format.fraction;
  const least = leastExponent(format);
  return 2 ** (format.lowest === 'subnormal' ? least - format.mantissa : least);
}

/** The least positive number of full precision; undefined for fixed point. */
export function leastNormal(format: NumberFormat): number | undefined {
  return format.kind === 'fixed' ? undefined : 2 ** leastExponent(format);
}
