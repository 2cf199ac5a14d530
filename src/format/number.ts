/** The same conversions as in encode and decode, on float64 numbers and codes in number variables: for large arrays. */

import { encode, encodeRatio, type Conversion } from './encode.js';
import { decode, numberOf } from './decode.js';
import { dyadic, exactOf, product, type Dyadic } from './dyadic.js';
import { greatestCode, leastExponent, type Float } from './float.js';
import { formatWidth, type Fixed, type NumberFormat } from './format.js';
import { roundsAway } from './rounding.js';

/** The widest formats whose codes are handled as numbers. */
export const numberBits = 32;

/** Code from a float64, and the random word of stochastic rounding. */
export type NumberEncoder = (value: number, random?: number) => number;

/**
 * `encode` for numbers, some fifty times as fast and the same in every case, but for the sign of NaN, which
 * JavaScript hides: it is taken as positive.
 *
 * @param format of at most `numberBits` bits
 */
export function numberEncoder(format: NumberFormat, conversion: Conversion = {}): NumberEncoder {
  if (formatWidth(format) > numberBits) throw new Error(`more than ${numberBits} bits wide`);
  const finite =
    format.kind === 'fixed' ? fixedEncoder(format, conversion) : floatEncoder(format, conversion);
  const codeOf = (value: number): number => Number(encode(format, exactOf(value), conversion));
  const [nan, above, below] = [codeOf(NaN), codeOf(Infinity), codeOf(-Infinity)];
  const [zero, negativeZero] = [codeOf(0), codeOf(-0)];
  return (value, random = 0) => {
    if (value === 0) return Object.is(value, 0) ? zero : negativeZero;
    if (value - value === 0) return finite(value, random);
    return value > 0 ? above : value < 0 ? below : nan;
  };
}

function fixedEncoder({ width, signed, fraction }: Fixed, conversion: Conversion) {
  const round = magnitudeRounder(conversion);
  const unit = 2 ** fraction;
  const modulus = 2 ** width;
  const most = signed ? modulus / 2 - 1 : modulus - 1;
  const least = signed ? (conversion.symmetric ? -most : -modulus / 2) : 0;
  return (value: number, random: number): number => {
    const negative = value < 0;
    const magnitude = round(Math.abs(value) * unit, negative, random);
    const rounded = negative ? Math.max(-magnitude, least) : Math.min(magnitude, most);
    return rounded < 0 ? rounded + modulus : rounded + 0;
  };
}

function floatEncoder(format: Float, conversion: Conversion) {
  const { mantissa, signed, lowest } = format;
  const round = magnitudeRounder(conversion);
  const least = leastExponent(format);
  const hidden = 2 ** mantissa;
  const greatest = Number(greatestCode(format));
  const sign = signed ? 2 ** (formatWidth(format) - 1) : 0;
  const beyond = (negative: boolean): number =>
    Number(encode(format, dyadic(negative ? -1n : 1n, 2000), conversion));
  const [above, below] = [beyond(false), beyond(true)];
  return (value: number, random: number): number => {
    const negative = value < 0;
    const magnitude = Math.abs(value);
    const own = exponentOf(magnitude);
    const exponent = Math.max(own, least);
    const flushed = own < least && lowest === 'flushed';
    // Dividing by a power of two is exact; where the quotient underflows all the same, any tiny number will do.
    const scaled = magnitude / powers[exponent - (flushed ? 0 : mantissa) + 1074]! || Number.MIN_VALUE;
    const significand = round(scaled, negative, random) * (flushed ? hidden : 1);
    let code = (exponent - least) * hidden + significand;
    if (lowest === 'normal') code = Math.max(0, code - hidden);
    else if (significand === 0) return negative ? sign : 0;
    if (code > greatest || (negative && !signed)) return negative ? below : above;
    return negative ? code + sign : code;
  };
}

/** The powers of two from 2^−1074 on. */
const powers = Float64Array.from({ length: 2098 }, (_, i) => 2 ** (i - 1074));

const bits = new Float64Array(1);
const halves = new Uint32Array(bits.buffer);
const high = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/** ⌊log2⌋ of a positive finite number; −1023 for all subnormal ones. */
export function exponentOf(magnitude: number): number {
  bits[0] = magnitude;
  return (halves[high]! >>> 20) - 1023;
}

/** Rounds a magnitude to an integer. */
function magnitudeRounder({ rounding = 'nearest_even' }: Conversion) {
  return (magnitude: number, negative: boolean, random: number): number => {
    const floor = Math.floor(magnitude);
    const rest = magnitude - floor;
    // Infinities, which scaling can make, have a rest of NaN.
    if (!(rest > 0)) return floor;
    const away =
      rounding === 'stochastic'
        ? rest >= 1 - random / 2 ** 32
        : roundsAway(rounding, negative, floor % 2 === 1, rest - 0.5);
    return away ? floor + 1 : floor;
  };
}

/** Code of value · times / by, rounded once; `times` and `by` positive. */
export type RatioEncoder = (value: number, times: number, by: number, random?: number) => number;

/** `encodeRatio` for numbers. */
export function ratioEncoder(format: NumberFormat, conversion: Conversion = {}): RatioEncoder {
  const encoder = numberEncoder(format, conversion);
  return (value, times, by, random = 0) => {
    if (value === 0 || value - value !== 0) return encoder(value, random);
    const numerator = value * times;
    const quotient = numerator / by;
    if (isMiddling(numerator) && isMiddling(quotient)) {
      // The exact quotient lies between these two, and rounding is monotonic.
      const code = encoder(quotient * (1 - 2 ** -50), random);
      if (code === encoder(quotient * (1 + 2 ** -50), random)) return code;
    }
    const exact = product(exactOf(value) as Dyadic, exactOf(times) as Dyadic);
    return Number(encodeRatio(format, exact, exactOf(by) as Dyadic, conversion, random));
  };
}

/** Whether a number is so far from both ends of float64 that its relative error is that of one rounding. */
function isMiddling(value: number): boolean {
  const magnitude = Math.abs(value);
  return magnitude > 2 ** -900 && magnitude < 2 ** 900;
}

/** `decode` for numbers: the float64 that a code stands for. The format has at most `numberBits` bits. */
export function numberDecoder(format: NumberFormat): (code: number) => number {
  const width = formatWidth(format);
  if (width > numberBits) throw new Error(`more than ${numberBits} bits wide`);
  if (format.kind === 'float') return floatDecoder(format);
  const { signed, fraction } = format;
  const [limit, modulus, unit] = [2 ** (width - 1), 2 ** width, 2 ** fraction];
  return (code) => (signed && code >= limit ? code - modulus : code) / unit;
}

function floatDecoder(format: Float): (code: number) => number {
  const { exponent, mantissa, signed, lowest } = format;
  const hidden = 2 ** mantissa;
  const sign = 2 ** (exponent + mantissa);
  const greatest = Number(greatestCode(format));
  const least = leastExponent(format) - mantissa + 1074;
  return (code) => {
    const negative = signed && code >= sign;
    const rest = negative ? code - sign : code;
    if (rest > greatest) return numberOf(decode(format, BigInt(code)));
    const field = Math.floor(rest / hidden);
    const fraction = rest - field * hidden;
    const normal = field > 0 || lowest === 'normal';
    const significand = normal ? hidden + fraction : lowest === 'flushed' ? 0 : fraction;
    const steps = lowest === 'normal' ? field : Math.max(field - 1, 0);
    const value = significand * powers[least + steps]!;
    return negative ? -value : value;
  };
}
