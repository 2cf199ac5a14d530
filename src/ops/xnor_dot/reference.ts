import { wrap } from '../../base/index.js';
import type { Fixed } from '../../format/index.js';

/** Σ aₖ·bₖ of the numbers that the bits stand for: 1 for 1, −1 for 0. */
export function xnorReference(to: Fixed) {
  return ([a, b]: readonly (readonly bigint[])[]): bigint[][] => {
    const number = (bit: bigint): bigint => 2n * bit - 1n;
    const sum = a!.reduce((total, bit, k) => total + number(bit) * number(b![k]!), 0n);
    return [[wrap(sum, to.width)]];
  };
}
