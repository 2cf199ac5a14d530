import { roundHalfEven } from '../codes.js';

/** Two's complement of `bits` bits, 2 … 32, `fraction` of them behind the point (more than there are, or less than none). */
export interface FixedFormat {
  readonly bits: number;
  readonly fraction: number;
}

/** Numbers as integers of a format: a number is code / 2^fraction. */
export interface FixedCodes {
  readonly codes: Int32Array;
  readonly format: FixedFormat;
  /** how many numbers did not fit and were saturated */
  readonly saturated: number;
}

/** Widths that formats can have. */
export const fixedBits = { least: 2, most: 32 } as const;

export const leastFixed = ({ bits }: FixedFormat): number => -(2 ** (bits - 1));
export const mostFixed = ({ bits }: FixedFormat): number => 2 ** (bits - 1) - 1;

/** Bits behind the point are at most so many, also of numbers that are all next to nothing. */
const mostFraction = 62;

/** The format with the most bits behind the point in which numbers up to a magnitude do not saturate. */
export function formatFor(largest: number, bits: number): FixedFormat {
  if (!(largest > 0)) return { bits, fraction: bits - 1 };
  const fraction = Math.min(mostFraction, bits - 2 - Math.floor(Math.log2(largest)));
  const fits = roundHalfEven(largest * 2 ** fraction) <= 2 ** (bits - 1) - 1;
  return { bits, fraction: fits ? fraction : fraction - 1 };
}

/** saturate(round(x · 2^fraction)) of each number, to nearest even: exact, as scaling by powers of two is. */
export function toFixed(numbers: ArrayLike<number>, format: FixedFormat): FixedCodes {
  const codes = new Int32Array(numbers.length);
  const [least, most, scale] = [leastFixed(format), mostFixed(format), 2 ** format.fraction];
  let saturated = 0;
  for (let i = 0; i < codes.length; i++) {
    const code = roundHalfEven(numbers[i]! * scale);
    if (code < least || code > most) saturated++;
    codes[i] = code < least ? least : code > most ? most : code;
  }
  return { codes, format, saturated };
}

/** The numbers that codes stand for, exactly. */
export function fromFixed({ codes, format }: Pick<FixedCodes, 'codes' | 'format'>): Float64Array {
  const unit = 2 ** -format.fraction;
  return Float64Array.from(codes, (code) => code * unit);
}

/** The same numbers with fewer bits behind the point, rounded to nearest even, or with more, saturated. */
export function inFormat(value: Pick<FixedCodes, 'codes' | 'format'>, format: FixedFormat): FixedCodes {
  const { bits, fraction } = value.format;
  if (bits === format.bits && fraction === format.fraction)
    return { codes: value.codes, format, saturated: 0 };
  return toFixed(fromFixed(value), format);
}
