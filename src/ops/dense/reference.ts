import { read, wrap } from '../../base/index.js';
import type { DenseShape } from './shape.js';

/**
 * The layer over exact integers: of every row the sum of products and its bias, rounded to the fraction of `y` (of two nearest the
 * even one), rectified where the layer is, and saturated.
 *
 * @param words the vector's elements as words of `x`
 * @returns the results as words of `y`
 */
export function denseRow(shape: DenseShape, words: readonly bigint[]): bigint[] {
  const { inputs, outputs, x, w, y, weights, biases, rectify } = shape;
  const numbers = words.map((word) => read(word, x.width, x.signed));
  const drop = BigInt(x.fraction + w.fraction - y.fraction);
  const least = y.signed ? -(1n << BigInt(y.width - 1)) : 0n;
  const greatest = (1n << BigInt(y.signed ? y.width - 1 : y.width)) - 1n;
  return Array.from({ length: outputs }, (_, row) => {
    let sum = BigInt(biases[row] ?? 0);
    numbers.forEach((number, k) => (sum += number * BigInt(weights[row * inputs + k]!)));
    const near = nearestEven(sum, drop);
    const kept = rectify && near < 0n ? 0n : near;
    return wrap(kept < least ? least : kept > greatest ? greatest : kept, y.width);
  });
}

function nearestEven(value: bigint, drop: bigint): bigint {
  if (drop === 0n) return value;
  const floor = value >> drop;
  const rest = value - (floor << drop);
  const half = 1n << (drop - 1n);
  return rest > half || (rest === half && (floor & 1n) === 1n) ? floor + 1n : floor;
}
