import { maximum, minimum, wrap } from '../base/index.js';
import { floorLog2, type Dyadic, type Exact } from './dyadic.js';
import { greatestCode, leastExponent, type Float } from './float.js';
import type { Fixed, NumberFormat } from './format.js';
import { roundsAway, type CodeRounding } from './rounding.js';

/** What becomes of numbers that a format does not have. */
export interface Conversion {
  /** Default `nearest_even`. */
  readonly rounding?: CodeRounding;
  /**
   * Beyond the ends: the last number there (`saturate`, the default, also for infinities), or as IEEE 754 and OCP
   * say (`ieee`): infinity; NaN where there is no infinity; the last number where there is neither.
   */
  readonly overflow?: 'saturate' | 'ieee';
  /** NaN into a format that has none: 0 (default of fixed point) or the greatest number (default of floating point). */
  readonly nan?: 'zero' | 'greatest';
  /** Leaves out the least number of signed fixed point, so that the range is symmetric. Default false. */
  readonly symmetric?: boolean;
}

/**
 * The code of the number nearest to `value` by the conversion's rules. The number is rounded as if the format had
 * no greatest number, and what then lies beyond it is an overflow.
 *
 * @param random 32 random bits r for stochastic rounding: a magnitude that lies the fraction f of the way to its
 *   greater neighbour is rounded to that iff f + r/2^32 ≥ 1
 */
export function encode(format: NumberFormat, value: Exact, conversion: Conversion = {}, random = 0): bigint {
  switch (value.kind) {
    case 'nan':
      return nanCode(format, value.negative, conversion);
    case 'infinity':
      return infinityCode(format, value.negative, conversion);
    case 'dyadic':
      return encodeRatio(format, value, one, conversion, random);
  }
}

const one: Dyadic = { kind: 'dyadic', negative: false, significand: 1n, exponent: 0 };

/** The code of a / b, rounded once. `b` must be positive. */
export function encodeRatio(
  format: NumberFormat,
  a: Dyadic,
  b: Dyadic,
  conversion: Conversion = {},
  random = 0,
): bigint {
  if (b.negative || b.significand === 0n) throw new Error('the divisor must be positive');
  if (a.significand === 0n) return zeroCode(format, a.negative, conversion);
  const ratio = { negative: a.negative, numerator: a.significand, denominator: b.significand };
  const shift = a.exponent - b.exponent;
  return format.kind === 'fixed'
    ? fixedCode(format, roundRatio(ratio, shift + format.fraction, conversion, random), ratio, conversion)
    : floatCode(format, ratio, shift, conversion, random);
}

