import { wrap } from '../../base/index.js';
import {
  clamp,
  decode,
  dyadic,
  encode,
  floorLog2,
  product,
  type Dyadic,
  type Exact,
  type Fixed,
  type Float,
  type NumberFormat,
  type Rounding,
} from '../../format/index.js';

export interface MxShape {
  readonly a: NumberFormat;
  readonly b: NumberFormat;
  readonly aScale: Float;
  readonly bScale: Float;
  readonly block: number;
  readonly to: Float | Fixed;
  readonly mode: Rounding;
}

type Inputs = readonly (readonly bigint[])[];

/** The outputs by the definition at the operator, on exact numbers with infinities and NaN. */
export function mxReference(shape: MxShape) {
  return (inputs: Inputs): bigint[][] => {
    const terms = termsOf(shape, inputs);
    const { to, mode } = shape;
    return to.kind === 'float' ? [[floatTotal(terms, to, mode)]] : fixedTotal(terms, to, mode);
  };
}

/** Σ aₖ·bₖ of every block, times both scales. */
function termsOf({ a, b, aScale, bScale, block }: MxShape, inputs: Inputs): Exact[] {
  const [left, right, leftScales, rightScales] = inputs as [bigint[], bigint[], bigint[], bigint[]];
  return leftScales.map((word, k) => {
    const from = k * block;
    const products = Array.from({ length: block }, (_, i) =>
      times(decode(a, left[from + i]!), decode(b, right[from + i]!)),
    );
    const scale = times(decode(aScale, word), decode(bScale, rightScales[k]!));
    return times(products.reduce(plus), scale);
  });
}

const nan: Exact = { kind: 'nan', negative: false };

function times(x: Exact, y: Exact): Exact {
  if (x.kind === 'nan' || y.kind === 'nan') return nan;
  if (x.kind === 'dyadic' && y.kind === 'dyadic') return product(x, y);
  if (isZero(x) || isZero(y)) return nan;
  return { kind: 'infinity', negative: x.negative !== y.negative };
}

function plus(x: Exact, y: Exact): Exact {
  if (x.kind === 'nan' || y.kind === 'nan') return nan;
  if (x.kind === 'infinity') return y.kind === 'infinity' && y.negative !== x.negative ? nan : x;
  if (y.kind === 'infinity') return y;
  const exponent = Math.min(x.exponent, y.exponent);
  return dyadic(integer(x, exponent) + integer(y, exponent), exponent);
}

function isZero(x: Exact): boolean {
  return x.kind === 'dyadic' && x.significand === 0n;
}

/** A number in units of 2^exponent, of which it is a multiple. */
function integer({ negative, significand, exponent: own }: Dyadic, exponent: number): bigint {
  const magnitude = significand << BigInt(own - exponent);
  return negative ? -magnitude : magnitude;
}

/** Rounded after every term; a sum of exactly zero is positive. */
function floatTotal(terms: readonly Exact[], to: Float, rounding: Rounding): bigint {
  const rounded = (sum: Exact): bigint => encode(to, sum, { rounding, overflow: 'ieee' });
  return terms.reduce((word, term) => rounded(plus(decode(to, word), term)), rounded(dyadic(0n)));
}

/** Total, whether a term was no number, and whether a term or the sum was cut to an end of the window. */
function fixedTotal(terms: readonly Exact[], { width, fraction }: Fixed, rounding: Rounding): bigint[][] {
  if (terms.some(({ kind }) => kind !== 'dyadic')) return [[0n], [1n], [0n]];
  const [least, most] = [-(2n ** BigInt(width - 1)), 2n ** BigInt(width - 1) - 1n];
  const units = (terms as Dyadic[]).map((term) => toUnits(term, fraction, width, rounding));
  const kept = units.map((n) => clamp(n, least, most));
  const sum = kept.reduce((x, y) => x + y, 0n);
  const total = clamp(sum, least, most);
  const overflow = total !== sum || kept.some((n, k) => n !== units[k]);
  return [[wrap(total, width)], [0n], [overflow ? 1n : 0n]];
}

/** A number in units of 2^−fraction, rounded to an integer; anything as far beyond `width` bits where it is beyond. */
function toUnits(x: Dyadic, fraction: number, width: number, rounding: Rounding): bigint {
  if (x.significand === 0n) return 0n;
  const top = floorLog2(x.significand, 1n) + x.exponent + fraction;
  if (top > width) return x.negative ? -(2n ** BigInt(width + 1)) : 2n ** BigInt(width + 1);
  const wide: Fixed = { kind: 'fixed', signed: true, width: width + 3, fraction };
  return BigInt.asIntN(width + 3, encode(wide, x, { rounding }));
}
