import { bitLength } from '../base/index.js';

/** A number of the form ± significand · 2^exponent. Zeros have a sign; one number has many such forms. */
export interface Dyadic {
  readonly kind: 'dyadic';
  readonly negative: boolean;
  /** At least 0. */
  readonly significand: bigint;
  readonly exponent: number;
}

/** What a code of any format, or a float64, stands for, exactly. */
export type Exact =
  | Dyadic
  | { readonly kind: 'infinity'; readonly negative: boolean }
  | { readonly kind: 'nan'; readonly negative: boolean };

/** significand · 2^exponent, the significand of any sign; zero is positive. */
export function dyadic(significand: bigint, exponent = 0): Dyadic {
  const negative = significand < 0n;
  return { kind: 'dyadic', negative, significand: negative ? -significand : significand, exponent };
}

const double = new DataView(new ArrayBuffer(8));

/** The number that a float64 stands for. */
export function exactOf(value: number): Exact {
  const negative = value < 0 || Object.is(value, -0);
  if (Number.isNaN(value)) return { kind: 'nan', negative };
  if (!Number.isFinite(value)) return { kind: 'infinity', negative };
  double.setFloat64(0, value);
  const word = double.getBigUint64(0);
  const field = Number((word >> 52n) & 0x7ffn);
  const fraction = word & 0xfffffffffffffn;
  const significand = field === 0 ? fraction : fraction + (1n << 52n);
  return { kind: 'dyadic', negative, significand, exponent: Math.max(field, 1) - 1075 };
}

/** a · b. */
export function product(a: Dyadic, b: Dyadic): Dyadic {
  return {
    kind: 'dyadic',
    negative: a.negative !== b.negative,
    significand: a.significand * b.significand,
    exponent: a.exponent + b.exponent,
  };
}

/** ⌊log2(numerator / denominator)⌋ of two positive integers. */
export function floorLog2(numerator: bigint, denominator: bigint): number {
  const guess = bitLength(numerator) - bitLength(denominator);
  const less =
    guess >= 0 ? numerator < denominator << BigInt(guess) : numerator << BigInt(-guess) < denominator;
  return less ? guess - 1 : guess;
}

/** Whether two are the same: NaNs of one sign are, zeros of two are not. */
export function sameExact(a: Exact, b: Exact): boolean {
  if (a.kind !== b.kind || a.negative !== b.negative) return false;
  if (a.kind !== 'dyadic' || b.kind !== 'dyadic') return true;
  const least = Math.min(a.exponent, b.exponent);
  return a.significand << BigInt(a.exponent - least) === b.significand << BigInt(b.exponent - least);
}
