import { codeArray, roundHalfEven, saturate, type Codes } from './codes.js';

/**
 * From the accumulators of a layer to the codes of the next, in integers. With the constants of column c:
 *
 *   y = saturate(roundHalfEven((acc + bias[c]) · multiplier[c] / 2^shift), bits), then max(0, y) if `relu`
 *
 * The sum and the product are exact; rounding sees all dropped bits.
 */
export interface Requantisation {
  /** signed, 32 bits */
  readonly bias: Int32Array;
  /** unsigned, `multiplierBits` bits */
  readonly multiplier: Uint32Array;
  readonly multiplierBits: number;
  /** of the whole layer, so that hardware needs no shifter: 0 … 63 */
  readonly shift: number;
  /** signed width of the result */
  readonly bits: number;
  readonly relu: boolean;
}

/** The codes of rows × columns accumulators, and how many of them did not fit and were saturated. */
export interface Requantised {
  readonly codes: Codes;
  readonly saturated: number;
}

/** Requantises accumulators, rows × columns in row-major order. */
export function requantise(
  accumulators: Int32Array | Float64Array,
  rows: number,
  columns: number,
  by: Requantisation,
): Requantised {
  const codes = codeArray(by.bits, rows * columns);
  let saturated = 0;
  for (let i = 0; i < codes.length; i++) {
    const column = i % columns;
    const sum = accumulators[i]! + by.bias[column]!;
    const rounded = scaled(sum, by.multiplier[column]!, by.shift);
    const code = saturate(rounded, by.bits);
    // A negative number that ReLU clears anyway has lost nothing by saturation.
    if (code !== rounded && (rounded > 0 || !by.relu)) saturated++;
    codes[i] = by.relu && code < 0 ? 0 : code;
  }
  return { codes, saturated };
}

/** roundHalfEven(sum · multiplier / 2^shift), exact for any integers up to 2^53. */
export function scaled(sum: number, multiplier: number, shift: number): number {
  const product = sum * multiplier;
  if (Math.abs(product) <= Number.MAX_SAFE_INTEGER) return roundHalfEven(product / 2 ** shift);
  const exact = BigInt(sum) * BigInt(multiplier);
  const [magnitude, sign] = exact < 0n ? [-exact, -1] : [exact, 1];
  const floor = magnitude >> BigInt(shift);
  const twiceRest = 2n * (magnitude - (floor << BigInt(shift)));
  const unit = 1n << BigInt(shift);
  const up = twiceRest > unit || (twiceRest === unit && (floor & 1n) === 1n);
  return sign * Number(up ? floor + 1n : floor);
}

/** Integer multipliers and the one shift at which they stand for `ratios`; undefined if no shift of 0 … 63 does. */
export function fixedPoint(
  ratios: Float64Array,
  multiplierBits: number,
): { readonly multiplier: Uint32Array; readonly shift: number } | undefined {
  const largest = ratios.reduce((a, b) => Math.max(a, b), 0);
  const top = 2 ** multiplierBits - 1;
  let shift = multiplierBits - 1 - Math.floor(Math.log2(largest));
  // Where rounding lifts the largest ratio to a power of two it needs one bit more.
  if (roundHalfEven(largest * 2 ** shift) > top) shift--;
  if (!(shift >= 0 && shift <= 63)) return undefined;
  return { multiplier: Uint32Array.from(ratios, (ratio) => roundHalfEven(ratio * 2 ** shift)), shift };
}
