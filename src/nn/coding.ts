import { codeArray, roundHalfEven, symmetricScale, type Codes } from './codes.js';

/** How integers stand for the numbers of a value: x ≈ (code − zero) · scale. */
export interface Coding {
  readonly bits: number;
  readonly signed: boolean;
  /** the code of the number 0 */
  readonly zero: number;
  readonly scale: number;
  /** without the least code if signed, without the greatest if not */
  readonly narrow?: boolean;
}

/** How the range of a value is laid onto its codes. */
export type CodingStyle = 'symmetric' | 'unsigned' | 'asymmetric';

/** The least and the greatest number of a value. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

export function leastCode({ bits, signed, narrow }: Coding): number {
  return signed ? (narrow ? 1 : 0) - 2 ** (bits - 1) : 0;
}

export function mostCode({ bits, signed, narrow }: Coding): number {
  return signed ? 2 ** (bits - 1) - 1 : 2 ** bits - (narrow ? 2 : 1);
}

/**
 * The coding of a range. `symmetric`: signed codes, zero is 0, the greatest magnitude is the greatest code. `asymmetric`
 * and `unsigned`: the range and 0 laid onto all signed or unsigned codes, zero where it is nearest; a range without
 * negative numbers has the zero at unsigned code 0.
 */
export function codingOf({ least, most }: Range, bits: number, style: CodingStyle): Coding {
  if (style === 'symmetric') {
    const scale = symmetricScale(Math.max(most, -least), bits);
    return { bits, signed: true, zero: 0, scale };
  }
  const signed = style === 'asymmetric';
  const first = signed ? -(2 ** (bits - 1)) : 0;
  const [low, high] = [Math.min(least, 0), Math.max(most, 0)];
  const scale = high > low ? (high - low) / (2 ** bits - 1) : 1;
  return { bits, signed, zero: first - roundHalfEven(low / scale), scale };
}

export function sameCoding(a: Coding, b: Coding): boolean {
  const same = a.bits === b.bits && a.signed === b.signed && a.narrow === b.narrow;
  return same && a.zero === b.zero && a.scale === b.scale;
}

/** Codes in a coding that is the same but for being moved by half its range, from signed to unsigned or back. */
export function recoded(codes: Codes, from: Coding, to: Coding): Codes {
  if (from.signed === to.signed) return codes;
  const moved = codeArray(to.bits, codes.length, to.signed);
  const step = to.zero - from.zero;
  for (let i = 0; i < moved.length; i++) moved[i] = codes[i]! + step;
  return moved;
}

/** Codes of numbers, saturate(roundHalfEven(x / scale) + zero) in doubles, and how many were saturated. */
export function encode(
  values: Float32Array,
  coding: Coding,
): { readonly codes: Codes; readonly saturated: number } {
  const codes = codeArray(coding.bits, values.length, coding.signed);
  const [least, most] = [leastCode(coding), mostCode(coding)];
  const { scale, zero } = coding;
  let saturated = 0;
  for (let i = 0; i < codes.length; i++) {
    const code = roundHalfEven(values[i]! / scale) + zero;
    if (code > most || code < least) saturated++;
    codes[i] = code > most ? most : code < least ? least : code;
  }
  return { codes, saturated };
}

/** (code − zero) · scale of each code, rounded to float32. */
export function decode(codes: Codes, { scale, zero }: Coding): Float32Array {
  const numbers = new Float32Array(codes.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = (codes[i]! - zero) * scale;
  return numbers;
}
