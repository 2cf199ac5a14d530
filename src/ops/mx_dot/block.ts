import { bitLength, signedWidth } from '../../base/index.js';
import { mul, scalar, sum, wrap, type Context, type Scalar, type Value } from '../../builder/index.js';
import { int, isSigned, uint, type Float, type NumberFormat } from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';
import { decodeFloat, type Decoded } from '../float/index.js';
import { combined, nanOf, specialOf, type BlockSpecial } from './special.js';
import { elementOf, elementRange, type Element } from './element.js';

/** A block's inner product, scales included: significand · 2^(exponent + offset), or no number. */
export interface Term extends BlockSpecial {
  /** `int`, two's complement, exact. */
  readonly significand: Scalar;
  /** The sum of the scales' exponent fields, an unsigned integer. */
  readonly exponent: Scalar;
  readonly offset: number;
}

export interface BlockFormats {
  readonly a: NumberFormat;
  readonly b: NumberFormat;
  readonly aScale: Float;
  readonly bScale: Float;
}

/** The exact inner product of a block, its sum in fixed point, times both scales. */
export function blockTerm(
  context: Context,
  formats: BlockFormats,
  [a, b]: readonly [readonly Value[], readonly Value[]],
  [aScale, bScale]: readonly [Value, Value],
  name: string,
): Term {
  const { draft } = context;
  const lanes = a.map(
    (value, k) =>
      [elementOf(context, value, `${name}_a_${k}`), elementOf(context, b[k]!, `${name}_b_${k}`)] as const,
  );
  const products = lanes.map(([x, y], k) => productOf(context, formats, x, y, `${name}_product_${k}`));
  const total = sumOf(context, formats, products);
  draft.hint(total.id, `${name}_sum`);
  const [x, y] = [decodeFloat(context, aScale), decodeFloat(context, bScale)];
  const significand = scaledBy(draft, scaledBy(draft, total, x), y);
  const units = elementRange(formats.a).unit + elementRange(formats.b).unit;
  const zeroScale = draft.binary('or', x.zero.id, y.zero.id);
  const own = lanes.map(([left, right]) => specialOf(draft, left, right));
  const special = combined(draft, own, [x, y].map(nanOf), zeroScale);
  return {
    significand,
    exponent: fieldSum(draft, x.field, y.field),
    offset: x.offset + y.offset + units,
    ...special,
  };
}

/** A product: the first of two terms, or all of it where there is no second. */
interface Product {
  readonly first: Scalar;
  readonly second: Scalar | undefined;
}

/**
 * One product in units of both formats: that of the significands, shifted by both shifts together. A negative one is
 * inverted, and its sign is the second term, the one that makes the complement: the sum of all signs is a small adder.
 */
function productOf(context: Context, formats: BlockFormats, x: Element, y: Element, name: string): Product {
  const { draft } = context;
  const width = signedWidth(greatestProduct(formats));
  const factors = mul(context, x.significand, y.significand) as Scalar;
  const wide = Math.max(width, draft.widthOf(factors.id));
  const long = draft.extend(factors.id, wide, isSigned(factors.type));
  const shift = addShifts(draft, x.shift, y.shift);
  const moved = shift === undefined ? long : draft.shift('left', long, shift, false);
  const positive = draft.slice(moved, 0, width);
  const negative =
    x.sign === undefined || y.sign === undefined ? (x.sign ?? y.sign) : draft.binary('xor', x.sign, y.sign);
  const product =
    negative === undefined ? positive : draft.binary('xor', positive, draft.extend(negative, width, true));
  draft.hint(product, name);
  return {
    first: scalar(int(width), product),
    second: negative === undefined ? undefined : scalar(uint(1), negative),
  };
}

function addShifts(draft: Draft, a: Id | undefined, b: Id | undefined): Id | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const width = Math.max(draft.widthOf(a), draft.widthOf(b)) + 1;
  return draft.binary('add', draft.extend(a, width, false), draft.extend(b, width, false));
}

/** The greatest magnitude of a product of two elements. */
function greatestProduct({ a, b }: BlockFormats): bigint {
  const [x, y] = [elementRange(a), elementRange(b)];
  const most = (range: { least: bigint; most: bigint }): bigint =>
    -range.least > range.most ? -range.least : range.most;
  return most(x) * most(y);
}

/** The exact sum, no wider than its greatest magnitude. */
function sumOf(context: Context, formats: BlockFormats, products: readonly Product[]): Scalar {
  const width = 1 + bitLength(greatestProduct(formats) * BigInt(products.length));
  const signs = products.flatMap(({ second }) => (second === undefined ? [] : [second]));
  const terms = [...products.map(({ first }) => first), ...signs];
  return wrap(context, sum(context, terms), int(width)) as Scalar;
}

function scaledBy(draft: Draft, number: Scalar, { format, significand }: Decoded): Scalar {
  // Every significand is 1.
  if (format.mantissa === 0 && format.lowest === 'normal') return number;
  const [width, bits] = [draft.widthOf(number.id), draft.widthOf(significand.id)];
  const product = draft.mul(number.id, draft.extend(significand.id, bits + 1, false), true);
  return scalar(int(width + bits), draft.slice(product, 0, width + bits));
}

function fieldSum(draft: Draft, a: Scalar, b: Scalar): Scalar {
  const width = Math.max(draft.widthOf(a.id), draft.widthOf(b.id)) + 1;
  const total = draft.binary('add', draft.extend(a.id, width, false), draft.extend(b.id, width, false));
  return scalar(uint(width), total);
}

/** The magnitude of a two's complement word, in as many bits. */
export function absolute(draft: Draft, id: Id, negative: Id): Id {
  return draft.mux(negative, draft.binary('sub', draft.constant(0n, draft.widthOf(id)), id), id);
}
