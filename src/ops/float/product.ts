import { hintValue, scalar, type Context, type Scalar } from '../../builder/index.js';
import { uint } from '../../format/index.js';
import type { Decoded } from './decode.js';
import { gates } from './outputs.js';
import type { Term } from './sum.js';

/** The exact product of two words: (−1)^sign · significand · 2^(field + offset). */
export interface Product {
  readonly sign: Scalar;
  readonly zero: Scalar;
  readonly field: Scalar;
  readonly offset: number;
  /** As wide as both factors' together. */
  readonly significand: Scalar;
  /** The most zeros above the leading one where at least one factor is normal. */
  readonly leadingZeros: number;
  /** The most where none need be. */
  readonly mostLeadingZeros: number;
  readonly leastField: number;
  readonly infinite: Scalar;
  /** Infinity times zero. */
  readonly invalid: Scalar;
}

/** Multiplies two words that were taken apart. */
export function productOf(context: Context, a: Decoded, b: Decoded): Product {
  const { draft } = context;
  const { and, or, xor } = gates(context);
  const width = Math.max(a.format.exponent, b.format.exponent) + 1;
  const field = draft.binary(
    'add',
    draft.extend(a.field.id, width, false),
    draft.extend(b.field.id, width, false),
  );
  const significand = draft.mul(a.significand.id, b.significand.id, false);
  const product = scalar(uint(draft.widthOf(significand)), significand);
  hintValue(draft, product, 'product');
  const [za, zb] = [a, b].map(({ format }) => (format.lowest === 'subnormal' ? format.mantissa : 0));
  const leastField = [a, b].filter(({ format }) => format.lowest !== 'normal').length;
  return {
    sign: xor(a.sign, b.sign),
    zero: or(a.zero, b.zero),
    field: scalar(uint(width), field),
    offset: a.offset + b.offset,
    significand: product,
    leadingZeros: 1 + Math.max(za!, zb!),
    mostLeadingZeros: 1 + za! + zb!,
    leastField,
    infinite: or(a.infinite, b.infinite),
    invalid: or(and(a.infinite, b.zero), and(a.zero, b.infinite)),
  };
}

/** A product as a number to be added. */
export function termOfProduct(product: Product): Term {
  const { type } = product.significand;
  const width = type.kind === 'fixed' ? type.width : 1;
  return {
    sign: product.sign,
    zero: product.zero,
    field: product.field,
    top: product.offset + width - 1,
    leastField: product.leastField,
    significand: product.significand,
    leadingZeros: product.leadingZeros,
    leastLeadingZeros: product.mostLeadingZeros,
  };
}
