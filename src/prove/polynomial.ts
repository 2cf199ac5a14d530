import type { Bit, Bits } from './graph.js';

/**
 * A polynomial in nodes of a graph, each 0 or 1, with whole coefficients: from the nodes of a product, in rising order, to
 * its coefficient. A node counts once in a product, as x² = x. Coefficients of 0 are left out.
 */
export type Polynomial = ReadonlyMap<Product, bigint>;

/** The nodes of a product in rising order, joined by commas; the empty text is 1. */
export type Product = string;

/** A polynomial with the least and the greatest value that it may take, or wider bounds. */
export interface Ranged {
  readonly terms: Polynomial;
  readonly least: bigint;
  readonly greatest: bigint;
}

const unit: Product = '';

export function nodesOf(product: Product): number[] {
  return product === unit ? [] : product.split(',').map(Number);
}

export function productOf(nodes: readonly number[]): Product {
  return [...new Set(nodes)].sort((a, b) => a - b).join();
}

/** A bit: its node, or 1 less its node. */
export function bitTerms(bit: Bit): Polynomial {
  const node = bit >> 1;
  const inverted = (bit & 1) === 1;
  if (node === 0) return inverted ? new Map([[unit, 1n]]) : new Map();
  return inverted
    ? new Map([
        [unit, 1n],
        [String(node), -1n],
      ])
    : new Map([[String(node), 1n]]);
}

/** Adds `factor` times `terms` to `sum`, which is changed. */
export function accumulate(sum: Map<Product, bigint>, terms: Polynomial, factor = 1n): void {
  for (const [product, coefficient] of terms) {
    const now = (sum.get(product) ?? 0n) + factor * coefficient;
    if (now === 0n) sum.delete(product);
    else sum.set(product, now);
  }
}

/** The product of two polynomials; undefined where it would have more than `most` terms before like ones are joined. */
export function multiplied(a: Polynomial, b: Polynomial, most: number): Polynomial | undefined {
  if (a.size * b.size > most) return undefined;
  const product = new Map<Product, bigint>();
  for (const [x, factor] of a) {
    const moved = new Map<Product, bigint>();
    for (const [y, coefficient] of b)
      accumulate(moved, new Map([[productOf([...nodesOf(x), ...nodesOf(y)]), coefficient]]));
    accumulate(product, moved, factor);
  }
  return product;
}

/** The polynomial with other bits in place of nodes. */
export function renamed(terms: Polynomial, to: ReadonlyMap<number, Bit>): Polynomial {
  const sum = new Map<Product, bigint>();
  for (const [product, coefficient] of terms) {
    const bits = nodesOf(product).map((node) => to.get(node) ?? 2 * node);
    if (bits.every((bit) => bit > 1 && (bit & 1) === 0))
      accumulate(sum, new Map([[productOf(bits.map((bit) => bit >> 1)), coefficient]]));
    else {
      const factors = bits.map(bitTerms);
      const made = factors.reduce((a, b) => multiplied(a, b, Infinity)!, new Map([[unit, 1n]]));
      accumulate(sum, made, coefficient);
    }
  }
  return sum;
}

/** What a word of bits is worth, its top bit counting −2^(width − 1) where it is signed. */
export function wordTerms(bits: Bits, signed: boolean): Ranged {
  const terms = new Map<Product, bigint>();
  bits.forEach((bit, i) => {
    const weight = 1n << BigInt(i);
    accumulate(terms, bitTerms(bit), signed && i === bits.length - 1 ? -weight : weight);
  });
  return ranged(terms);
}

/** The polynomial with bounds from its coefficients. */
export function ranged(terms: Polynomial): Ranged {
  let [least, greatest] = [0n, 0n];
  for (const [product, coefficient] of terms) {
    if (product === unit || coefficient < 0n) least += coefficient;
    if (product === unit || coefficient > 0n) greatest += coefficient;
  }
  return { terms, least, greatest };
}

/** Whether all values fit a word of that width. */
export function fits({ least, greatest }: Ranged, width: number, signed: boolean): boolean {
  const top = 1n << BigInt(signed ? width - 1 : width);
  return least >= (signed ? -top : 0n) && greatest < top;
}
