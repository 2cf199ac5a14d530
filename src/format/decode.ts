import { ones, read } from '../base/index.js';
import { encode } from './encode.js';
import type { Exact } from './dyadic.js';
import { floats, leastExponent, type Float } from './float.js';
import type { NumberFormat } from './format.js';

/** What a word of the format stands for, exactly. `word` has at most the format's width. */
export function decode(format: NumberFormat, word: bigint): Exact {
  if (format.kind === 'float') return decodeFloat(format, word);
  const value = read(word, format.width, format.signed);
  const negative = value < 0n;
  return { kind: 'dyadic', negative, significand: negative ? -value : value, exponent: -format.fraction };
}

function decodeFloat(format: Float, word: bigint): Exact {
  const { exponent, mantissa, specials, lowest, signed } = format;
  const negative = signed && ((word >> BigInt(exponent + mantissa)) & 1n) === 1n;
  const fraction = word & ones(mantissa);
  const field = (word >> BigInt(mantissa)) & ones(exponent);
  const full = field === ones(exponent);
  if (specials === 'ieee' && full) return { kind: fraction === 0n ? 'infinity' : 'nan', negative };
  if (specials === 'nan' && full && fraction === ones(mantissa)) return { kind: 'nan', negative };
  const least = leastExponent(format) - mantissa;
  const hidden = 1n << BigInt(mantissa);
  if (lowest === 'normal')
    return { kind: 'dyadic', negative, significand: hidden + fraction, exponent: least + Number(field) };
  if (field === 0n) {
    const significand = lowest === 'subnormal' ? fraction : 0n;
    return { kind: 'dyadic', negative, significand, exponent: least };
  }
  return { kind: 'dyadic', negative, significand: hidden + fraction, exponent: least + Number(field) - 1 };
}

const double = new DataView(new ArrayBuffer(8));

/** The float64 nearest to a number, ties to even; infinity beyond the greatest. */
export function numberOf(value: Exact): number {
  const word = encode(floats['fp64']!, value, { overflow: 'ieee' });
  double.setBigUint64(0, word);
  return double.getFloat64(0);
}
