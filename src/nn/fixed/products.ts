import { roundHalfEven } from '../codes.js';
import { productTransposed } from '../matrix.js';

/** Exact sums of products: doubles where none is beyond 2^53, otherwise integers of any size. */
export type ExactSums = Float64Array | readonly bigint[];

/** Bits of the sum of so many products of two codes and a bias of twice a code’s width, the sign among them. */
export function sumBits(bits: number, terms: number): number {
  return 2 * bits + Math.ceil(Math.log2(terms + 1));
}

/**
 * Σ over i of a[r][i]·b[c][i] for codes of so many bits; A is rows × depth, B columns × depth, the result rows × columns.
 * Codes whose sums do not fit a double are taken in halves of 16 bits, whose sums do: four products of matrices in all.
 */
export function exactProducts(
  a: Float64Array,
  b: Float64Array,
  rows: number,
  columns: number,
  depth: number,
  bits: number,
): ExactSums {
  const product = (left: Float64Array, right: Float64Array): Float64Array => {
    const out = new Float64Array(rows * columns);
    productTransposed(left, right, rows, columns, depth, out);
    return out;
  };
  if (sumBits(bits, depth) <= 53) return product(a, b);
  const [left, right] = [halves(a), halves(b)];
  const high = product(left.high, right.high);
  const [across, back] = [product(left.high, right.low), product(left.low, right.high)];
  const low = product(left.low, right.low);
  return Array.from(
    high,
    (top, i) => (BigInt(top) << 32n) + (BigInt(across[i]! + back[i]!) << 16n) + BigInt(low[i]!),
  );
}

/** Codes as high · 2^16 + low, with a low half from 0 up. */
function halves(codes: Float64Array): { readonly high: Float64Array; readonly low: Float64Array } {
  const high = codes.map((code) => Math.floor(code / 2 ** 16));
  return { high, low: codes.map((code, i) => code - high[i]! * 2 ** 16) };
}

/** round((sum + bias) / 2^shift), to nearest even; beyond 2^53 only roughly, which is enough where it saturates. */
export function narrowed(sum: number | bigint, bias: bigint, shift: number): number {
  if (typeof sum === 'number') return roundHalfEven((sum + Number(bias)) / 2 ** shift);
  const whole = sum + bias;
  if (shift === 0) return Number(whole);
  const floor = whole >> BigInt(shift);
  const rest = whole - (floor << BigInt(shift));
  const half = 1n << BigInt(shift - 1);
  return Number(rest > half || (rest === half && (floor & 1n) === 1n) ? floor + 1n : floor);
}
