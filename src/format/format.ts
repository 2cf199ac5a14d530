import { unreachable } from '../base/index.js';
import { floatName, floatWidth, type Float } from './float.js';

/** Numbers with a fixed number of fraction bits: value = word · 2^−fraction, the word signed or not. */
export interface Fixed {
  readonly kind: 'fixed';
  readonly signed: boolean;
  /** All bits, sign and fraction included; at least 1. */
  readonly width: number;
  /** Bits after the point, 0 for integers; at most `width`. */
  readonly fraction: number;
}

/** One bit that is true or false. */
export interface Bool {
  readonly kind: 'bool';
}

/** Bits that are no number. */
export interface Bits {
  readonly kind: 'bits';
  readonly width: number;
}

/** What words that stand for numbers can be. */
export type NumberFormat = Fixed | Float;

/** What the bits of a word stand for. */
export type Format = NumberFormat | Bool | Bits;

/** Two's complement integers of `width` bits. */
export function int(width: number): Fixed {
  return { kind: 'fixed', signed: true, width, fraction: 0 };
}

/** Unsigned integers of `width` bits. */
export function uint(width: number): Fixed {
  return { kind: 'fixed', signed: false, width, fraction: 0 };
}

/** Signed fixed point: `integer` bits before the point, the sign among them, and `fraction` bits after it. */
export function fixed(integer: number, fraction: number): Fixed {
  return { kind: 'fixed', signed: true, width: integer + fraction, fraction };
}

/** Unsigned fixed point: `integer` bits before the point and `fraction` bits after it. */
export function ufixed(integer: number, fraction: number): Fixed {
  return { kind: 'fixed', signed: false, width: integer + fraction, fraction };
}

export const bool: Bool = { kind: 'bool' };

/** `width` bits that are no number. */
export function bits(width: number): Bits {
  return { kind: 'bits', width };
}

/** How many bits a word of the format has. */
export function formatWidth(format: Format): number {
  if (format.kind === 'float') return floatWidth(format);
  return format.kind === 'bool' ? 1 : format.width;
}

/** Whether words of the format are two's complement numbers. */
export function isSigned(format: Format): boolean {
  return format.kind === 'fixed' && format.signed;
}

/** The format's name as it is written in a design: `int(8)`, `ufixed(4, 12)`, `fp8_e4m3`, `bool`. */
export function formatName(format: Format): string {
  switch (format.kind) {
    case 'bool':
      return 'bool';
    case 'bits':
      return `bits(${format.width})`;
    case 'float':
      return floatName(format);
    case 'fixed': {
      const sign = format.signed ? '' : 'u';
      if (format.fraction === 0) return `${sign}int(${format.width})`;
      return `${sign}fixed(${format.width - format.fraction}, ${format.fraction})`;
    }
    default:
      return unreachable(format);
  }
}

export function sameFormat(a: Format, b: Format): boolean {
  return formatName(a) === formatName(b);
}

/** The narrowest fixed-point format that holds every number of both; their own where one holds the other. */
export function join(a: Fixed, b: Fixed): Fixed {
  const signed = a.signed || b.signed;
  const integer = Math.max(integerBits(a, signed), integerBits(b, signed));
  const fraction = Math.max(a.fraction, b.fraction);
  return { kind: 'fixed', signed, width: integer + fraction, fraction };
}

/** Whether every number of `inner` is one of `outer`. */
export function holds(outer: Fixed, inner: Fixed): boolean {
  return (
    (outer.signed || !inner.signed) &&
    outer.fraction >= inner.fraction &&
    outer.width - outer.fraction >= integerBits(inner, outer.signed)
  );
}

/** Bits before the point, and one more for the sign that an unsigned format needs among signed ones. */
function integerBits(format: Fixed, signed: boolean): number {
  return format.width - format.fraction + (signed && !format.signed ? 1 : 0);
}
