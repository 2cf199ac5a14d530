import type { Codes } from './codes.js';
import { productTransposed } from './matrix.js';
import type { Requantisation, Requantised } from './requantise.js';

/** Inner products: rows × columns, and how many of them the accumulator could not hold. */
export interface Products {
  readonly values: Int32Array | Float64Array;
  readonly overflows: number;
}

/**
 * A datapath that takes inner products of integer codes. What runs a network asks it for whole layers; it answers
 * with exactly what the hardware would give.
 */
export interface DotEngine {
  readonly name: string;
  /** products of one beat of the datapath; a longer inner product takes several beats, in order */
  readonly lanes: number;
  /**
   * Σ over k of a[row][k]·w[column][k] for each row and column.
   *
   * @param a rows × depth, row-major
   * @param w columns × depth, row-major
   */
  readonly products: (a: Codes, w: Codes, rows: number, columns: number, depth: number) => Products;
  /**
   * Bias, scaling, rounding and ReLU as the hardware does them. Where it is left out, `requantise` does it.
   *
   * @param accumulators rows × columns, as `products` gave them
   */
  readonly requantise?: (
    accumulators: Int32Array | Float64Array,
    rows: number,
    columns: number,
    by: Requantisation,
  ) => Requantised;
}

/** Exact sums of exact products in plain arithmetic: what a datapath that loses nothing must give. */
export function exactEngine(lanes = 16): DotEngine {
  return {
    name: 'exact',
    lanes,
    products(a, w, rows, columns, depth) {
      // Codes of 16 bits are exact in float32, and sums of up to 2^22 of their products in doubles.
      const values = new Float64Array(rows * columns);
      productTransposed(new Float32Array(a), new Float32Array(w), rows, columns, depth, values);
      return { values, overflows: 0 };
    },
  };
}