interface Ratio {
  readonly negative: boolean;
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The magnitude of ratio · 2^shift as an integer. */
function roundRatio(ratio: Ratio, shift: number, conversion: Conversion, random: number): bigint {
  const numerator = shift > 0 ? ratio.numerator << BigInt(shift) : ratio.numerator;
  const denominator = shift < 0 ? ratio.denominator << BigInt(-shift) : ratio.denominator;
  const floor = numerator / denominator;
  const rest = numerator % denominator;
  if (rest === 0n) return floor;
  const { rounding = 'nearest_even' } = conversion;
  const half = 2n * rest - denominator;
  const away =
    rounding === 'stochastic'
      ? (rest << 32n) + BigInt(random) * denominator >= denominator << 32n
      : roundsAway(rounding, ratio.negative, (floor & 1n) === 1n, half > 0n ? 1 : half < 0n ? -1 : 0);
  return away ? floor + 1n : floor;
}

function fixedCode(
  { width, signed }: Fixed,
  magnitude: bigint,
  { negative }: Ratio,
  { symmetric = false }: Conversion,
): bigint {
  const most = maximum(width, signed);
  const least = symmetric && signed ? -most : minimum(width, signed);
  const value = negative ? -magnitude : magnitude;
  return wrap(value < least ? least : value > most ? most : value, width);
}

function floatCode(
  format: Float,
  ratio: Ratio,
  shift: number,
  conversion: Conversion,
  random: number,
): bigint {
  const { mantissa, lowest } = format;
  const least = leastExponent(format);
  const own = floorLog2(ratio.numerator, ratio.denominator) + shift;
  const exponent = Math.max(own, least);
  // Below the least normal number there is no other than zero where subnormals are flushed.
  const drop = own < least && lowest === 'flushed' ? 0 : mantissa;
  const significand =
    roundRatio(ratio, shift + drop - exponent, conversion, random) << BigInt(mantissa - drop);
  const hidden = 1n << BigInt(mantissa);
  // A significand that was rounded up to the next power of two carries into the exponent field by itself.
  const steps = BigInt(exponent - least) << BigInt(mantissa);
  if (lowest === 'normal') {
    const code = significand < hidden ? 0n : steps + significand - hidden;
    return finished(format, ratio.negative, code, true, conversion);
  }
  return finished(format, ratio.negative, steps + significand, significand > 0n, conversion);
}

/** A code without sign made one with, or what stands for an overflow. */
function finished(
  format: Float,
  negative: boolean,
  code: bigint,
  nonzero: boolean,
  conversion: Conversion,
): bigint {
  if (negative && !format.signed && nonzero) return overflowCode(format, true, conversion);
  if (code > greatestCode(format)) return overflowCode(format, negative, conversion);
  return negative ? withSign(format, code) : code;
}

/** What a finite number beyond the ends becomes; rounding towards zero goes no further than the last number. */
function overflowCode(format: Float, negative: boolean, conversion: Conversion): bigint {
  const { rounding } = conversion;
  const inward = rounding === 'toward_zero' || rounding === (negative ? 'up' : 'down');
  return inward ? lastCode(format, negative) : infinityCode(format, negative, conversion);
}

function infinityCode(format: NumberFormat, negative: boolean, conversion: Conversion): bigint {
  if (format.kind === 'fixed') {
    const magnitude = 1n << BigInt(format.width);
    return fixedCode(format, magnitude, { negative, numerator: 1n, denominator: 1n }, conversion);
  }
  const { specials, signed } = format;
  if (conversion.overflow !== 'ieee' || specials === 'finite') return lastCode(format, negative);
  if (specials === 'nan' || (negative && !signed)) return nanCode(format, negative, conversion);
  return withSign(format, greatestCode(format) + 1n, negative);
}

/** The greatest number, or the least: the negative of the greatest, or the one of code 0 where there are no negative ones. */
function lastCode(format: Float, negative: boolean): bigint {
  if (negative && !format.signed) return 0n;
  return withSign(format, greatestCode(format), negative);
}

function nanCode(format: NumberFormat, negative: boolean, conversion: Conversion): bigint {
  const nan = conversion.nan ?? (format.kind === 'fixed' ? 'zero' : 'greatest');
  if (format.kind === 'fixed') return nan === 'zero' ? 0n : maximum(format.width, format.signed);
  const { specials, mantissa } = format;
  if (specials === 'finite') return nan === 'zero' ? 0n : lastCode(format, false);
  const greatest = greatestCode(format);
  // The quiet NaN: the infinity's code with the top bit of the mantissa.
  const quiet = specials === 'nan' ? greatest + 1n : greatest + 1n + (1n << BigInt(mantissa - 1));
  return withSign(format, quiet, negative);
}

function zeroCode(format: NumberFormat, negative: boolean, conversion: Conversion): bigint {
  if (format.kind === 'fixed') return 0n;
  if (format.lowest !== 'normal') return withSign(format, 0n, negative);
  return conversion.overflow === 'ieee' ? nanCode(format, false, conversion) : 0n;
}

function withSign(format: Float, code: bigint, negative = true): bigint {
  return negative && format.signed ? code | (1n << BigInt(format.exponent + format.mantissa)) : code;
}
