import type { Adders } from './adder.js';
import { isOver, type Effort } from './equal.js';
import { multipleOf, type Facts } from './fact.js';
import type { Graph } from './graph.js';
import { heapOf } from './heap.js';
import { multiplied, nodesOf, productOf, type Polynomial, type Product } from './polynomial.js';

/** Most changes of terms: some, and some for each term at the start. A tree of adders takes 5 to 10 for each. */
const mostChanges = { atAll: 4000, perTerm: 40 };

/** What a rewriting stands on. */
export interface Ground {
  readonly g: Graph;
  readonly adders: Adders;
  /** Nodes that are not looked into. */
  readonly stops: ReadonlySet<number>;
  /** Words of known value, by the nodes of their top bits. */
  readonly facts: Facts;
}

/**
 * Whether a polynomial is shown to be 0 modulo 2^width for all values of the variables. Nodes are replaced by what they are
 * made of, the last first. A bit of a sum is replaced by the bits that are added, less twice their carry: so the carries of a tree
 * of adders cancel before anything is multiplied out (as in Kaufmann, Biere, Kauers: Verifying large multipliers by combining
 * SAT and computer algebra, 2019). False where it is not 0, or where that takes too much.
 */
export function vanishes(
  { g, adders, stops, facts }: Ground,
  terms: Polynomial,
  width: number,
  effort: Effort,
): boolean {
  const left = new Map<Product, bigint>();
  /** The products that are still to be looked into, by the node of theirs that is replaced first. */
  const leading = new Map<number, Set<Product>>();
  const score = new Float64Array(g.size());
  const queue = heapOf(score);
  const isOpen = (node: number): boolean => !stops.has(node) && !g.isVariable(node);

  let changes = mostChanges.atAll + mostChanges.perTerm * terms.size;

  function put(product: Product, coefficient: bigint): void {
    changes--;
    const now = BigInt.asUintN(width, (left.get(product) ?? 0n) + coefficient);
    if (now === 0n) {
      left.delete(product);
      return;
    }
    left.set(product, now);
    const open = nodesOf(product).filter(isOpen);
    if (open.length === 0) return;
    const top = open.reduce((a, b) => (adders.rank(a) > adders.rank(b) ? a : b));
    if (!leading.has(top)) leading.set(top, new Set());
    leading.get(top)!.add(product);
    score[top] = adders.rank(top);
    queue.push(top);
  }

  terms.forEach((coefficient, product) => put(product, coefficient));
  while (queue.size() > 0) {
    const node = queue.pop();
    for (const fact of facts.get(node) ?? []) {
      const factor = multipleOf(fact, node, left, width);
      if (factor) fact.terms.forEach((coefficient, product) => put(product, -factor * coefficient));
    }
    const products = [...leading.get(node)!].filter((product) => left.has(product));
    leading.delete(node);
    if (products.length === 0) continue;
    if (changes < 0 || isOver(effort)) return false;
    // Of a bit whose double is beyond the word, the carry does not matter.
    const isTop = products.every((product) => BigInt.asUintN(width, 2n * left.get(product)!) === 0n);
    const replacement = adders.replacement(node, isTop);
    for (const product of products) {
      const coefficient = left.get(product)!;
      left.delete(product);
      const rest: Polynomial = new Map([[productOf(nodesOf(product).filter((one) => one !== node)), 1n]]);
      multiplied(rest, replacement, Infinity)!.forEach((factor, made) => put(made, coefficient * factor));
    }
  }
  return left.size === 0;
}
