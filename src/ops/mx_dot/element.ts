import { bitLength, maximum, minimum } from '../../base/index.js';
import { scalar, type Context, type Scalar, type Value } from '../../builder/index.js';
import {
  decode,
  greatestCode,
  int,
  leastExponent,
  uint,
  type Fixed,
  type Float,
  type NumberFormat,
} from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';
import { decodeFloat } from '../float/index.js';

/** What the numbers of an element format are: integers in units of 2^unit, the ends of them, how far they shift. */
export interface ElementRange {
  readonly unit: number;
  readonly least: bigint;
  readonly most: bigint;
  /** The greatest shift of a significand. */
  readonly shift: number;
}

/** The numbers of a format as integers: exact, since every one is a multiple of the least. */
export function elementRange(format: NumberFormat): ElementRange {
  if (format.kind === 'fixed') {
    const { width, signed, fraction } = format;
    return { unit: -fraction, least: minimum(width, signed), most: maximum(width, signed), shift: 0 };
  }
  const unit = leastExponent(format) - format.mantissa;
  const greatest = decode(format, greatestCode(format));
  if (greatest.kind !== 'dyadic') throw new Error('the greatest number is finite');
  const most = greatest.significand << BigInt(greatest.exponent - unit);
  return { unit, least: format.signed ? -most : 0n, most, shift: greatest.exponent - unit };
}

/** An element as ± significand · 2^shift in the unit of its format, and what it is where it is no number. */
export interface Element {
  /** `uint`; of fixed point with a sign, two's complement: `int`. */
  readonly significand: Scalar;
  /** A sign of its own, beside the significand; undefined where there is none. */
  readonly sign: Id | undefined;
  /** A word without sign; undefined where nothing shifts. */
  readonly shift: Id | undefined;
  readonly negative: Id;
  readonly zero: Id;
  /** Undefined where the format has none. */
  readonly infinite: Id | undefined;
  readonly nan: Id | undefined;
}

/** Takes an element apart; its words are called `name` and what they are. */
export function elementOf(context: Context, value: Value, name: string): Element {
  if (value.kind !== 'scalar') throw new Error('an element is one word');
  const { type, id } = value;
  if (type.kind === 'fixed') return fixedElement(context.draft, type, id);
  if (type.kind !== 'float') throw new Error('an element is a number');
  const element = floatElement(context, type, value);
  context.draft.hint(element.significand.id, `${name}_significand`);
  if (element.shift !== undefined) context.draft.hint(element.shift, `${name}_shift`);
  return element;
}

function fixedElement(draft: Draft, { width, signed }: Fixed, id: Id): Element {
  return {
    significand: scalar(signed ? int(width) : uint(width), id),
    sign: undefined,
    shift: undefined,
    negative: signed ? draft.slice(id, width - 1, 1) : draft.constant(0n, 1),
    zero: draft.not(draft.reduce('or', id)),
    infinite: undefined,
    nan: undefined,
  };
}

function floatElement(context: Context, format: Float, value: Scalar): Element {
  const { significand, sign, field, zero, infinite, nan } = decodeFloat(context, value);
  return {
    significand,
    sign: format.signed ? sign.id : undefined,
    shift: shiftOf(context.draft, format, field.id),
    negative: sign.id,
    zero: zero.id,
    infinite: format.specials === 'ieee' ? infinite.id : undefined,
    nan: format.specials === 'finite' ? undefined : nan.id,
  };
}

/** How far the significand is above the least exponent: the field counted from the least that stands for numbers. */
function shiftOf(draft: Draft, format: Float, field: Id): Id | undefined {
  const { shift } = elementRange(format);
  if (shift === 0) return undefined;
  const first = format.lowest === 'normal' ? 0n : 1n;
  const steps = draft.binary('sub', field, draft.constant(first, format.exponent));
  // The fields of infinity and NaN may need more bits; what comes of those is not used.
  const bits = Math.min(format.exponent, bitLength(BigInt(shift)));
  return draft.slice(steps, 0, bits);
}
