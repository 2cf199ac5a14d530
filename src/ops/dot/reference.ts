import { clog2, read, wrap } from '../../base/index.js';
import type { Fixed } from '../../format/index.js';

/** The format of an inner product: both factors' bits and one more for every doubling of the number of terms. */
export function dotType(a: Fixed, b: Fixed, lanes: number): Fixed {
  return {
    kind: 'fixed',
    signed: a.signed || b.signed,
    width: a.width + b.width + clog2(lanes),
    fraction: a.fraction + b.fraction,
  };
}

/** Σ aₖ·bₖ in units of the product of the operands' last bits, for each row of b. */
export function dotReference(a: Fixed, b: Fixed, to: Fixed) {
  return (inputs: readonly (readonly bigint[])[]): bigint[][] => {
    const [left, right] = inputs as [readonly bigint[], readonly bigint[]];
    const rows = Array.from({ length: right.length / left.length }, (_, row) =>
      left.reduce(
        (sum, word, k) =>
          sum + read(word, a.width, a.signed) * read(right[row * left.length + k]!, b.width, b.signed),
        0n,
      ),
    );
    return [rows.map((sum) => wrap(sum, to.width))];
  };
}
