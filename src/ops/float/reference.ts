import type { Arguments } from '../../builder/index.js';
import {
  decode,
  encode,
  floorLog2,
  greatestCode,
  leastExponent,
  roundShift,
  sameExact,
  type Conversion,
  type Dyadic,
  type Exact,
  type Float,
  type NumberFormat,
} from '../../format/index.js';
import type { Words } from '../operator.js';
import { floatOf, rulesOf } from './parameters.js';

/** The exception flags, the bits of one word as in RISC-V's `fflags`. */
export const flagBits = { inexact: 1n, underflow: 2n, overflow: 4n, divideByZero: 8n, invalid: 16n } as const;

/** A word, and the flags that its rounding raises. */
export interface Outcome {
  readonly word: bigint;
  readonly flags: bigint;
}

/** The exact result of an operation as a word of a format, by the definitions of conversion and of the flags. */
export function outcomeOf(to: Float, exact: Exact, rules: Conversion, random: number): Outcome {
  const word = encode(to, exact, rules, random);
  return { word, flags: raised(to, exact, decode(to, word), rules, random) };
}

function raised(to: Float, exact: Exact, found: Exact, rules: Conversion, random: number): bigint {
  const { invalid, overflow, underflow, inexact } = flagBits;
  if (exact.kind === 'nan') return found.kind === 'nan' ? 0n : invalid;
  if (exact.kind === 'infinity') {
    if (found.kind === 'infinity') return 0n;
    return found.kind === 'nan' ? invalid : overflow | inexact;
  }
  if (exact.significand === 0n) {
    if (found.kind === 'nan') return invalid;
    return isZero(found) ? 0n : underflow | inexact;
  }
  if (isBeyond(to, exact, rules, random)) return overflow | inexact;
  if (sameExact(unsignedZero(exact), unsignedZero(found))) return 0n;
  return isTiny(to, exact, rules, random) ? underflow | inexact : inexact;
}

function isZero(value: Exact): boolean {
  return value.kind === 'dyadic' && value.significand === 0n;
}

function unsignedZero(value: Exact): Exact {
  return isZero(value) ? { kind: 'dyadic', negative: false, significand: 0n, exponent: 0 } : value;
}

/** Whether a number, rounded as if the format had no greatest one, lies beyond the greatest; or below zero without a sign. */
function isBeyond(to: Float, exact: Dyadic, rules: Conversion, random: number): boolean {
  const least = leastExponent(to);
  const own = floorLog2(exact.significand, 1n) + exact.exponent;
  const last = own < least ? least - (to.lowest === 'flushed' ? 0 : to.mantissa) : own - to.mantissa;
  const magnitude = roundedAt(exact, last, rules, random);
  if (exact.negative && !to.signed) return to.lowest === 'normal' || magnitude > 0n;
  const greatest = decode(to, greatestCode(to)) as Dyadic;
  return compare(magnitude, last, greatest.significand, greatest.exponent) > 0;
}

/** Whether a number stays below the least normal one when rounded to the format's precision with exponents of no end. */
function isTiny(to: Float, exact: Dyadic, rules: Conversion, random: number): boolean {
  const last = floorLog2(exact.significand, 1n) + exact.exponent - to.mantissa;
  return compare(roundedAt(exact, last, rules, random), last, 1n, leastExponent(to)) < 0;
}

/** The magnitude in units of 2^last. */
export function roundedAt(exact: Dyadic, last: number, rules: Conversion, random: number): bigint {
  const { rounding = 'nearest_even' } = rules;
  const drop = last - exact.exponent;
  if (drop <= 0) return exact.significand << BigInt(-drop);
  if (rounding === 'stochastic') {
    const whole = exact.significand >> BigInt(drop);
    const rest = exact.significand - (whole << BigInt(drop));
    return ((rest << 32n) + (BigInt(random) << BigInt(drop))) >> BigInt(drop + 32) > 0n ? whole + 1n : whole;
  }
  const rounded = roundShift(exact.negative ? -exact.significand : exact.significand, drop, rounding);
  return rounded < 0n ? -rounded : rounded;
}

/** The sign of x · 2^i − y · 2^j. */
function compare(x: bigint, i: number, y: bigint, j: number): number {
  const least = Math.min(i, j);
  const difference = (x << BigInt(i - least)) - (y << BigInt(j - least));
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}

/** An exact result, or NaN as the outcome of an invalid operation. */
export interface Evaluated {
  readonly exact: Exact;
  readonly invalid: boolean;
}

const nan: Exact = { kind: 'nan', negative: false };

/** a + b. An exact zero from numbers of two signs is positive, and negative when rounding down. */
export function exactSum(a: Exact, b: Exact, rules: Conversion): Evaluated {
  if (a.kind === 'nan' || b.kind === 'nan') return { exact: nan, invalid: false };
  if (a.kind === 'infinity' || b.kind === 'infinity') {
    const opposite = a.kind === b.kind && a.negative !== b.negative;
    if (opposite) return { exact: nan, invalid: true };
    return { exact: a.kind === 'infinity' ? a : b, invalid: false };
  }
  const exponent = Math.min(a.exponent, b.exponent);
  const sum = aligned(a, exponent) + aligned(b, exponent);
  const zeroSign = a.negative === b.negative ? a.negative : rules.rounding === 'down';
  const negative = sum === 0n ? zeroSign : sum < 0n;
  return {
    exact: { kind: 'dyadic', negative, significand: sum < 0n ? -sum : sum, exponent },
    invalid: false,
  };
}

function aligned(value: Dyadic, exponent: number): bigint {
  const significand = value.significand << BigInt(value.exponent - exponent);
  return value.negative ? -significand : significand;
}

/** a · b. */
export function exactProduct(a: Exact, b: Exact): Evaluated {
  if (a.kind === 'nan' || b.kind === 'nan') return { exact: nan, invalid: false };
  const negative = a.negative !== b.negative;
  if (a.kind === 'infinity' || b.kind === 'infinity') {
    if (isZero(a) || isZero(b)) return { exact: nan, invalid: true };
    return { exact: { kind: 'infinity', negative }, invalid: false };
  }
  return {
    exact: {
      kind: 'dyadic',
      negative,
      significand: a.significand * b.significand,
      exponent: a.exponent + b.exponent,
    },
    invalid: false,
  };
}

export function opposite(value: Exact): Exact {
  return { ...value, negative: !value.negative };
}

/** Whether a word is a NaN that makes every operation invalid: IEEE's NaNs with a mantissa whose top bit is 0. */
export function isSignalling(format: NumberFormat, word: bigint): boolean {
  if (format.kind !== 'float' || format.specials !== 'ieee') return false;
  const quiet = (word >> BigInt(format.mantissa - 1)) & 1n;
  return decode(format, word).kind === 'nan' && quiet === 0n;
}

/** The output ports' words for an exact result: the word, and the flags where they are asked for. */
export function roundedWords(p: Arguments, evaluated: Evaluated, random: Words | undefined): Words[] {
  const { word, flags } = outcomeOf(floatOf(p, 'to'), evaluated.exact, rulesOf(p), Number(random?.[0] ?? 0n));
  const all = evaluated.invalid ? flags | flagBits.invalid : flags;
  return p['flags'] === true ? [[word], [all]] : [[word]];
}
