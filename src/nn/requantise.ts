import { roundHalfEven, type Codes } from './codes.js';
import { leastCode, mostCode, type Coding } from './coding.js';

/**
 * From the accumulators of a layer to the codes of the next, in integers. With the constants of column c:
 *
 *   y = saturate(roundHalfEven((acc + bias[c]) · multiplier[c] / 2^shift) + zero), then held between `low` and `high`
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
  /** what the result's codes are; its scale is in multiplier and shift */
  readonly to: Coding;
  /** bounds of the operators that follow, as codes: the zero where that is ReLU; those of the codes where there are none */
  readonly low: number;
  readonly high: number;
}

/** Codes to which a bound from below by 0 (`relu`) and from above come down. */
export function codeBounds(
  to: Coding,
  relu: boolean,
  most: number,
): { readonly low: number; readonly high: number } {
  const top = most === Infinity ? Infinity : roundHalfEven(most / to.scale) + to.zero;
  return { low: relu ? Math.max(to.zero, leastCode(to)) : leastCode(to), high: Math.min(top, mostCode(to)) };
}

/**
 * Requantises the first `count` accumulators, all of one column, into `codes` from `at` on.
 *
 * @returns how many of them did not fit and were saturated; those that a bound cuts off anyway have lost nothing
 */
export function requantise(
  sums: Int32Array | Float64Array,
  count: number,
  by: Requantisation,
  column: number,
  codes: Codes,
  at: number,
): number {
  const multiplier = by.multiplier[column]!;
  const bias = by.bias[column]!;
  // Sums of 33 bits times 20 are exact in doubles.
  const plain = sums instanceof Int32Array && multiplier < 2 ** 20;
  return plain
    ? plainly(sums, count, bias, multiplier / 2 ** by.shift, by, codes, at)
    : slowly(sums, count, bias, (sum) => scaled(sum, multiplier, by.shift), by, codes, at);
}

/** Adding and taking away 1.5 · 2^52 leaves a double rounded to the nearest whole number, ties to even. */
const unitsPlace = 1.5 * 2 ** 52;

function plainly(
  sums: Int32Array,
  count: number,
  bias: number,
  factor: number,
  { to, low, high }: Requantisation,
  codes: Codes,
  at: number,
): number {
  const { zero } = to;
  const [least, most] = saturationBounds(to, low, high);
  let saturated = 0;
  for (let i = 0; i < count; i++) {
    const code = (sums[i]! + bias) * factor + unitsPlace - unitsPlace + zero;
    if (code > most || code < least) saturated++;
    codes[at + i] = code > high ? high : code < low ? low : code;
  }
  return saturated;
}

function slowly(
  sums: Int32Array | Float64Array,
  count: number,
  bias: number,
  round: (sum: number) => number,
  { to, low, high }: Requantisation,
  codes: Codes,
  at: number,
): number {
  const [least, most] = saturationBounds(to, low, high);
  let saturated = 0;
  for (let i = 0; i < count; i++) {
    const code = round(sums[i]! + bias) + to.zero;
    if (code > most || code < least) saturated++;
    codes[at + i] = code > high ? high : code < low ? low : code;
  }
  return saturated;
}

/** Codes beyond which something is lost: none on the side of a bound that is tighter than the codes, or that is ReLU's. */
function saturationBounds(to: Coding, low: number, high: number): readonly [least: number, most: number] {
  const bounded = low >= to.zero;
  return [bounded ? -Infinity : leastCode(to), high < mostCode(to) ? Infinity : mostCode(to)];
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
