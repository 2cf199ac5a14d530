import { random } from '../base/index.js';

/** How many dimensions there are direction numbers for. */
export const sobolDimensions = 32;

/**
 * Degree s and inner coefficients a of a primitive polynomial, and the first s direction numbers m, of the dimensions from the second one:
 * Joe and Kuo, Constructing Sobol sequences with better two-dimensional projections, SIAM J. Sci. Comput. 30 (2008), the set
 * new-joe-kuo-6 of https://web.maths.unsw.edu.au/~fkuo/sobol/.
 */
const directions: readonly (readonly [degree: number, coefficients: number, ...first: number[]])[] = [
  [1, 0, 1],
  [2, 1, 1, 3],
  [3, 1, 1, 3, 1],
  [3, 2, 1, 1, 1],
  [4, 1, 1, 1, 3, 3],
  [4, 4, 1, 3, 5, 13],
  [5, 2, 1, 1, 5, 5, 17],
  [5, 4, 1, 1, 5, 5, 5],
  [5, 7, 1, 1, 7, 11, 19],
  [5, 11, 1, 1, 5, 1, 1],
  [5, 13, 1, 1, 1, 3, 11],
  [5, 14, 1, 3, 5, 5, 31],
  [6, 1, 1, 3, 3, 9, 7, 49],
  [6, 13, 1, 1, 1, 15, 21, 21],
  [6, 16, 1, 3, 1, 13, 27, 49],
  [6, 19, 1, 1, 1, 15, 7, 5],
  [6, 22, 1, 3, 1, 15, 13, 25],
  [6, 25, 1, 1, 5, 5, 19, 61],
  [7, 1, 1, 3, 7, 11, 23, 15, 103],
  [7, 4, 1, 3, 7, 13, 13, 15, 69],
  [7, 7, 1, 1, 3, 13, 7, 35, 63],
  [7, 8, 1, 3, 5, 9, 1, 25, 53],
  [7, 14, 1, 3, 1, 13, 9, 35, 107],
  [7, 19, 1, 3, 1, 5, 27, 61, 31],
  [7, 21, 1, 1, 5, 11, 19, 41, 61],
  [7, 28, 1, 3, 5, 3, 3, 13, 69],
  [7, 31, 1, 1, 7, 13, 1, 19, 1],
  [7, 32, 1, 3, 7, 5, 13, 19, 59],
  [7, 37, 1, 1, 3, 9, 25, 29, 41],
  [7, 41, 1, 3, 5, 13, 23, 1, 55],
  [7, 42, 1, 3, 7, 3, 13, 59, 17],
];

const bits = 32;

/**
 * The Sobol sequence: places in the unit cube of which, in each dimension, any 2^k that begin at a multiple of 2^k lie one in each of 2^k equal
 * parts. A seed shifts it digit by digit, which keeps that; without one it begins at the origin.
 *
 * @param dimensions at most `sobolDimensions`
 */
export function* sobolPlaces(dimensions: number, seed?: number): Generator<number[], never> {
  const numbers = Array.from({ length: dimensions }, (_, k) => directionsOf(k));
  const source = seed === undefined ? undefined : random(seed);
  const digits = numbers.map(() => (source ? source.below(2 ** bits) : 0));
  for (let count = 0; ; count++) {
    yield digits.map((word) => (word >>> 0) / 2 ** bits);
    // In the order of Gray's code one direction is added for each place (Antonov and Saleev, 1979).
    const changed = bits - 1 - Math.clz32(~count & (count + 1));
    numbers.forEach((own, k) => (digits[k]! ^= own[changed]!));
  }
}

/** The direction numbers of a dimension, from 0, with the point before the highest bit. */
function directionsOf(dimension: number): Int32Array {
  const [degree, coefficients, ...first] = dimension === 0 ? [0, 0] : directions[dimension - 1]!;
  const own = new Int32Array(bits);
  for (let i = 0; i < bits; i++) {
    const scale = bits - 1 - i;
    if (degree === 0 || i < degree) own[i] = (first[i] ?? 1) << scale;
    else {
      own[i] = own[i - degree]! ^ (own[i - degree]! >>> degree);
      for (let k = 1; k < degree; k++) if ((coefficients >> (degree - 1 - k)) & 1) own[i]! ^= own[i - k]!;
    }
  }
  return own;
}
